"""JSON Lines: a header, one row a line, and a trailer without which the file was cut."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from purposeapp.domain.review import Facts, Outcome, ReviewedPurpose, Way

MEDIA_TYPE = "application/x-ndjson"


class JsonLines:
    """A `RowFormat`."""

    def user(self, ordinal: int, username: str, enabled: bool) -> bytes:
        return orjson.dumps({"username": username, "enabled": enabled})[:-1] + b',"row":"u%d' % ordinal

    def access(self, purpose: ReviewedPurpose, ways: Sequence[Way]) -> bytes:
        seen = {"purpose": purpose.guid, "purposeName": purpose.name, "via": vias(ways)}
        return b'p%d",' % purpose.place + orjson.dumps(seen)[1:-1]

    def outcome(self, outcome: Outcome | None) -> bytes:
        return b',"outcome":' + orjson.dumps(told(outcome)) + b"}\n"


def vias(ways: Sequence[Way]) -> list[dict[str, str]]:
    """As JSON; a user who is named themselves comes by no other name."""
    return [{"via": way.via.value, "name": way.name} if way.name else {"via": way.via.value} for way in ways]


def told(outcome: Outcome | None) -> dict[str, Any] | None:
    if outcome is None:
        return None
    vote = outcome.proposed
    return {
        "decision": vote.decision.value,
        "final": outcome.final,
        "by": vote.by,
        "confirmedBy": outcome.confirmed_by or None,
        "at": vote.at,
        "comment": vote.comment,
    }


def between_header_and_trailer(facts: Facts, rows: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
    """The whole file. The trailer has the number of rows, and the SHA-256 of every byte before it."""
    digest, count = hashlib.sha256(), 0
    header = line({"type": "header", **facts.as_json()})
    digest.update(header)
    yield header
    for some in rows:
        text = b"".join(some)
        digest.update(text)
        count += len(some)
        yield text
    yield line({"type": "trailer", "rows": count, "sha256": digest.hexdigest(), "complete": True})


def line(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
