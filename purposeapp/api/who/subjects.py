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
from purposeapp.api.shapes import moment
from purposeapp.api.who import schema, shapes
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
        return _stream(request, _lines(viewers, query))
    return _page(request, viewers, query, counted)


def _page(request: ApiRequest, viewers: Viewers, query: dict[str, Any], counted: Counted) -> HttpResponse:
    shaping = {name: query[name] for name in ("expand", "mode", "q", "via")}
    cursors = signer(request.path, request.auth.slug, request.user.person.id, shaping)
    after = cursors.read(query["cursor"]) if "cursor" in query else None
    if query["expand"] == "groups":
        names = viewers.names(words=query["q"], vias=query["via"], after=after, limit=query["limit"])
        items, total, last = [shapes.name(each) for each in names.items], names.total, names.last
    else:
        users = viewers.users(words=query["q"], vias=query["via"])
        page = viewers.page(users, after=after, limit=query["limit"])
        items, total, last = [shapes.viewer(each) for each in page.items], page.total, page.last
    body = {
        "subjects": items,
        "total": total,
        "counts": {via.value: count for via, count in viewers.counts.items()},
        "next": cursors.sign(last) if last else None,
        "asOf": moment(int(counted.as_of)),
        "revision": str(request.auth.revision),
    }
    response = personal(request, body, revision=request.auth.revision)
    response["Vary"] = "Authorization, Accept"
    return response


def _lines(viewers: Viewers, query: dict[str, Any]) -> Iterator[Json]:
    """All subjects, one after the other."""
    if query["expand"] == "groups":
        every = len(viewers.audience.usernames) + len(viewers.audience.means)
        names = viewers.names(words=query["q"], vias=query["via"], after=None, limit=every)
        return map(shapes.name, names.items)
    users = viewers.users(words=query["q"], vias=query["via"])
    return map(shapes.viewer, viewers.viewers(users))


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
