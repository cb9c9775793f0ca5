"""The edge as a whole: a request comes in, an answer goes out, or the request goes on."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from purposeapp.api.answers import Answer
from purposeapp.discovery.freshness import Consistency
from purposeapp.domain.errors import AccessError
from purposeapp.edge.callers import KnownCallers
from purposeapp.edge.headers import Header, MiddlewareHeaders
from purposeapp.edge.reads import READS, UNUSUAL, Asking, Read
from purposeapp.edge.request import Request

log = logging.getLogger(__name__)

_FAST = Consistency()


@dataclass(frozen=True, slots=True)
class Response:
    """An answer as it goes out."""

    status: int
    headers: list[Header]
    content: bytes

    async def __call__(self, send: Any) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.content})


class Edge:
    """Answers the usual questions of callers who are known; `django` is the WSGI application behind it.

    Never waits: to be called on the event loop.
    """

    def __init__(self, django: Callable[[Any, Any], Iterable[bytes]]) -> None:
        self._headers = MiddlewareHeaders(django)
        self._callers = KnownCallers()

    def respond(self, scope: Any, body: bytes) -> Response | None:
        """The very response that Django would give, or None: then it is Django's to give one."""
        read = READS.get((scope["method"], scope["path"]))
        if read is None:
            return None
        try:
            return self._respond(read, Request.of(scope, body))
        except (*UNUSUAL, AccessError):
            return None
        except Exception:
            # A fault of ours is no reason to fail: what it costs is time.
            log.exception("the edge failed; Django answers")
            return None

    def _respond(self, read: Read, request: Request) -> Response:
        now = time.time()
        fixed = self._headers.of(request)
        tenant, known = self._callers.of(request.token, now=now)
        answer = read.answer(Asking(request, known, tenant.at(_FAST), now))
        return _response(answer, request, (*fixed, (b"allow", read.allow)))


def _response(answer: Answer, request: Request, fixed: Iterable[Header]) -> Response:
    is_known = answer.is_known(request.header("if-none-match"))
    content = b"" if is_known else answer.content
    headers = [
        *((name.lower().encode(), value.encode()) for name, value in answer.headers.items()),
        *fixed,
        (b"content-length", str(len(content)).encode()),
        (b"x-request-id", request.id.encode()),
    ]
    if is_known:
        return Response(304, headers, content)
    return Response(200, [(b"content-type", b"application/json"), *headers], content)
