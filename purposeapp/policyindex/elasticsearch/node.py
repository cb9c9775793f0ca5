"""HTTP to one Elasticsearch node, where a time-out means the whole answer.

The driver gives its time-out to connecting and to each single read: a node that sends a byte now and then is
waited for without end. Here the time-out is what it says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Any

from elastic_transport import NodeConfig, Urllib3HttpNode
from urllib3 import HTTPConnectionPool, Timeout
from urllib3.exceptions import ReadTimeoutError
from urllib3.response import BaseHTTPResponse

_CHUNK = 1 << 16
"""Bytes of one read. For much larger ones the memory comes from the system, page by page, which takes longer than reading."""

_seconds: ContextVar[float] = ContextVar("seconds")


@contextmanager
def answered_within(seconds: float) -> Iterator[None]:
    """The time-out of the requests that are sent inside.

    The driver's own way to give a request one, `options`, makes a new client with all its forty parts.
    """
    reset = _seconds.set(seconds)
    try:
        yield
    finally:
        _seconds.reset(reset)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the driver looks at of a response."""

    status: int
    headers: Any
    data: bytes


class PunctualNode(Urllib3HttpNode):
    """A node whose answers are complete within the request's time-out; else ConnectionTimeout is raised."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        # The driver uses nothing else of a pool.
        self.pool = _PunctualPool(self.pool)  # type: ignore[assignment]


class _PunctualPool:
    """A urllib3 pool that reads each body against the clock."""

    def __init__(self, pool: HTTPConnectionPool) -> None:
        self._pool = pool

    def urlopen(self, method: str, target: str, *, timeout: float, **options: Any) -> _Answer:
        seconds = _seconds.get(timeout)
        until = monotonic() + seconds
        response = self._pool.urlopen(
            method, target, timeout=Timeout(total=seconds), preload_content=False, **options
        )
        try:
            return _Answer(response.status, response.headers, self._body(response, target, until))
        except BaseException:
            # The rest of the body is still to come on this connection: nobody may use it again.
            response.close()
            raise

    def _body(self, response: BaseHTTPResponse, target: str, until: float) -> bytes:
        chunks: list[bytes] = []
        while True:
            left = until - monotonic()
            if left <= 0:
                raise ReadTimeoutError(self._pool, target, "the answer was not complete in time")
            # Once the last byte has been read there is no socket any more: the rest comes from a buffer.
            sock = getattr(response.connection, "sock", None)
            if sock is not None:
                sock.settimeout(left)
            chunk = response.read1(_CHUNK)
            if not chunk:
                return b"".join(chunks)
            chunks.append(chunk)

    def close(self) -> None:
        self._pool.close()
