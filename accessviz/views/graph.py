"""The access graph of one person: a page, and the facts that its script draws."""

import time

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse

from accessviz.doors import data, page
from accessviz.drawing import KINDS, drawable
from accessviz.graph import Graph, graph_of
from accessviz.links import to_person
from accessviz.staff import LOOK, Viewer
from accessviz.tables import PAGE_SIZE
from accessviz.views.person import person_page, username_of
from purposeapp.discovery.asking import Asked
from purposeapp.discovery.side_by_side import side_by_side
from purposeapp.domain.model import Person


@page(LOOK)
def graph(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The picture, and a table with the same facts, in pages, for whoever cannot see it or runs no scripts."""
    person = viewer.look_at(username_of(request), "page:graph")
    facts = _graph(person, viewer)
    rows = Paginator(facts.edges, PAGE_SIZE).get_page(request.GET.get("page", "1"))
    by_id = {node.id: (KINDS[node.kind].title, node) for node in facts.nodes}
    context = {
        "left_out": facts.left_out,
        "rows": rows,
        "lines": [(*by_id[edge.source], *by_id[edge.target], edge.counts) for edge in rows],
        "turned": "page" in request.GET,
        "kinds": KINDS,
        "facts_url": to_person(person.username, "person-graph-data"),
    }
    return person_page(request, viewer, person, "graph", context)


@data(LOOK)
def graph_data(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The graph as graph.js draws it (`accessviz.drawing.drawable`)."""
    person = viewer.look_at(username_of(request), "data:graph")
    return JsonResponse(drawable(_graph(person, viewer)))


def _graph(person: Person, viewer: Viewer) -> Graph:
    asked = Asked(person.subject, person)
    return graph_of(person, side_by_side(asked, policies=viewer.ports.policies, now=time.time()))
