"""The access graph of one person: a page, and the facts that its script draws."""

import time
from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse

from accessviz.doors import data, page
from accessviz.graph import Graph, graph_of
from accessviz.links import to_person
from accessviz.present import NODE_KINDS
from accessviz.staff import LOOK, Viewer
from accessviz.views.person import person_page, username_of
from purposeapp.discovery.asking import Asked
from purposeapp.discovery.side_by_side import side_by_side
from purposeapp.domain.model import Person


@page(LOOK)
def graph(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The picture, and a table with the same facts for whoever cannot see it or runs no scripts."""
    person = viewer.look_at(username_of(request), "page:graph")
    facts = _graph(person, viewer)
    by_id = {node.id: (NODE_KINDS[node.kind], node) for node in facts.nodes}
    lines = [(*by_id[edge.source], *by_id[edge.target], edge.counts) for edge in facts.edges]
    facts_url = to_person(person.username, "person-graph-data")
    context = {"facts": facts, "lines": lines, "kinds": NODE_KINDS, "facts_url": facts_url}
    return person_page(request, viewer, person, "graph", context)


@data(LOOK)
def graph_data(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """`{"nodes": [{"id", "kind", "label", "detail", "state"}], "edges": [{"source", "target", "counts"}], "left_out"}`."""
    person = viewer.look_at(username_of(request), "data:graph")
    return JsonResponse(asdict(_graph(person, viewer)))


def _graph(person: Person, viewer: Viewer) -> Graph:
    asked = Asked(person.subject, person)
    return graph_of(person, side_by_side(asked, policies=viewer.ports.policies, now=time.time()))
