"""Who sees a purpose, who has a persona: in pages, or all of them as a stream of lines."""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import orjson
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.viewsets import ViewSet

from purposeapp.api.answers import personal
from purposeapp.api.authentication import ApiRequest
from purposeapp.api.cursors import signer
from purposeapp.api.names import require_storable
from purposeapp.api.queries import read_query
from purposeapp.api.who import bodies, schema
from purposeapp.api.who.access import let_in
from purposeapp.api.who.queries import SubjectsQuery
from purposeapp.discovery.everybody import Counted
from purposeapp.discovery.subjects import Viewers, persona_viewers, purpose_viewers
from purposeapp.discovery.written import Json
from purposeapp.domain.model import Mode
from purposeapp.domain.population import Population

LINES = "application/x-ndjson"
LINES_AT_ONCE = 1_000

Find = Callable[[Population], Viewers]


class SubjectsViewSet(ViewSet):
    """Auditors only; every question is recorded."""

    @schema.purpose_subjects
    def purposes(self, request: ApiRequest, guid: str) -> HttpResponseBase:
        query = _question(request, guid, "purpose")
        mode, policies = Mode(query["mode"]), request.auth.policies
        return _answer(
            request,
            query,
            lambda population: purpose_viewers(
                guid, mode=mode, policies=policies, population=population, now=time.time()
            ),
        )

    @schema.persona_subjects
    def personas(self, request: ApiRequest, guid: str) -> HttpResponseBase:
        query = _question(request, guid, "persona")
        mode, policies = Mode(query["mode"]), request.auth.policies
        return _answer(
            request,
            query,
            lambda population: persona_viewers(guid, mode=mode, policies=policies, population=population),
        )


def _question(request: ApiRequest, guid: str, kind: str) -> dict[str, Any]:
    query = read_query(request, SubjectsQuery)
    let_in(request, "subjects", **{kind: require_storable("guid", guid)})
    return query


def _answer(request: ApiRequest, query: dict[str, Any], find: Find) -> HttpResponseBase:
    counted = request.auth.everybody.counted(anew=query["consistency"] != "fast")
    viewers = find(counted.population)
    if LINES in request.headers.get("Accept", ""):
        return _stream(request, bodies.every_subject(viewers, query))
    return _page(request, viewers, query, counted)


def _page(request: ApiRequest, viewers: Viewers, query: dict[str, Any], counted: Counted) -> HttpResponse:
    shaping = {name: query[name] for name in ("expand", "mode", "q", "via")}
    cursors = signer(request.path, request.auth.slug, request.user.person.id, shaping)
    body = bodies.subjects(
        viewers, query, cursors=cursors, as_of=counted.as_of, revision=request.auth.revision
    )
    response = personal(request, body, revision=request.auth.revision)
    response["Vary"] = "Authorization, Accept"
    return response


def _stream(request: ApiRequest, subjects: Iterator[Json]) -> StreamingHttpResponse:
    revision = str(request.auth.revision)
    response = StreamingHttpResponse(_written(subjects, revision), content_type=LINES)
    response["Cache-Control"] = "no-store"
    response["Vary"] = "Authorization, Accept"
    response["X-Access-Revision"] = revision
    return response


def _written(subjects: Iterator[Json], revision: str) -> Iterable[bytes]:
    """JSON lines, and a last one that says how many there were: where it is missing, the stream was cut."""
    total = 0
    while some := list(islice(subjects, LINES_AT_ONCE)):
        total += len(some)
        yield b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in some)
    yield orjson.dumps(
        {"type": "end", "total": total, "revision": revision}, option=orjson.OPT_APPEND_NEWLINE
    )
