"""The access graph of one person: from her through groups and roles to policies and purposes."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from accessviz import present
from accessviz.links import address, to_person, to_purpose
from purposeapp.discovery.phrases import said
from purposeapp.discovery.side_by_side import SideBySide
from purposeapp.domain.model import Match, Person, Reason, Via

MOST_NODES = 2000
"""A picture of more says nothing; the access page has everything."""


class NodeKind(StrEnum):
    """From left to right."""

    USER = "user"
    GROUP = "group"
    ROLE = "role"
    ALL = "all"
    POLICY = "policy"
    PURPOSE = "purpose"


@dataclass(frozen=True, slots=True)
class Node:
    """`state` is blank or how far it has effect: `effective`, `listed`, `none`, `refuses`.

    `url` is the address of its page, blank where it has none.
    """

    id: str
    kind: NodeKind
    label: str
    detail: str = ""
    state: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """`counts`: along it some purpose is really seen."""

    source: str
    target: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Graph:
    """Every node is reached from the first, which is the person. `left_out` counts the nodes beyond MOST_NODES."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int = 0


ME = "user"


def graph_of(person: Person, sides: SideBySide) -> Graph:
    """All that leads the person to a purpose, roles and groups that lead nowhere included."""
    nodes: dict[str, Node] = {ME: _me(person)}
    edges: dict[tuple[str, str], Edge] = {}
    for node, edge in (*_membership(person), *_access(person, sides)):
        nodes.setdefault(node.id, node)
        known = edges.get((edge.source, edge.target))
        if known is None or (edge.counts and not known.counts):
            edges[edge.source, edge.target] = edge
    kept = dict(list(nodes.items())[:MOST_NODES])
    inside = tuple(edge for edge in edges.values() if edge.source in kept and edge.target in kept)
    return Graph(tuple(kept.values()), inside, len(nodes) - len(kept))


def _membership(person: Person) -> Iterator[tuple[Node, Edge]]:
    """Every node and the edge that leads to it: groups, their ancestors, roles, the roles inside them."""
    graph = person.role_graph
    held = {role.id: role for role in person.roles}
    groups = [group.id for group in person.groups]
    for group in groups:
        yield _group(group, person), Edge(ME, f"group:{group}")
    seen = set(groups)
    while groups:
        group = groups.pop()
        above = graph.parents.get(group)
        if above:
            yield _group(above, person), Edge(f"group:{group}", f"group:{above}")
            if above not in seen:
                seen.add(above)
                groups.append(above)
        for role in graph.group_roles.get(group, ()):
            if role in held:
                yield _role(role, person), Edge(f"group:{group}", f"role:{role}")
    for role in graph.direct_roles:
        if role in held:
            yield _role(role, person), Edge(ME, f"role:{role}")
    for outer in held:
        for inner in graph.composites.get(outer, ()):
            if inner in held:
                yield _role(inner, person), Edge(f"role:{outer}", f"role:{inner}")


def _access(person: Person, sides: SideBySide) -> Iterator[tuple[Node, Edge]]:
    sources = _Sources(person)
    for row in sides.purposes:
        state = "effective" if row.effective else "listed" if row.listed else "none"
        purpose = Node(
            f"purpose:{row.purpose.guid}",
            NodeKind.PURPOSE,
            row.purpose.display_name or row.purpose.name,
            row.purpose.description,
            state,
            to_purpose(row.purpose.guid),
        )
        for reason in row.reasons:
            policy = _policy(reason)
            for source, node in sources.of(reason.match):
                if node is not None:
                    yield node, Edge(ME, node.id, reason.counts)
                yield policy, Edge(source, policy.id, reason.counts)
            yield purpose, Edge(policy.id, purpose.id, reason.counts)


class _Sources:
    """Finds the nodes that a policy names the person by."""

    def __init__(self, person: Person) -> None:
        self._groups = [(group.name, f"group:{group.id}") for group in person.groups]
        self._roles = [(role.name, f"role:{role.id}") for role in person.realm_roles]

    def of(self, match: Match) -> list[tuple[str, Node | None]]:
        """Ids, each with the node to make for it where none stands for a membership."""
        match match.via:
            case Via.GROUP:
                return [(id_, None) for name, id_ in self._groups if name == match.name]
            case Via.ROLE:
                return [(id_, None) for name, id_ in self._roles if name == match.name]
            case Via.USER:
                return [(ME, None)]
        return [(f"all:{match.via}", Node(f"all:{match.via}", NodeKind.ALL, present.matched(match)))]


def _me(person: Person) -> Node:
    return Node(ME, NodeKind.USER, person.username, url=to_person(person.username))


def _group(id_: str, person: Person) -> Node:
    name = person.role_graph.names.get(id_, id_)
    return Node(f"group:{id_}", NodeKind.GROUP, name, url=address("group", id=id_))


def _role(id_: str, person: Person) -> Node:
    return Node(f"role:{id_}", NodeKind.ROLE, person.role_graph.names.get(id_, id_))


def _policy(reason: Reason) -> Node:
    policy = reason.policy
    state = "effective" if reason.counts else "refuses" if policy.type == "deny" else "none"
    return Node(
        f"policy:{policy.guid}",
        NodeKind.POLICY,
        policy.name or policy.guid,
        f"{policy.type}: {said(reason.because)}",
        state,
        address("policy", guid=policy.guid),
    )
