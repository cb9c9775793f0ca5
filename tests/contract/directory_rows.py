"""The rows of test_directory.py: one plan of people, made real in each backend."""

import math
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

import pytest
from django.contrib.auth.models import Group as DjangoGroup
from django.contrib.auth.models import User
from redis import Redis

from purposeapp import models
from purposeapp.directory.base import Directory
from purposeapp.directory.cached import CachedDirectory
from purposeapp.directory.djangoauth import DjangoDirectory
from purposeapp.directory.keycloak import KeycloakDirectory, connect
from purposeapp.directory.memory import MemoryDirectory
from purposeapp.domain.model import Group, Person, Role
from purposeapp.domain.roles import RoleGraph
from tests.contract.policyindex_rows import database_at
from tests.servers import KeycloakAdmin, need, servers
from tests.services.realm import PATIENT, PersonPlan, RealmPlan, RolePlan, is_client, local, realm_of

MANY = tuple(f"/team-{number:04}" for number in range(2000))

PLAN = RealmPlan(
    roles={
        "engineer": RolePlan(contains=("reader",)),
        "reader": RolePlan(
            contains=("viewer", "app:read"),
            description="May read",
            attributes={"permissions": ("look", "list")},
        ),
        "viewer": RolePlan(contains=("engineer",)),  # closes a cycle of three
        "analyst": RolePlan(),
        "auditor": RolePlan(),
        "welcome": RolePlan(),
        "app:read": RolePlan(),
        "app:auditor": RolePlan(),
    },
    groups={
        "/eng": ("engineer",),
        "/eng/data": ("analyst",),
        "/eng/data/ml": (),
        "/Eng": (),
        "/sales": (),
        "/sales/data": (),
        **dict.fromkeys(MANY, ()),
    },
    people={
        "ana": PersonPlan(
            groups=("/eng/data/ml", "/sales/data"),
            roles=("auditor",),
            attributes={
                "designation": ("Data Scientist",),
                "profileRole": ("a" * 3000,),
            },
        ),
        "bo": PersonPlan(
            roles=("app:auditor",), first_name="Robert", last_name="O'Neil", email="rob_1@example.com"
        ),
        "dan": PersonPlan(
            groups=("/eng/data",),
            enabled=False,
            attributes={"designation": ("Clerk",), "shoeSize": ("44",)},
        ),
        "straße": PersonPlan(groups=("/eng",)),
        "strasse": PersonPlan(),
        "ﬁle": PersonPlan(groups=("/eng",)),
        "file": PersonPlan(),
        "ａlice": PersonPlan(groups=("/eng",)),
        "alice": PersonPlan(),
        "şükrü": PersonPlan(),
        "service-account-app": PersonPlan(roles=("auditor",)),
        "o'brien%_": PersonPlan(),
        "busy": PersonPlan(groups=MANY),
    },
    default_roles=("welcome",),
)

ELSEWHERE = RealmPlan(
    roles={"analyst": RolePlan(contains=("spy",)), "spy": RolePlan()},
    groups={"/eng": ("spy",), "/eng/data": ("spy",)},
    people={
        "ana": PersonPlan(groups=("/eng/data",), roles=("analyst",)),
        "mallory": PersonPlan(),
    },
)
"""Another realm (tenant) with some of the same names, living in the same place."""


@dataclass(frozen=True)
class Row:
    """One backend: its directory of `plan`, and that of ELSEWHERE. `nameless`: it knows usernames only."""

    directory: Directory
    elsewhere: Directory
    plan: RealmPlan = PLAN
    nameless: bool = False


def in_memory(plan: RealmPlan, realm: str) -> MemoryDirectory:
    return MemoryDirectory(_person(plan, username, realm) for username in plan.people)


def _person(plan: RealmPlan, username: str, realm: str) -> Person:
    """The planned person; ids are the plan's names, made unique by the realm's."""
    planned = plan.people[username]

    def ids(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(f"{realm} {name}" for name in names)

    def id_(name: str) -> str:
        return ids([name])[0]

    graph = RoleGraph(
        direct_roles=ids(planned.roles),
        memberships=ids(planned.groups),
        parents={id_(path): id_(path.rpartition("/")[0]) for path in plan.groups if path.count("/") > 1},
        group_roles={id_(path): ids(roles) for path, roles in plan.groups.items()},
        composites={id_(name): ids(role.contains) for name, role in plan.roles.items()},
        names={id_(name): local(name) for name in (*plan.roles, *plan.groups)},
    )
    roles = (
        Role(
            id_(name), local(name), plan.roles[name].description, is_client(name), plan.roles[name].attributes
        )
        for name in sorted(plan.expected_roles(username), key=local)
    )
    return Person(
        id=id_(username),
        username=username,
        enabled=planned.enabled,
        groups=tuple(Group(id_(path), path.rpartition("/")[2], path) for path in sorted(planned.groups)),
        roles=tuple(roles),
        role_graph=graph,
        default_roles=plan.default_roles,
        attributes=planned.attributes,
    )


@contextmanager
def memory(_: pytest.FixtureRequest) -> Iterator[Row]:
    yield Row(in_memory(PLAN, "here"), in_memory(ELSEWHERE, "there"), nameless=True)


@contextmanager
def keycloak(_: pytest.FixtureRequest) -> Iterator[Row]:
    need("postgres")
    admin = KeycloakAdmin.connect()
    with (
        realm_of(PLAN, admin) as realm,
        realm_of(ELSEWHERE, admin) as other,
        connect(servers().keycloak_database_url, **PATIENT) as pool,
    ):
        yield Row(KeycloakDirectory(pool, realm), KeycloakDirectory(pool, other))


@contextmanager
def djangoauth(request: pytest.FixtureRequest) -> Iterator[Row]:
    """Needs the mark `django_db`. Committed and taken back, since each test has a transaction of its own."""
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock():
        row = _django_row()
    yield row
    with blocker.unblock():
        User.objects.filter(tenant_user__tenant__in=("here", "there")).delete()
        models.Role.objects.filter(tenant="here").delete()
        DjangoGroup.objects.filter(name__in=[path.removeprefix("/") for path in PLAN.groups]).delete()


def _django_row() -> Row:
    plan = without_clients(PLAN)
    fill_django(plan, "here")
    # Usernames and groups are unique over all tenants there, so the other tenant has nobody else's.
    fill_django(RealmPlan(people={"mallory": PersonPlan()}), "there")
    return Row(DjangoDirectory("here"), DjangoDirectory("there"), plan)


@contextmanager
def djangoauth_postgres(request: pytest.FixtureRequest) -> Iterator[Row]:
    with request.getfixturevalue("django_db_blocker").unblock(), database_at(need("postgres")):
        yield _django_row()


MakeRow = Callable[[pytest.FixtureRequest], AbstractContextManager[Row]]


def cached(backend: MakeRow) -> MakeRow:
    """The row of a cache in one process over another backend, told for all time that nothing changes."""
    return _wrapped(backend, lambda source: followed(CachedDirectory(source, place=("acme",), secret="s")))


def shared(backend: MakeRow) -> MakeRow:
    """The row of a cache that finds everybody in Redis, and holds one person at a time itself."""

    def warm(source: Directory) -> Directory:
        redis = Redis.from_url(need("redis"))
        place = ("test", secrets.token_hex(8))
        directory = followed(CachedDirectory(source, place=place, secret="s", redis=redis, size=1))
        everybody = source.members(limit=100)
        assert directory.store(everybody, directory.mark()) == len(everybody)
        assert all(directory.by_id(member.id) for member in everybody)
        assert (directory.counters.in_redis, directory.counters.missed) == (len(everybody), 0)
        return directory

    return _wrapped(backend, warm)


def followed(directory: CachedDirectory) -> CachedDirectory:
    directory.confirm(math.inf)
    return directory


def _wrapped(backend: MakeRow, wrap: Callable[[Directory], Directory]) -> MakeRow:
    @contextmanager
    def row(request: pytest.FixtureRequest) -> Iterator[Row]:
        with backend(request) as made:
            yield Row(wrap(made.directory), wrap(made.elsewhere), made.plan, made.nameless)

    return row


def without_clients(plan: RealmPlan) -> RealmPlan:
    """The plan as a directory has it that knows no clients."""

    def kept(roles: Iterable[str]) -> tuple[str, ...]:
        return tuple(role for role in roles if not is_client(role))

    return replace(
        plan,
        roles={
            name: replace(plan.roles[name], contains=kept(plan.roles[name].contains))
            for name in kept(plan.roles)
        },
        people={name: replace(person, roles=kept(person.roles)) for name, person in plan.people.items()},
    )


def fill_django(plan: RealmPlan, tenant: str) -> None:
    """Make the plan's people, groups and roles in Django's database."""
    groups = {path: DjangoGroup(name=path.removeprefix("/")) for path in plan.groups}
    DjangoGroup.objects.bulk_create(groups.values())
    for path, group in groups.items():
        if parent := groups.get(path.rpartition("/")[0]):
            models.GroupNesting.objects.create(group=group, parent=parent)
    roles = {
        name: _django_role(tenant, name, planned, name in plan.default_roles)
        for name, planned in plan.roles.items()
    }
    for name, role in roles.items():
        role.composites.set(roles[inner] for inner in plan.roles[name].contains)
        role.groups.set(group for path, group in groups.items() if name in plan.groups[path])
    for username, person in plan.people.items():
        user = User.objects.create(
            username=username,
            is_active=person.enabled,
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email,
        )
        models.TenantUser.objects.create(user=user, tenant=tenant, attributes=_lists(person.attributes))
        user.groups.set(groups[path] for path in person.groups)
        user.directory_roles.set(roles[name] for name in person.roles)


def _django_role(tenant: str, name: str, planned: RolePlan, is_default: bool) -> models.Role:
    return models.Role.objects.create(
        tenant=tenant,
        name=name,
        description=planned.description,
        attributes=_lists(planned.attributes),
        is_default=is_default,
    )


def _lists(attributes: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: list(values) for name, values in attributes.items()}
