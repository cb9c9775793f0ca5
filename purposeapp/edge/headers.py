"""The headers that Django's middleware adds to every answer for programs."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from wsgiref.util import setup_testing_defaults

from purposeapp.edge.request import PassOn, Request

Header = tuple[bytes, bytes]

_PLAINEST = "/healthz/live"
"""An address whose answer has no header of its own, nor asks anybody."""
_OWN = frozenset({"content-type", "content-length", "x-request-id"})


class MiddlewareHeaders:
    """Learns them from Django itself, so that nobody has to say them twice: from the answer at the plainest address.

    They depend on the host (a wrong one is refused) and on the way the request came (HTTPS, or sent on to it).
    """

    def __init__(self, django: Callable[[Any, Any], Iterable[bytes]]) -> None:
        self._django = django
        self._learnt = lru_cache(maxsize=256)(self._learn)

    def of(self, request: Request) -> tuple[Header, ...]:
        """Raises PassOn when the middleware would not let the request through."""
        headers = self._learnt(request.header("host"), request.scheme, request.header("x-forwarded-proto"))
        if headers is None:
            raise PassOn
        return headers

    def _learn(self, host: str, scheme: str, forwarded_proto: str) -> tuple[Header, ...] | None:
        answered: list[Any] = []
        environ = {"PATH_INFO": _PLAINEST, "HTTP_HOST": host, "wsgi.url_scheme": scheme}
        if forwarded_proto:
            environ["HTTP_X_FORWARDED_PROTO"] = forwarded_proto
        setup_testing_defaults(environ)
        content = self._django(environ, lambda *answer: answered.append(answer))
        getattr(content, "close", lambda: None)()
        ((status, headers),) = answered
        if not status.startswith("200 "):
            return None
        return tuple(
            (name.lower().encode("latin1"), value.encode("latin1"))
            for name, value in headers
            if name.lower() not in _OWN
        )
