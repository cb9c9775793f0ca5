"""Writing a personal answer: JSON with the headers every such answer carries."""

import hashlib
from typing import Any

import orjson
from django.http import HttpResponse, HttpResponseNotModified
from rest_framework.request import Request


def personal(request: Request, body: Any, *, revision: str) -> HttpResponse:
    """200 with the body, or 304 to a GET whose If-None-Match names these very bytes.

    The answer belongs to one caller: caches may keep it only for them, and must ask again.
    """
    content = orjson.dumps(body)
    etag = f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
    if request.method in ("GET", "HEAD") and _names(request.META.get("HTTP_IF_NONE_MATCH", ""), etag):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type="application/json")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Authorization"
    response["X-Access-Revision"] = revision
    return response


def _names(header: str, etag: str) -> bool:
    """Weak comparison (RFC 9110 section 13.1.2): compressing proxies turn our tags into weak ones."""
    tags = (tag.strip().removeprefix("W/") for tag in header.split(","))
    return header.strip() == "*" or etag in tags
