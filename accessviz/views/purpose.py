"""The pages of one purpose: what its policies do, and who sees it."""

import time

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accessviz import told
from accessviz.changes import switching
from accessviz.doors import page
from accessviz.links import to_simulation
from accessviz.recent import remember_entity
from accessviz.staff import LOOK, SIMULATE, Viewer
from accessviz.tables import PAGE_SIZE
from accessviz.views.asked import guid_of
from accessviz.views.audience import people
from purposeapp.discovery.entities import purpose_entry
from purposeapp.discovery.subjects import purpose_viewers
from purposeapp.domain.finding import Kind
from purposeapp.domain.standing import Standings


@page(LOOK)
def purpose(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What it is, and what each of its policies does. Counts only: no look at anybody."""
    entry = purpose_entry(guid_of(request), policies=viewer.ports.policies)
    remember_entity(request, viewer, Kind.PURPOSE, entry.purpose)
    rows = Paginator(entry.policies, PAGE_SIZE).get_page(request.GET.get("page", "1"))
    population, now = viewer.ports.everybody.counted().population, time.time()
    standings = Standings(entry.purpose, entry.policies, population, now)
    context = {
        "viewer": viewer,
        "purpose": entry.purpose,
        "tab": "policies",
        "rows": rows,
        "policies": [told.standing(standings.of(each)) for each in rows.object_list],
        "may_simulate": viewer.may(SIMULATE),
        "to_switch": to_simulation(switching(entry.purpose)),
    }
    return render(request, "accessviz/purpose/policies.html", context)


@page(LOOK)
def purpose_people(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Who sees it, by what."""
    guid, policies, now = guid_of(request), viewer.ports.policies, time.time()
    viewer.record("", "page:purpose-people", purpose=guid)
    context = people(
        request,
        viewer,
        lambda population, mode: purpose_viewers(
            guid, mode=mode, policies=policies, population=population, now=now
        ),
    )
    found = purpose_entry(guid, policies=policies).purpose
    remember_entity(request, viewer, Kind.PURPOSE, found)
    shared = {"viewer": viewer, "purpose": found, "tab": "people", "kind": "purpose", "guid": guid}
    return render(request, "accessviz/purpose/people.html", {**shared, **context})
