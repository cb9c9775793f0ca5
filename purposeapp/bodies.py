"""Request bodies, read whole before anything is answered.

An answer that is sent while the body is still on its way (a 401, a 413) makes the server close the connection under the
client's hands: the client may see a reset instead of the answer, and so may its next request. Reading first costs at most
`limit` bytes of memory: what is beyond is read and dropped, but for one byte that shows that there was more.

Bodies of unknown length (HTTP/1.1 chunks) get the length that Django asks for.
"""

from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]


async def whole_body(receive: Receive, *, limit: int) -> bytes:
    """The body, at most `limit` + 1 bytes of it."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] != "http.request":  # the client has gone
            break
        body += message.get("body", b"")[: limit + 1 - len(body)]
        more = message.get("more_body", False)
    return bytes(body)


def with_body(scope: Scope, receive: Receive, body: bytes) -> tuple[Scope, Receive]:
    """The request with its body, read already, at hand as one message."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def at_hand() -> Any:
        return messages.pop() if messages else await receive()

    return _measured(scope, len(body)), at_hand


def _measured(scope: Scope, length: int) -> Scope:
    headers = scope["headers"]
    if not length or any(name.lower() == b"content-length" for name, _ in headers):
        return scope
    return {**scope, "headers": [*headers, (b"content-length", str(length).encode())]}
