"""Answers to programs, written smaller: zstd, Brotli or gzip, as the client prefers, at the level that costs least.

Only addresses for programs, and those of the pages' pictures. BREACH guesses secrets from the lengths of compressed
answers; it needs a browser that sends the victim's credentials along with requests of the attacker's making, and an answer
that repeats them beside the secret. No browser adds a bearer token to a request by itself, and no answer to one holds a
secret of its own. Pages go by cookies, which browsers do add, show what was searched for, and hold form tokens: they are
sent as they are. The facts of a picture go by cookies, too, but hold no token and repeat nothing that a request made up:
only names that the sources have.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

from cramjam import brotli, gzip, zstd

from purposeapp.addresses import for_programs

Application = Callable[[Any, Any, Any], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_PICTURES = ("/person/graph/data/", "/explain/data/")

WORTHWHILE = 1024
"""Bytes from which on less to send is worth the work."""
LONG_WORK = 256 * 1024
"""Bytes from which on compressing would keep other requests waiting: a thread does it."""

_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    # In our order of preference: the cheapest first. Where sizes differ at these levels, it is by a few per cent.
    "zstd": lambda content: bytes(zstd.compress(content, 1)),
    "br": lambda content: bytes(brotli.compress(content, 1)),
    "gzip": lambda content: bytes(gzip.compress(content, 1)),
}
_PREFERENCE = re.compile(r"([a-z0-9*-]+)(?:\s*;\s*q\s*=\s*([01](?:\.\d{0,3})?))?")


@lru_cache(maxsize=256)
def preferred(accept_encoding: str) -> str | None:
    """The encoding to use for a client that sends this Accept-Encoding (RFC 9110 section 12.5.3), None for none."""
    weights = dict(_preferences(accept_encoding))
    others = weights.get("*", 0.0)
    offers = [(weights.get(name, others), name) for name in _ENCODERS]
    weight, name = max(offers, key=lambda offer: offer[0])
    return name if weight > 0 and weight >= weights.get("identity", 0.0) else None


def _preferences(accept_encoding: str) -> list[tuple[str, float]]:
    """Each coding with its weight; what cannot be read is passed over."""
    members = (_PREFERENCE.fullmatch(each.strip()) for each in accept_encoding.lower().split(","))
    return [(found[1], float(found[2] or 1)) for found in members if found]


def _may_be_smaller(path: str) -> bool:
    return for_programs(path) or path in _PICTURES


class Compression:
    """An ASGI application that compresses what another one answers."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] != "HEAD" and _may_be_smaller(scope["path"]):
            accepted = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding")
            encoding = preferred(accepted.decode("latin1"))
            send = _Plain(send).send if encoding is None else _Compressing(send, encoding).send
        await self._application(scope, receive, send)


class _Plain:
    """The way out for a client that reads no encoding of ours: nothing is held back."""

    def __init__(self, send: Any) -> None:
        self._send = send

    async def send(self, message: Any) -> None:
        await self._send(_varying(message) if _begins_what_is_worth_it(message) else message)


class _Compressing:
    """The way out for one answer that is collected, if it is worth it, and then compressed."""

    def __init__(self, send: Any, encoding: str) -> None:
        self._send = send
        self._encoding = encoding
        self._start: Any = None
        self._body = bytearray()

    async def send(self, message: Any) -> None:
        if _begins_what_is_worth_it(message):
            self._start = _varying(message)
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(bytes(self._body))

    async def _finish(self, content: bytes) -> None:
        encode = _ENCODERS[self._encoding]
        content = await asyncio.to_thread(encode, content) if len(content) > LONG_WORK else encode(content)
        headers = _encoded(self._start["headers"], self._encoding, len(content))
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": content})


def _begins_what_is_worth_it(message: Any) -> bool:
    """Whether this is the start of JSON of some length, whole (what is streamed says no length) and not encoded yet."""
    if message["type"] != "http.response.start":
        return False
    known = dict(message["headers"])
    length = known.get(b"content-length", b"0")
    json = b"json" in known.get(b"content-type", b"")
    return json and int(length) >= WORTHWHILE and b"content-encoding" not in known


def _varying(start: Any) -> Any:
    """With a Vary that names Accept-Encoding: said of plain answers too, for a cache may hold either."""
    headers: Headers = start["headers"]
    vary = next((value for name, value in headers if name == b"vary"), b"")
    if b"accept-encoding" in vary.lower():
        return start
    others = [header for header in headers if header[0] != b"vary"]
    return {**start, "headers": [*others, (b"vary", b", ".join(filter(None, (vary, b"Accept-Encoding"))))]}


def _encoded(headers: Headers, encoding: str, length: int) -> Headers:
    """The tag becomes a weak one: these are other bytes that mean the same."""
    changed = {b"content-length": str(length).encode()}
    tag = dict(headers).get(b"etag", b"")
    if tag.startswith(b'"'):
        changed[b"etag"] = b"W/" + tag
    kept = [(name, changed.get(name, value)) for name, value in headers]
    return [*kept, (b"content-encoding", encoding.encode())]
