"""Answers without an end in sight: read piece by piece, and judged while they come."""

import hashlib
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import orjson

from bench.access.everybody import Purpose, Users
from bench.access.figures import Figure
from bench.access.questions import Auditor
from bench.oracle import EFFECTIVE
from bench.places import MIB
from bench.processes import forget_peaks
from bench.questions import Request
from bench.service import Service

PIECE = 1 << 18
TIMEOUT_SECONDS = 120.0
LAST_BYTES = 1_024
"""No trailer is longer."""


def pieces(service: Service, request: Request, accept: str) -> Iterator[bytes]:
    """The answer as it comes. Raises RuntimeError at any status but 200."""
    parts = urlsplit(service.url)
    headers = {"Authorization": f"Bearer {request.token}", "Accept": accept}
    with closing(HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)) as connection:
        connection.request(request.method, request.path, request.body, headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{request.path} answered {answer.status}: {answer.read(300)!r}")
        while piece := answer.read1(PIECE):
            yield piece


class Grown:
    """How much more memory the largest process had at its peak than at the beginning, in MiB."""

    def __init__(self, service: Service) -> None:
        self._service = service
        forget_peaks(service.group)
        self._before = service.usage().resident[0]

    @property
    def mib(self) -> float:
        return round((self._service.usage().peak - self._before) / MIB, 1)


def all_subjects(service: Service, auditor: Auditor, purpose: Purpose) -> Figure:
    """Everybody who sees a purpose, with the reason of each, as lines."""
    grown, began = Grown(service), time.perf_counter()
    request = auditor.get(f"purposes/{purpose.guid}/subjects", mode=EFFECTIVE)
    content = b"".join(pieces(service, request, "application/x-ndjson"))
    seconds = time.perf_counter() - began
    *lines, end = map(orjson.loads, content.splitlines())
    found, right = Users.of(each["id"] for each in lines), purpose.effective
    is_right = (found.digest, found.total, end["type"], end["total"]) == (
        right.digest,
        right.total,
        "end",
        right.total,
    )
    return Figure.of(
        "who sees a purpose: all of them, streamed",
        [seconds],
        [None if is_right else "users"],
        memory=grown.mib,
        users=found.total,
        bytes=len(content),
    )


class Read:
    """What is kept of JSON Lines that are too many to keep: how many, their bytes, one line in `every` pieces, and whether the
    trailer fits them."""

    def __init__(self, every: int = 10) -> None:
        self._every = every
        self.lines, self.bytes = 0, 0
        self.sample: list[bytes] = []
        self._digest, self._last = hashlib.sha256(), b""

    def read(self, all_pieces: Iterable[bytes]) -> "Read":
        for place, piece in enumerate(all_pieces):
            self.lines += piece.count(b"\n")
            self.bytes += len(piece)
            self._keep_back(piece)
            if place % self._every == 0 and (several := piece.split(b"\n", 2))[2:]:
                self.sample.append(several[1])
        return self

    @property
    def is_whole(self) -> bool:
        """The trailer counts the rows between it and the header, and has the digest of all before it."""
        body, trailer = self._parted()
        self._digest.update(body)
        told = orjson.loads(trailer)
        return bool(
            told
            == {
                "type": "trailer",
                "rows": self.lines - 2,
                "sha256": self._digest.hexdigest(),
                "complete": True,
            }
        )

    def _keep_back(self, piece: bytes) -> None:
        """The end is not digested before it is known where the trailer begins."""
        kept = self._last + piece
        self._digest.update(kept[:-LAST_BYTES])
        self._last = kept[-LAST_BYTES:]

    def _parted(self) -> tuple[bytes, bytes]:
        at = self._last.rstrip(b"\n").rfind(b"\n") + 1
        return self._last[:at], self._last[at:]
