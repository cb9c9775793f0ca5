"""The directory answers what Keycloak itself answers, for people made through Keycloak's own REST interface."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest

from purposeapp.directory.keycloak import (
    KeycloakDirectory,
    KeycloakPool,
    connect,
    inspect_role,
    inspect_schema,
)
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.domain.model import Person
from tests.servers import KeycloakAdmin, need, servers
from tests.services.realm import PATIENT, RealmPlan, RolePlan, client_id, find_role, fresh_realm, realm_of
from tests.services.wire import Wire

pytestmark = pytest.mark.service

USERS = 200

PLAN = RealmPlan(
    roles={
        "one": RolePlan(contains=("two", "app:read")),
        "two": RolePlan(contains=("three",)),
        "three": RolePlan(contains=("four",)),
        "four": RolePlan(contains=("one", "app:write")),  # four deep, and round again
        "shared": RolePlan(),
        "lonely": RolePlan(contains=("shared",)),
        "Shared": RolePlan(),
        "app:read": RolePlan(contains=("shared",)),
        "app:write": RolePlan(),
        "app:one": RolePlan(),
    },
    groups={
        "/eng": ("lonely",),
        "/eng/data": ("three", "app:one"),
        "/eng/data/ml": (),
        "/eng/web": ("Shared",),
        "/ENG": ("one",),
        "/sales": (),
        "/sales/data": ("shared",),
        "/a|b %_'\"": ("app:write",),
    },
    default_roles=("shared",),
)


@dataclass(frozen=True)
class World:
    admin: KeycloakAdmin
    pool: KeycloakPool
    realm: str

    @property
    def directory(self) -> KeycloakDirectory:
        return KeycloakDirectory(self.pool, self.realm)

    def users(self) -> list[dict[str, Any]]:
        """Every UserRepresentation of the realm."""
        return list(self.admin.get(f"{self.realm}/users", max=10 * USERS))


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    need("postgres")
    admin = KeycloakAdmin.connect()
    with realm_of(PLAN, admin) as realm, connect(servers().keycloak_database_url, **PATIENT) as pool:
        populate(admin, realm)
        yield World(admin, pool, realm)


def populate(admin: KeycloakAdmin, realm: str) -> None:
    """The users, each with some groups and some roles, drawn by chance but the same ones every time; one by one."""
    chance = random.Random(20)
    roles = {name: find_role(admin, realm, name) for name in PLAN.roles}
    client = client_id(admin, realm)
    for number in range(USERS):
        groups = chance.sample(sorted(PLAN.groups), k=chance.choice((0, 1, 1, 2, 3)))
        new = {"username": f"User-{number}", "enabled": bool(number % 10), "groups": groups}
        user = admin.post(f"{realm}/users", new)
        for name in chance.sample(sorted(PLAN.roles), k=chance.choice((0, 0, 1, 2))):
            of = f"clients/{client}" if roles[name]["clientRole"] else "realm"
            admin.post(f"{realm}/users/{user}/role-mappings/{of}", [roles[name]])


def test_everybody_has_keycloak_s_effective_realm_roles(world):
    users = world.users()
    assert len(users) == USERS
    for user in users:
        expected = world.admin.get(f"{world.realm}/users/{user['id']}/role-mappings/realm/composite")
        person = by_id(world, user["id"])
        assert {(role.id, role.name) for role in person.realm_roles} == {
            (role["id"], role["name"]) for role in expected
        }


def test_everybody_has_keycloak_s_effective_roles_of_the_client(world):
    client = client_id(world.admin, world.realm)
    clients_own = {role["id"] for role in world.admin.get(f"{world.realm}/clients/{client}/roles")}
    for user in world.users():
        path = f"{world.realm}/users/{user['id']}/role-mappings/clients/{client}/composite"
        held = {role.id for role in by_id(world, user["id"]).roles if role.client}
        assert held & clients_own == {role["id"] for role in world.admin.get(path)}


def test_everybody_has_keycloak_s_groups(world):
    for user in world.users():
        expected = world.admin.get(f"{world.realm}/users/{user['id']}/groups")
        person = by_id(world, user["id"])
        assert {(group.id, group.name, group.path) for group in person.groups} == {
            (group["id"], group["name"], group["path"]) for group in expected
        }


def test_everybody_has_keycloak_s_name_and_is_enabled_or_not(world):
    for user in world.users():
        person = by_id(world, user["id"])
        assert (person.username, person.enabled) == (user["username"], user["enabled"])
        assert world.directory.by_username(user["username"].upper()) == person


def test_every_role_can_be_explained(world):
    for user in world.users():
        person = by_id(world, user["id"])
        assert all(person.role_graph.paths_to(role.id, limit=1) for role in person.roles)


@pytest.mark.parametrize(
    "name", ["Straße", "ŞÜKRÜ", "ISPARTA", "ǅuro", "ẞein", "Å-ring", "K-kelvin", "a\u200bb"]
)
def test_names_are_lower_cased_as_keycloak_does_it(world, name):
    user = world.admin.post(f"{world.realm}/users", {"username": name, "enabled": True})
    try:
        for asked in (name, name.upper(), name.lower()):
            found = world.directory.by_username(asked)
            expected = world.admin.get(f"{world.realm}/users", username=asked, exact=True)
            assert [person.id for person in (found,) if person] == [one["id"] for one in expected]
        assert world.directory.by_username(name) == world.directory.by_id(user)
    finally:
        world.admin.delete(f"{world.realm}/users/{user}")


def test_a_service_account_is_a_person_too(world):
    new = {"clientId": "Robot", "serviceAccountsEnabled": True, "publicClient": False}
    client = world.admin.post(f"{world.realm}/clients", new)
    account = world.admin.get(f"{world.realm}/clients/{client}/service-account-user")
    path = f"{world.realm}/users/{account['id']}/role-mappings/realm"
    world.admin.post(path, [find_role(world.admin, world.realm, "lonely")])
    robot = world.directory.by_username("service-account-Robot")
    assert robot == world.directory.by_id(account["id"])
    assert {"lonely", "shared"} <= robot.subject.roles


def test_the_default_roles_are_those_of_the_realm(world):
    expected = world.admin.get(f"{world.realm}/roles/default-roles-{world.realm.lower()}/composites/realm")
    person = by_id(world, world.users()[0]["id"])
    assert set(person.default_roles) == {role["name"] for role in expected} >= {"shared"}


def test_groups_of_an_organization_are_no_groups_of_the_realm(world):
    with fresh_realm(world.admin, organizationsEnabled=True) as realm:
        user = world.admin.post(f"{realm}/users", {"username": "ana", "enabled": True})
        acme = {"name": "acme", "alias": "acme", "domains": [{"name": "acme.test"}]}
        organization = world.admin.post(f"{realm}/organizations", acme)
        world.admin.post(f"{realm}/organizations/{organization}/members", user)
        assert world.admin.get(f"{realm}/users/{user}/groups") == []
        directory = KeycloakDirectory(world.pool, realm)
        assert directory.by_id(user).groups == ()
        assert [member.groups for member in directory.members(limit=10)] == [()]
        assert directory.realm().groups == {}


def test_a_second_realm_with_the_same_names_sees_nothing_of_the_first(world):
    with realm_of(PLAN, world.admin) as realm:
        second = KeycloakDirectory(world.pool, realm)
        user = world.admin.post(
            f"{realm}/users", {"username": "user-1", "enabled": True, "groups": ["/eng/data"]}
        )
        twin, first = second.by_username("user-1"), world.directory.by_username("user-1")
        assert twin.id == user != first.id
        assert not known_ids(twin) & known_ids(first)
        assert second.by_username("user-2") is None
        assert second.by_id(first.id) is None
        assert world.directory.by_id(user) is None


def test_a_change_is_seen_by_the_next_question(world):
    user = world.admin.post(f"{world.realm}/users", {"username": "fickle", "enabled": True})
    eng = world.admin.get(f"{world.realm}/group-by-path/eng")["id"]
    world.admin.put(f"{world.realm}/users/{user}/groups/{eng}")
    assert "lonely" in by_id(world, user).subject.roles
    world.admin.delete(f"{world.realm}/users/{user}/groups/{eng}")
    assert "lonely" not in by_id(world, user).subject.roles
    world.admin.delete(f"{world.realm}/users/{user}")
    assert world.directory.by_id(user) is None


@pytest.mark.parametrize("question", ["user-1", "nobody"])
def test_a_look_up_is_one_statement_and_one_round_trip(world, question):
    """The first one on a connection is prepared before, which is a round trip more."""
    with connect(servers().keycloak_database_url, pool_size=1, **PATIENT) as pool:
        directory = KeycloakDirectory(pool, world.realm)
        with Wire(pool) as first:
            directory.by_username(question)
        with Wire(pool) as then:
            directory.by_username(question)
    assert (first.statements, first.round_trips) == (1, 2)
    assert (then.statements, then.round_trips) == (0, 1)


@pytest.mark.parametrize("question", [KeycloakDirectory.realm, lambda each: each.members("user-1", limit=50)])
def test_a_whole_realm_and_a_chunk_of_its_members_are_one_statement_each(world, question):
    with connect(servers().keycloak_database_url, pool_size=1, **PATIENT) as pool, Wire(pool) as wire:
        question(KeycloakDirectory(pool, world.realm))
    assert (wire.statements, wire.round_trips) == (1, 1)


def test_what_reads_the_whole_realm_uses_the_connections_meant_for_it(world):
    with connect(servers().keycloak_database_url, pool_size=1, **PATIENT) as pool, Wire(pool) as wire:
        directory = KeycloakDirectory(world.pool, world.realm, bulk=pool)
        everybody = directory.members(limit=10 * USERS)
        realm = directory.realm()
        assert realm.person(everybody[0]).roles == by_id(world, everybody[0].id).roles
    assert wire.statements == 2


def test_a_realm_without_people_has_a_structure_and_no_members(world):
    with fresh_realm(world.admin) as realm:
        directory = KeycloakDirectory(world.pool, realm)
        assert list(directory.members(limit=10)) == []
        assert directory.realm().roles


def test_a_realm_that_is_not_there_is_no_realm_without_people(world):
    nowhere = KeycloakDirectory(world.pool, "nowhere")
    for question in (
        lambda: nowhere.by_username("user-1"),
        lambda: nowhere.by_id(str(UUID(int=0))),
        nowhere.check,
        nowhere.realm,
        lambda: nowhere.members(limit=10),
    ):
        with pytest.raises(DirectoryUnavailable, match="no realm 'nowhere'"):
            question()


def test_the_reader_s_role_and_the_tables_are_as_they_should_be(world):
    assert inspect_role(world.pool) == []
    assert inspect_schema(world.pool) == []
    assert world.realm in world.directory.check()


def test_the_connections_cannot_write(world):
    with world.pool.connection() as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("DELETE FROM user_entity")
    with world.pool.connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("BEGIN READ WRITE; DELETE FROM user_entity")


def test_a_superuser_s_connection_is_warned_about():
    need("postgres")
    with connect(servers().postgres_url, **PATIENT) as pool:
        (warning,) = inspect_role(pool)
    assert "superuser" in warning


def by_id(world: World, user_id: str) -> Person:
    person = world.directory.by_id(user_id)
    assert person is not None
    return person


def known_ids(person: Person) -> set[str]:
    return {thing.id for thing in (*person.groups, *person.roles)}
