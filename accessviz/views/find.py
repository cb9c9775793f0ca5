"""Find anyone and anything: as a page, and as suggestions while one types."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from accessviz import present
from accessviz.catalogue import catalogues
from accessviz.doors import data, page
from accessviz.errors import too_many
from accessviz.shared_rate import SharedRate
from accessviz.staff import LOOK, Viewer
from purposeapp.discovery.finding import find
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.finding import Found
from purposeapp.wiring import shared_redis

SUGGESTED, PICKED, LISTED = 5, 10, 50
"""How many of each kind a list of suggestions, one of a single kind, and a page of results have."""

LONGEST = 200
"""Characters of a question; names that matter begin differently before that."""

RATE = SharedRate("find", 240, 60, shared_redis)
"""Searches of one viewer, on the page and while typing; somebody who types fast stays far below."""

WAIT = 10
"""Seconds after which somebody who searched too often is asked to try again."""


@page(LOOK)
def results(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    if not RATE.take(viewer.actor_id):
        return too_many(request, seconds=WAIT)
    words = request.GET.get("q", "")
    found = _found(words, viewer, LISTED)
    context = {"viewer": viewer, "words": words, "sections": present.sections(found), "most": LISTED}
    return render(request, "accessviz/find.html", context)


@data(LOOK)
def suggestions(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """`{"results": [{"kind", "label", "name", "value", "detail", "url", "enabled"}]}`, users first; of one `kind` if so asked."""
    if not RATE.take(viewer.actor_id):
        refused = {"code": "too_many", "results": []}
        return JsonResponse(refused, status=429, headers={"Retry-After": str(WAIT)})
    kind = request.GET.get("kind", "")
    found = _found(request.GET.get("q", ""), viewer, PICKED if kind else SUGGESTED)
    return JsonResponse({"results": [present.suggestion(each) for each in found if kind in ("", each.kind)]})


def _found(words: str, viewer: Viewer, limit: int) -> list[Found]:
    if len(words) > LONGEST:
        raise InvalidRequest(present.too_long(LONGEST))
    if not words.strip():
        return []
    ports = viewer.ports
    return find(words, catalogue=catalogues.of(ports), directory=ports.directory, limit=limit)
