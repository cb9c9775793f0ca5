"""The ways of an explanation as a graph: what the access graph is for a person, of one pair."""

from collections.abc import Collection, Iterable
from itertools import pairwise

from accessviz import present
from accessviz.graph import ME, Edge, Graph, Node, NodeKind
from accessviz.links import address, to_person
from purposeapp.domain.explain import Kind, Path
from purposeapp.domain.explain import Node as Stop
from purposeapp.domain.model import Via

_KINDS = {
    Kind.USER: NodeKind.USER,
    Kind.GROUP: NodeKind.GROUP,
    Kind.ROLE: NodeKind.ROLE,
    Kind.PUBLIC: NodeKind.ALL,
    Kind.EVERYONE: NodeKind.ALL,
    Kind.POLICY: NodeKind.POLICY,
    Kind.PURPOSE: NodeKind.PURPOSE,
    Kind.PERSONA: NodeKind.PURPOSE,
}
"""A persona stands where a purpose would: at the end."""


def graph_of_paths(paths: Iterable[Path], effective: Collection[Path]) -> Graph:
    """The ways of an explanation; those that give effective access count."""
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str], bool] = {}
    for path in paths:
        ids = [ME if node.kind is Kind.USER else f"{node.kind}:{node.id}" for node in path]
        for id_, node in zip(ids, path, strict=True):
            nodes.setdefault(id_, Node(id_, _KINDS[node.kind], _label(node), url=_url(node)))
        for edge in pairwise(ids):
            edges[edge] = edges.get(edge, False) or path in effective
    return Graph(tuple(nodes.values()), tuple(Edge(*ends, counts) for ends, counts in edges.items()))


def _label(stop: Stop) -> str:
    if stop.kind in (Kind.PUBLIC, Kind.EVERYONE):
        return str(present.VIAS[Via(stop.kind)])
    return stop.name or stop.id


def _url(stop: Stop) -> str:
    """Of its page; blank where there is none."""
    match stop.kind:
        case Kind.USER:
            return to_person(stop.name)
        case Kind.GROUP:
            return address("group", id=stop.id)
        case Kind.POLICY | Kind.PURPOSE | Kind.PERSONA:
            return address(stop.kind.value, guid=stop.id)
    return ""
