"""A realm described once, and made real: in Keycloak, or as the people whom a directory should find in it.

`RealmPlan.expected` is worked out by hand-over-hand walking of the plan, not by the code under test.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.servers import KeycloakAdmin

PATIENT = {"deadline": 20.0, "pool_wait": 20.0}
"""For `connect`, where a test is about answers: a busy machine may take its time."""

CLIENT = "app"
"""The client to which roles named "app:…" in a plan belong."""


@dataclass(frozen=True)
class RolePlan:
    contains: tuple[str, ...] = ()
    description: str = ""
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class PersonPlan:
    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    enabled: bool = True
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    first_name: str = ""
    last_name: str = ""
    email: str = ""


@dataclass(frozen=True)
class RealmPlan:
    """Role names → roles (a client's are called "app:name"), group paths → role names (parents come first),
    usernames → people, and the roles that everybody new gets."""

    roles: Mapping[str, RolePlan] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    people: Mapping[str, PersonPlan] = field(default_factory=dict)
    default_roles: tuple[str, ...] = ()

    def expected_roles(self, username: str) -> set[str]:
        """The names of all roles that the person holds, in any way."""
        person = self.people[username]
        held = set(person.roles)
        for group in person.groups:
            while group:
                held |= set(self.groups[group])
                group = group.rpartition("/")[0]
        while more := {inner for role in held for inner in self.roles[role].contains} - held:
            held |= more
        return held


@contextmanager
def fresh_realm(admin: KeycloakAdmin, **representation: Any) -> Iterator[str]:
    """The name of a new realm, with mixed case in it; the realm is deleted afterwards."""
    name = f"Test-{secrets.token_hex(6)}"
    admin.create_realm({"realm": name, "enabled": True, **representation})
    try:
        yield name
    finally:
        admin.delete_realm(name)


@contextmanager
def realm_of(plan: RealmPlan, admin: KeycloakAdmin) -> Iterator[str]:
    """The plan as a Keycloak realm: imported, except for the composites, whose cycles only the REST interface makes."""
    with fresh_realm(admin, **representation(plan)) as realm:
        admin.put(
            f"{realm}/users/profile",
            admin.get(f"{realm}/users/profile") | {"unmanagedAttributePolicy": "ENABLED"},
        )
        for role, planned in plan.roles.items():
            add_composites(admin, realm, role, planned.contains)
        add_composites(admin, realm, f"default-roles-{realm.lower()}", plan.default_roles)
        yield realm


def representation(plan: RealmPlan) -> dict[str, Any]:
    """Keycloak's RealmRepresentation of a plan, without its composites."""
    roles = {name: {"name": local(name), **_role(planned)} for name, planned in plan.roles.items()}
    return {
        "clients": [{"clientId": CLIENT, "publicClient": True}],
        "roles": {
            "realm": [role for name, role in roles.items() if not is_client(name)],
            "client": {CLIENT: [role for name, role in roles.items() if is_client(name)]},
        },
        "groups": _group_tree(plan.groups, ""),
        "users": [_user(username, person) for username, person in plan.people.items()],
    }


def add_composites(admin: KeycloakAdmin, realm: str, role: str, contains: tuple[str, ...]) -> None:
    """Put roles into a realm role or a role of the client."""
    if contains:
        outer = find_role(admin, realm, role)
        inner = [find_role(admin, realm, name) for name in contains]
        admin.post(f"{realm}/roles-by-id/{outer['id']}/composites", inner)


def find_role(admin: KeycloakAdmin, realm: str, role: str) -> dict[str, Any]:
    """The RoleRepresentation of a role by its name in a plan."""
    if not is_client(role):
        return dict(admin.get(f"{realm}/roles/{role}"))
    return dict(admin.get(f"{realm}/clients/{client_id(admin, realm)}/roles/{local(role)}"))


def client_id(admin: KeycloakAdmin, realm: str) -> str:
    """The internal id of the realm's client "app"."""
    return str(admin.get(f"{realm}/clients", clientId=CLIENT)[0]["id"])


def is_client(role: str) -> bool:
    return role.startswith(f"{CLIENT}:")


def local(role: str) -> str:
    """A role's own name, without the client's."""
    return role.removeprefix(f"{CLIENT}:")


def _role(planned: RolePlan) -> dict[str, Any]:
    return {
        "description": planned.description,
        "attributes": {name: list(values) for name, values in planned.attributes.items()},
    }


def _user(username: str, person: PersonPlan) -> dict[str, Any]:
    return {
        "username": username,
        "enabled": person.enabled,
        **_given(firstName=person.first_name, lastName=person.last_name, email=person.email),
        "groups": list(person.groups),
        "attributes": {name: list(values) for name, values in person.attributes.items()},
        "realmRoles": [role for role in person.roles if not is_client(role)],
        "clientRoles": {CLIENT: [local(role) for role in person.roles if is_client(role)]},
    }


def _given(**texts: str) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}


def _group_tree(groups: Mapping[str, tuple[str, ...]], parent: str) -> list[dict[str, Any]]:
    return [
        {
            "name": path.rpartition("/")[2],
            "realmRoles": list(roles),
            "subGroups": _group_tree(groups, path),
        }
        for path, roles in groups.items()
        if path.rpartition("/")[0] == parent
    ]
