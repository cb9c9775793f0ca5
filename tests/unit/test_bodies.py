"""Request bodies: whole, bounded, and with a length."""

import asyncio
from typing import Any

from purposeapp.bodies import whole_body, with_body


def read(
    *chunks: bytes, headers: tuple[tuple[bytes, bytes], ...] = (), gone: bool = False
) -> tuple[Any, list[Any]]:
    """The scope, and the messages that an application gets, of a request that comes in these chunks."""
    coming = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    coming.append(
        {"type": "http.disconnect"} if gone else {"type": "http.request", "body": b"", "more_body": False}
    )

    async def receive() -> Any:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def run() -> tuple[Any, list[Any]]:
        body = await whole_body(receive, limit=10)
        scope, at_hand = with_body({"headers": list(headers)}, receive, body)
        return scope, [await at_hand(), await at_hand()]

    return asyncio.run(run())


def test_chunks_become_one_body_with_a_length() -> None:
    scope, (body, after) = read(b"12345", b"678")
    assert body == {"type": "http.request", "body": b"12345678", "more_body": False}
    assert scope["headers"] == [(b"content-length", b"8")]
    assert after["type"] == "http.disconnect"


def test_a_length_that_is_told_stays() -> None:
    scope, _ = read(b"12345", headers=((b"Content-Length", b"5"),))
    assert scope["headers"] == [(b"Content-Length", b"5")]


def test_no_body_needs_no_length() -> None:
    scope, (body, _) = read()
    assert (scope["headers"], body["body"]) == ([], b"")


def test_a_body_beyond_the_limit_is_read_to_its_end_and_kept_by_one_byte_more() -> None:
    scope, (body, _) = read(b"x" * 8, b"y" * 8, b"z" * 1_000_000)
    assert body["body"] == b"xxxxxxxxyyy"
    assert scope["headers"] == [(b"content-length", b"11")]


def test_a_client_that_goes_leaves_what_it_sent() -> None:
    _, (body, _) = read(b"12345", gone=True)
    assert body["body"] == b"12345"
