"""Slim whoami: who the caller is, from the directory alone. Personas and purposes are other questions."""

from collections.abc import Iterable
from dataclasses import dataclass

from purposeapp.domain.model import PERSONA_ROLE_PREFIX, Person, Role
from purposeapp.domain.roles import Step

WORKSPACE_ROLES = ("$admin", "$member", "$guest")
"""The roles that say how much of the workspace is open to somebody, highest first."""

SYSTEM_ROLES = frozenset({"offline_access", "uma_authorization"})
"""Keycloak's own realm roles; they permit nothing in the catalogue."""

DEFAULT_ROLE_PREFIX = "default-roles-"


@dataclass(frozen=True, slots=True)
class WhoAmI:
    """The directory's facts about one person, arranged as clients want them."""

    person: Person
    workspace_role: Role | None
    permissions: tuple[str, ...]


def whoami(person: Person) -> WhoAmI:
    return WhoAmI(
        person=person,
        workspace_role=_workspace_role(person.realm_roles),
        permissions=tuple(sorted(set(_permissions(person)))),
    )


@dataclass(frozen=True, slots=True)
class RoleExplained:
    """A role held, with every way by which it is held."""

    role: Role
    paths: tuple[tuple[Step, ...], ...]


def effective_roles(person: Person) -> tuple[RoleExplained, ...]:
    """Each effective role, realm and client ones, by name."""
    ordered = sorted(person.roles, key=lambda role: (role.name, role.id))
    return tuple(RoleExplained(role, person.role_graph.paths_to(role.id)) for role in ordered)


def _workspace_role(roles: Iterable[Role]) -> Role | None:
    by_name = {role.name: role for role in roles}
    return next((by_name[name] for name in WORKSPACE_ROLES if name in by_name), None)


def _permissions(person: Person) -> Iterable[str]:
    for role in person.realm_roles:
        if not _is_structural(role.name, person.default_roles):
            yield role.name
        yield from role.attributes.get("permissions", ())


def _is_structural(name: str, default_roles: tuple[str, ...]) -> bool:
    """Roles that place somebody (workspace, persona, default, system) rather than permit something."""
    return (
        name in WORKSPACE_ROLES
        or name in SYSTEM_ROLES
        or name in default_roles
        or name.startswith((PERSONA_ROLE_PREFIX, DEFAULT_ROLE_PREFIX))
    )
