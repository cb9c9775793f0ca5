"""Groups as a tree and roles with the ways in which they are held, ready to be shown."""

from dataclasses import dataclass, field

from purposeapp.domain.model import Person
from purposeapp.domain.roles import RoleGraph


@dataclass
class GroupNode:
    """A group on the way to one the person is in. `direct`: she is in it; `roles` are those it gives, by name."""

    id: str
    name: str
    path: str
    direct: bool = False
    roles: tuple[str, ...] = ()
    children: list["GroupNode"] = field(default_factory=list)


def group_tree(person: Person) -> list[GroupNode]:
    """The groups the person is in below their ancestors, in the order of their paths."""
    graph = person.role_graph
    nodes = {group.id: GroupNode(group.id, group.name, group.path, direct=True) for group in person.groups}
    for group in list(nodes):
        _add_ancestors(group, graph, nodes)
    for node in nodes.values():
        given = graph.group_roles.get(node.id, ())
        node.roles = tuple(sorted(graph.names.get(role, role) for role in given))
    inside: dict[str, str] = {}
    roots = []
    for node in sorted(nodes.values(), key=lambda node: (node.path, node.id)):
        above = graph.parents.get(node.id, "")
        if above not in nodes or _leads_to(node.id, above, inside):
            roots.append(node)
        else:
            inside[node.id] = above
            nodes[above].children.append(node)
    return roots


def _leads_to(group: str, start: str, inside: dict[str, str]) -> bool:
    """Whether a group is `start` or one that it is inside of: then putting it into `start` would close a loop."""
    current: str | None = start
    while current is not None and current != group:
        current = inside.get(current)
    return current == group


def _add_ancestors(group: str, graph: RoleGraph, nodes: dict[str, GroupNode]) -> None:
    """A loop in a broken table ends where it meets a group that is there already."""
    above = graph.parents.get(group)
    while above and above not in nodes:
        path = graph.names.get(above, above)
        nodes[above] = GroupNode(above, path.rpartition("/")[2], path)
        above = graph.parents.get(above)
