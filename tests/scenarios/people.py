"""People of a scenario: domain Persons whose roles are closed over groups, ancestors and composites."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from purposeapp.domain.model import Group, Person, Role
from purposeapp.domain.roles import RoleGraph
from tests.scenarios.strict import spec


@dataclass(frozen=True)
class PersonSpec:
    """`groups` are paths such as /eng/data; `many_groups` adds that many more, /crowd-0001 and on."""

    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    enabled: bool = True
    many_groups: int = 0

    @property
    def paths(self) -> tuple[str, ...]:
        return (*self.groups, *(f"/crowd-{n:04}" for n in range(1, self.many_groups + 1)))


@dataclass(frozen=True)
class Realm:
    """`group_roles` has the roles that a group's path carries, `composites` the roles that a role contains."""

    group_roles: Mapping[str, list[str]] = field(default_factory=dict)
    composites: Mapping[str, list[str]] = field(default_factory=dict)


def people_of(entries: Mapping[str, Any], realm: Realm, where: str) -> tuple[Person, ...]:
    return tuple(
        _person(username, spec(PersonSpec, entry or {}, f"{where}, {username}"), realm)
        for username, entry in entries.items()
    )


def _person(username: str, person: PersonSpec, realm: Realm) -> Person:
    lineage = [ancestor for path in person.paths for ancestor in _lineage(path)]
    graph = RoleGraph(
        direct_roles=person.roles,
        memberships=person.paths,
        parents={path: path.rpartition("/")[0] for path in lineage if path.count("/") > 1},
        group_roles={
            path: tuple(realm.group_roles[path])
            for path in dict.fromkeys(lineage)
            if path in realm.group_roles
        },
        composites={role: tuple(inner) for role, inner in realm.composites.items()},
    )
    return Person(
        id=str(uuid5(NAMESPACE_URL, f"person:{username}")),
        username=username,
        enabled=person.enabled,
        groups=tuple(Group(id=path, name=path.rpartition("/")[2], path=path) for path in person.paths),
        roles=tuple(Role(id=name, name=name) for name in sorted(graph.effective_role_ids())),
        role_graph=graph,
    )


def _lineage(path: str) -> list[str]:
    """`/eng/data` → `/eng/data`, `/eng`."""
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(len(parts), 1, -1)]
