"""Find anyone and anything: as a page, and as suggestions while one types."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from accessviz import present
from accessviz.catalogue import catalogues
from accessviz.doors import data, page
from accessviz.errors import too_many
from accessviz.shared_rate import SharedRate
from accessviz.staff import LOOK, Viewer
from accessviz.tables import refuse
from purposeapp.discovery.finding import find
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.finding import Found, Kind
from purposeapp.wiring import shared_redis

SUGGESTED, PICKED, LISTED = 5, 10, 50
"""How many of each kind a list of suggestions, one of a single kind, and a page of results have."""

MOST_PAGES = 20
"""Pages of one kind: each reads what stands on those before it, too. Nobody reads more, they type more."""

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
    words, kind, number = request.GET.get("q", ""), request.GET.get("kind", ""), request.GET.get("page", "1")
    pages = [str(each) for each in range(1, MOST_PAGES + 1 if kind else 2)]
    refuse(kind=kind not in ("", *Kind), page=number not in pages)
    end = int(number) * LISTED
    found = _found(words, viewer, end + 1, kind)
    sections = present.sections(found, start=end - LISTED, most=LISTED)
    refuse(page=number != "1" and not sections)
    context = {"viewer": viewer, "words": words, "sections": sections, **_pages(int(number))}
    return render(request, "accessviz/find.html", context)


@data(LOOK)
def suggestions(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """`{"results": [{"kind", "label", "name", "value", "detail", "url", "enabled"}]}`, users first; of one `kind` if so asked."""
    if not RATE.take(viewer.actor_id):
        refused = {"code": "too_many", "results": []}
        return JsonResponse(refused, status=429, headers={"Retry-After": str(WAIT)})
    kind = request.GET.get("kind", "")
    found = _found(request.GET.get("q", ""), viewer, PICKED if kind else SUGGESTED, kind)
    return JsonResponse({"results": [present.suggestion(each) for each in found]})


def _pages(number: int) -> dict[str, int]:
    """The place of a page of results among the others; `next` is 0 after the last that can be asked for."""
    return {
        "first": (number - 1) * LISTED + 1,
        "previous": number - 1,
        "next": number + 1 if number < MOST_PAGES else 0,
    }


def _found(words: str, viewer: Viewer, limit: int, kind: str) -> list[Found]:
    """At most `limit` of each kind, or of one; of a kind that cannot be found, none."""
    if len(words) > LONGEST:
        raise InvalidRequest(present.too_long(LONGEST))
    if not words.strip() or kind not in ("", *Kind):
        return []
    ports = viewer.ports
    one = Kind(kind) if kind else None
    return find(words, catalogue=catalogues.of(ports), directory=ports.directory, limit=limit, kind=one)
