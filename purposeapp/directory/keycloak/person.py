"""The row of JSON that `sql.PERSON_BY_…` returns, made into a Person."""

from collections.abc import Mapping
from typing import Any

from purposeapp.directory.keycloak.rows import by_first, path_of, roles_of
from purposeapp.domain.model import Group, Person
from purposeapp.domain.roles import RoleGraph


def person_of(row: Mapping[str, Any]) -> Person:
    """The person of one row. Its lists are null where SQL found nothing to aggregate."""
    groups = {id_: (name, parent) for id_, name, parent in row["groups"] or ()}
    paths = {id_: path_of(id_, groups) for id_ in groups}
    roles = roles_of(row)
    graph = RoleGraph(
        direct_roles=tuple(id_ for id_ in row["user_roles"] or () if id_ in roles),
        memberships=tuple(row["memberships"] or ()),
        parents={id_: parent for id_, (_, parent) in groups.items() if parent in groups},
        group_roles=by_first(pair for pair in row["group_roles"] or () if pair[1] in roles),
        composites=by_first(pair for pair in row["composites"] or () if pair[1] in roles),
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
        attributes=by_first(row["attributes"]),
    )
