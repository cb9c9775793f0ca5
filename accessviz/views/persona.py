"""The pages of one persona: whom it names, and who has it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accessviz.doors import page
from accessviz.named import named_by_persona, named_page
from accessviz.recent import remember_entity
from accessviz.staff import LOOK, Viewer
from accessviz.views.asked import guid_of
from accessviz.views.audience import people
from purposeapp.discovery.entities import persona_of
from purposeapp.discovery.subjects import persona_viewers
from purposeapp.domain.finding import Kind


@page(LOOK)
def persona(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What it is and whom it names, with counts. No look at anybody."""
    found = persona_of(guid_of(request), policies=viewer.ports.policies)
    remember_entity(request, viewer, Kind.PERSONA, found)
    population = viewer.ports.everybody.counted().population
    context = {
        "viewer": viewer,
        "persona": found,
        "tab": "persona",
        **named_page(request, named_by_persona(found, population), population),
    }
    return render(request, "accessviz/persona/persona.html", context)


@page(LOOK)
def persona_people(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Who has it, by what."""
    guid, policies = guid_of(request), viewer.ports.policies
    viewer.record("", "page:persona-people", persona=guid)
    context = people(
        request,
        viewer,
        lambda population, mode: persona_viewers(guid, mode=mode, policies=policies, population=population),
    )
    found = persona_of(guid, policies=policies)
    remember_entity(request, viewer, Kind.PERSONA, found)
    shared = {"viewer": viewer, "persona": found, "tab": "people", "kind": "persona", "guid": guid}
    return render(request, "accessviz/persona/people.html", {**shared, **context})
