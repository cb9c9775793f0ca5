"""One HTTP GET with a deadline over the whole of it, a bounded answer and no redirects."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

Fetch = Callable[[str], bytes]
"""Gives the body at a URL, or raises FetchFailed."""

DEADLINE = 2.0
MAX_BYTES = 262_144
_CHUNK = 16_384


class FetchFailed(Exception):
    """The document could not be had. The text is for the log: it names neither the URL nor what came back."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect could point anywhere inside our network, so it is an error like any other status."""

    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def fetch(url: str) -> bytes:
    """The body of a 200 answer to an http(s) GET, at most 256 KiB, within 2 s."""
    if not url.startswith(("https://", "http://")):
        raise FetchFailed("not an http address")
    deadline = time.monotonic() + DEADLINE
    try:
        request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - checked above
        with _OPENER.open(request, timeout=DEADLINE) as response:
            if response.status != 200:
                raise FetchFailed(f"status {response.status}")
            return _read(response, deadline)
    except urllib.error.HTTPError as error:
        error.close()
        raise FetchFailed(f"status {error.code}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise FetchFailed(type(error).__name__) from None


def _read(response: Any, deadline: float) -> bytes:
    # The socket's time-out starts anew with every byte that drips in; the deadline does not.
    body = bytearray()
    while chunk := response.read1(_CHUNK):
        body += chunk
        if len(body) > MAX_BYTES:
            raise FetchFailed("answer too long")
        if time.monotonic() > deadline:
            raise FetchFailed("deadline passed")
    return bytes(body)
