"""What graph.js draws: the kinds of nodes in words, and a graph as it reads one."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from accessviz.graph import Graph, Node, NodeKind


@dataclass(frozen=True, slots=True)
class KindWords:
    """`title` stands in the legend, `one` and `many` in a sentence."""

    title: Any
    one: Any
    many: Any


KINDS = {
    NodeKind.USER: KindWords(gettext_lazy("User"), gettext_lazy("user"), gettext_lazy("users")),
    NodeKind.GROUP: KindWords(gettext_lazy("Group"), gettext_lazy("group"), gettext_lazy("groups")),
    NodeKind.ROLE: KindWords(gettext_lazy("Role"), gettext_lazy("role"), gettext_lazy("roles")),
    NodeKind.ALL: KindWords(gettext_lazy("Everybody"), gettext_lazy("everybody"), gettext_lazy("everybody")),
    NodeKind.POLICY: KindWords(gettext_lazy("Policy"), gettext_lazy("policy"), gettext_lazy("policies")),
    NodeKind.PURPOSE: KindWords(gettext_lazy("Purpose"), gettext_lazy("purpose"), gettext_lazy("purposes")),
}
"""From left to right."""


def drawable(graph: Graph) -> dict[str, Any]:
    """`{"nodes": [{"kind", "label", "detail", "state", "url"}], "edges": [[source, target, counts]]}`.

    The ends of an edge are places among the nodes: ids would be most of what is sent.
    """
    place = {node.id: number for number, node in enumerate(graph.nodes)}
    edges = [(place[edge.source], place[edge.target], edge.counts) for edge in graph.edges]
    return {"nodes": [_drawable(node) for node in graph.nodes], "edges": edges}


def _drawable(node: Node) -> dict[str, str]:
    return {
        "kind": node.kind,
        "label": node.label,
        "detail": node.detail,
        "state": node.state,
        "url": node.url,
    }
