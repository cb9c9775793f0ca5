"""Writing a personal answer: JSON with the headers every such answer carries."""

import hashlib
from dataclasses import dataclass

import orjson
from django.http import HttpResponse, HttpResponseNotModified
from rest_framework.request import Request

from purposeapp.discovery.written import Json
from purposeapp.domain.revision import Revision

CONDITIONAL = ("GET", "HEAD")
"""The methods whose answers have an ETag: nothing else can be asked again with If-None-Match."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of a 200, and the headers that it and its 304 have in common."""

    content: bytes
    headers: dict[str, str]

    def is_known(self, if_none_match: str) -> bool:
        """Whether the client has this answer already. Weak comparison (RFC 9110 section 13.1.2)."""
        tag = self.headers.get("ETag")
        if tag is None:
            return False
        opaque = tag.removeprefix("W/")
        known = (each.strip().removeprefix("W/") for each in if_none_match.split(","))
        return if_none_match.strip() == "*" or opaque in known


def answer(body: Json, *, revision: Revision, method: str = "GET") -> Answer:
    """A personal answer: caches may keep it only for its caller, and must ask again.

    The tag says nothing of the revision, and so is a weak one: a tenant's revision moves with every change, those
    that don't concern this answer too. Where the body names the revision, it comes last.
    """
    content = orjson.dumps({name: value for name, value in body.items() if name != "revision"})
    headers = {
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Accept-Encoding",
        "X-Access-Revision": str(revision),
    }
    if method in CONDITIONAL:
        headers["ETag"] = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
    if "revision" in body:
        content = b'%s,"revision":%s}' % (content[:-1], orjson.dumps(str(revision)))
    return Answer(content, headers)


def personal(request: Request, body: Json, *, revision: Revision) -> HttpResponse:
    """200 with the body, or 304 to a GET whose If-None-Match names it."""
    ours = answer(body, revision=revision, method=request.method or "")
    response: HttpResponse
    if ours.is_known(request.META.get("HTTP_IF_NONE_MATCH", "")):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(ours.content, content_type="application/json")
    for name, value in ours.headers.items():
        response[name] = value
    return response
