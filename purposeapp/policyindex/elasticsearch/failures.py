"""What is no answer, in the words of the domain.

A search that lost a shard, was cut off or ran out of time is HTTP 200 for Elasticsearch; here it raises. Nothing that
a server or a proxy wrote reaches the caller or the log but the names of errors.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from elasticsearch import ApiError, TransportError

from purposeapp.domain.errors import PoliciesMisconfigured, PoliciesUnavailable

log = logging.getLogger(__name__)

_NO_INDEX, _NO_ACCESS, _NO_CERTIFICATE = "index_not_found_exception", "security_exception", "TlsError"
_CURES = {
    _NO_INDEX: (
        "there is no such index: set ELASTICSEARCH_INDEX (or the tenant's index) to the index or alias that holds "
        "the Atlas vertices"
    ),
    _NO_ACCESS: (
        "the credentials are refused: give ELASTICSEARCH_API_KEY, or a user and password, with the privileges read "
        "and view_index_metadata on the index"
    ),
    _NO_CERTIFICATE: (
        "the connection cannot be encrypted: begin the URL with https:// only where the server speaks TLS, and set "
        "ELASTICSEARCH_CA_CERTS to the authority that signed its certificate"
    ),
}
"""What an operator must do, by the server's or the driver's name of an error."""


def complete(answer: Any) -> Any:
    """The answer of a search, if it is one of all shards; else raises PoliciesUnavailable."""
    with nonsense_is_no_answer():
        shards = answer["_shards"]
        total, failed = shards["total"], shards["failed"]
        cut = answer["timed_out"] or answer.get("terminated_early", False)
    if total == 0:
        raise misconfigured([_CURES[_NO_INDEX]])
    if failed or cut:
        log.warning("Elasticsearch answered in part: %s of %s shards failed, cut off: %s", failed, total, cut)
        raise PoliciesUnavailable
    return answer


@contextmanager
def nonsense_is_no_answer() -> Iterator[None]:
    """For reading what Elasticsearch always sends: a proxy's idea of an answer, or a broken one, has no such thing."""
    try:
        yield
    except (LookupError, TypeError, AttributeError) as error:
        log.warning("Elasticsearch, or something in its place, sent an answer that cannot be read")
        raise PoliciesUnavailable from error


def in_our_words(error: ApiError | TransportError) -> PoliciesUnavailable:
    """What a driver's error means for the caller; the operator finds the cure in the log."""
    kind = _kind(error)
    if kind in _CURES:
        return misconfigured([_CURES[kind]])
    log.warning("Elasticsearch did not answer: %s, status %s", kind, getattr(error, "status_code", "none"))
    return PoliciesUnavailable()


def misconfigured(problems: Iterable[str]) -> PoliciesMisconfigured:
    """The error that says what an operator must do, told to the log as well."""
    error = PoliciesMisconfigured(problems)
    log.error("Elasticsearch cannot serve as policy index: %s", "; ".join(error.problems))
    return error


def _kind(error: ApiError | TransportError) -> str:
    """The server's name of its error where it is a name (a proxy may have sent a page), else the driver's."""
    kind = error.error if isinstance(error, ApiError) else None
    return kind if isinstance(kind, str) and kind.isidentifier() else type(error).__name__
