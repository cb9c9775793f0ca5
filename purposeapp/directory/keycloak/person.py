"""The row of JSON that `sql.PERSON_BY_…` returns, made into a Person."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from purposeapp.domain.model import Group, Person, Role
from purposeapp.domain.roles import RoleGraph


def person_of(row: Mapping[str, Any]) -> Person:
    """The person of one row. Its lists are null where SQL found nothing to aggregate."""
    groups = {id_: (name, parent) for id_, name, parent in row["groups"] or ()}
    paths = {id_: _path(id_, groups) for id_ in groups}
    roles = _roles(row)
    graph = RoleGraph(
        direct_roles=tuple(id_ for id_ in row["user_roles"] or () if id_ in roles),
        memberships=tuple(row["memberships"] or ()),
        parents={id_: parent for id_, (_, parent) in groups.items() if parent in groups},
        group_roles=_by_first(pair for pair in row["group_roles"] or () if pair[1] in roles),
        composites=_by_first(pair for pair in row["composites"] or () if pair[1] in roles),
        names=paths | {role.id: role.name for role in roles.values()},
    )
    memberships = (Group(id_, groups[id_][0], paths[id_]) for id_ in graph.memberships)
    effective = (roles[id_] for id_ in graph.effective_role_ids())
    return Person(
        id=row["id"],
        username=row["username"],
        enabled=row["enabled"],
        groups=tuple(sorted(memberships, key=lambda group: (group.path, group.id))),
        roles=tuple(sorted(effective, key=lambda role: (role.name, role.client, role.id))),
        role_graph=graph,
        default_roles=tuple(sorted(row["default_roles"] or ())),
        attributes=_by_first(row["attributes"]),
    )


def _roles(row: Mapping[str, Any]) -> dict[str, Role]:
    attributes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for role_id, name, value in row["role_attributes"] or ():
        attributes[role_id].append((name, value))
    return {
        id_: Role(id_, name, description or "", client, _by_first(attributes[id_]))
        for id_, name, description, client in row["roles"] or ()
    }


def _by_first(pairs: Iterable[tuple[str, str]] | None) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key, value in pairs or ():
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def _path(group: str, groups: Mapping[str, tuple[str, str]]) -> str:
    """The path as Keycloak shows it, "/eng/data". The root's parent is a blank, so it is in no mapping."""
    names: list[str] = []
    seen: set[str] = set()
    while group in groups and group not in seen:
        seen.add(group)
        name, group = groups[group]
        names.append(name)
    return "/" + "/".join(reversed(names))
