"""Compressed answers: what a client asked for, and the same bytes once undone."""

import asyncio
import zlib
from typing import Any

import pytest
from cramjam import brotli, zstd
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from purposeapp.compression import LONG_WORK, WORTHWHILE, Compression, preferred

PAGE = b'{"purposes":[' + b'{"name":"Sales","isEnabled":true},' * 200 + b"]}"
JSON = (b"content-type", b"application/json")
UNDO = {
    b"zstd": lambda content: bytes(zstd.decompress(content)),
    b"br": lambda content: bytes(brotli.decompress(content)),
    b"gzip": lambda content: zlib.decompress(content, wbits=31),
}


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", None),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("GZIP ; q=0.5", "gzip"),
        ("zstd;q=0.2, gzip;q=0.8", "gzip"),
        ("*", "zstd"),
        ("*, zstd;q=0", "br"),
        ("gzip;q=0", None),
        ("*;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip", "gzip"),
        ("identity;q=0, deflate", None),
        ("gzip;q=2, br;q=x, ;;, deflate", None),
    ],
)
def test_the_client_s_preference_counts_and_then_ours(accepted: str, chosen: str | None) -> None:
    assert preferred(accepted) == chosen


@given(st.text())
def test_no_header_is_an_error(accepted: str) -> None:
    assert preferred(accepted) in (None, "zstd", "br", "gzip")


def sent(
    parts: list[bytes],
    *headers: tuple[bytes, bytes],
    accept: bytes = b"gzip",
    path: str = "/api/meta/purposes/accessible",
    method: str = "GET",
    length: bool = True,
) -> list[Any]:
    """What goes out of an answer to which the application gives these headers and parts, and how much when."""
    counted = [(b"content-length", str(sum(map(len, parts))).encode())] if length else []
    out: list[Any] = []

    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [*headers, *counted]})
        for number, part in enumerate(parts):
            out.append(f"part {number}")
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def send(message: Any) -> None:
        out.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": [(b"accept-encoding", accept)]}
    asyncio.run(Compression(application)(scope, None, send))
    return out


def answer(
    body: bytes | list[bytes], *headers: tuple[bytes, bytes], **options: Any
) -> tuple[dict[bytes, bytes], bytes]:
    """Headers and body of such an answer."""
    out = sent([body] if isinstance(body, bytes) else body, *headers, **options)
    start, *parts = [each for each in out if isinstance(each, dict)]
    assert start["type"] == "http.response.start"
    assert not parts[-1].get("more_body", False)
    return dict(start["headers"]), b"".join(each["body"] for each in parts)


@pytest.mark.parametrize("options", [{"accept": b"identity"}, {"length": False}], ids=["plain", "streamed"])
def test_what_is_not_compressed_is_not_held_back(options: Any) -> None:
    out = sent([PAGE, PAGE], JSON, **options)
    told = [each if isinstance(each, str) else each.get("body") for each in out]
    assert told == [None, "part 0", PAGE, "part 1", PAGE, b""]


@pytest.mark.parametrize("encoding", UNDO)
@pytest.mark.parametrize("parts", [PAGE, [PAGE[:100], PAGE[100:]], [PAGE * (LONG_WORK // len(PAGE) + 1)]])
def test_what_is_compressed_is_what_was_answered(encoding: bytes, parts: bytes | list[bytes]) -> None:
    headers, content = answer(parts, JSON, accept=encoding)
    assert headers[b"content-encoding"] == encoding
    assert headers[b"content-length"] == str(len(content)).encode()
    assert UNDO[encoding](content) == (parts if isinstance(parts, bytes) else b"".join(parts))


def test_plain_and_compressed_answers_tell_caches_what_they_depend_on() -> None:
    vary = (b"vary", b"Authorization")
    for accept in (b"gzip", b"identity"):
        assert answer(PAGE, JSON, vary, accept=accept)[0][b"vary"] == b"Authorization, Accept-Encoding"
    assert answer(PAGE, JSON)[0][b"vary"] == b"Accept-Encoding"
    told = (b"vary", b"accept-encoding, Cookie")
    assert answer(PAGE, JSON, told)[0][b"vary"] == told[1]


@pytest.mark.parametrize("path", [reverse("person-graph-data"), reverse("explain-data")])
def test_the_facts_of_a_picture_are_compressed_too(path: str) -> None:
    assert answer(PAGE, JSON, path=path)[0][b"content-encoding"] == b"gzip"


def test_a_strong_tag_becomes_a_weak_one_and_only_where_the_bytes_change() -> None:
    assert answer(PAGE, JSON, (b"etag", b'"a"'))[0][b"etag"] == b'W/"a"'
    assert answer(PAGE, JSON, (b"etag", b'W/"a"'))[0][b"etag"] == b'W/"a"'
    assert answer(PAGE, JSON, (b"etag", b'"a"'), accept=b"")[0][b"etag"] == b'"a"'


@pytest.mark.parametrize(
    ("body", "headers", "options"),
    [
        (PAGE[: WORTHWHILE - 1], [JSON], {}),
        (PAGE, [(b"content-type", b"text/html")], {}),
        (PAGE, [JSON, (b"content-encoding", b"br")], {}),
        (PAGE, [JSON], {"length": False}),
        (PAGE, [JSON], {"path": "/access/ana"}),
        (PAGE, [JSON], {"path": "/api/docs/"}),
        (PAGE, [JSON], {"method": "HEAD"}),
    ],
    ids=["short", "a page", "encoded already", "streamed", "by cookie", "the docs", "no body"],
)
def test_the_rest_goes_out_as_it_came(body: bytes, headers: Any, options: Any) -> None:
    answered, content = answer(body, *headers, **options)
    assert content == body
    assert answered.get(b"content-encoding") in (None, b"br")
    assert b"vary" not in answered
