"""The rows of test_directory.py: one plan of people, made real in each backend."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from purposeapp.directory.base import Directory
from purposeapp.directory.keycloak import KeycloakDirectory, connect
from purposeapp.directory.memory import MemoryDirectory
from purposeapp.domain.model import Group, Person, Role
from purposeapp.domain.roles import RoleGraph
from tests.servers import KeycloakAdmin, need, servers
from tests.services.realm import PersonPlan, RealmPlan, RolePlan, is_client, local, realm_of

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
        "bo": PersonPlan(roles=("app:auditor",)),
        "dan": PersonPlan(groups=("/eng/data",), enabled=False),
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

Pair = tuple[Directory, Directory]
"""The directory of PLAN, and that of ELSEWHERE."""


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
def memory() -> Iterator[Pair]:
    yield in_memory(PLAN, "here"), in_memory(ELSEWHERE, "there")


@contextmanager
def keycloak() -> Iterator[Pair]:
    need("postgres")
    admin = KeycloakAdmin.connect()
    with (
        realm_of(PLAN, admin) as realm,
        realm_of(ELSEWHERE, admin) as other,
        connect(servers().keycloak_database_url) as pool,
    ):
        yield KeycloakDirectory(pool, realm), KeycloakDirectory(pool, other)
