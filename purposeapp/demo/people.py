"""The people of Acme Retail: users in nested groups, and the roles that users, groups and other roles carry."""

from dataclasses import dataclass, field
from functools import cache

from purposeapp.demo.people_tables import DEFAULT_ROLES, GROUPS, PEOPLE, ROLES, SERVICES
from purposeapp.demo.personas import persona_roles
from purposeapp.demo.table import rows, words

DOMAIN = "acme.example"

PASSWORD = "demo"  # noqa: S105  everybody's, on purpose: this is a toy company
"""The password of every person of the demo company."""


@dataclass(frozen=True, slots=True)
class DemoRole:
    """A realm role. `contains` are the roles that it is composed of, `default` those that everybody holds."""

    name: str
    description: str
    contains: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    default: bool = False


@dataclass(frozen=True, slots=True)
class DemoGroup:
    """A group by its path (`/data/engineering`), parents first; `roles` are held by all within."""

    path: str
    roles: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str:
        """The parent's path; empty at the top."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A user. `groups` are paths; `client` is the client whose service account this is, if it is one."""

    username: str
    first_name: str
    last_name: str
    designation: str
    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    enabled: bool = True
    client: str = ""

    @property
    def email(self) -> str:
        return self.username if "@" in self.username else f"{self.username}@{DOMAIN}"

    @property
    def profile_role(self) -> str:
        """What people say they are when they first sign in: the first of these words that is in their title."""
        known = ("Engineer", "Scientist", "Analyst", "Steward", "Manager", "Head")
        return next((word for word in known if word in self.designation), "Other")


@dataclass(frozen=True, slots=True)
class Company:
    """Everybody, and everything they can be in or hold."""

    people: tuple[DemoPerson, ...]
    groups: tuple[DemoGroup, ...]
    roles: tuple[DemoRole, ...]


@cache
def company() -> Company:
    """Acme Retail. Every group and role that somebody has is among `groups` and `roles`."""
    paths = {path.rpartition("/")[2]: path for path, _ in rows(GROUPS, 2)}
    carried = persona_roles()
    return Company(
        people=(*_people(paths), *_services()),
        groups=tuple(
            DemoGroup(path, words(roles) + carried.by_group.get(path.rpartition("/")[2], ()))
            for path, roles in rows(GROUPS, 2)
        ),
        roles=(
            *_roles(),
            *(DemoRole(name, f"Carries the persona {title}") for name, title in carried.titles.items()),
        ),
    )


def _people(paths: dict[str, str]) -> list[DemoPerson]:
    by_user = persona_roles().by_user
    people = []
    for username, name, designation, groups, roles in rows(PEOPLE, 5):
        first, _, last = name.partition(" ")
        direct = tuple(role for role in words(roles) if role != "disabled")
        people.append(
            DemoPerson(
                username=username,
                first_name=first,
                last_name=last,
                designation=designation,
                groups=tuple(paths[group] for group in words(groups)),
                roles=direct + by_user.get(username, ()),
                enabled="disabled" not in words(roles),
            )
        )
    return people


def _services() -> list[DemoPerson]:
    return [
        DemoPerson(f"service-account-{client}", title, "", "", roles=words(roles), client=client)
        for client, title, roles in rows(SERVICES, 3)
    ]


def _roles() -> list[DemoRole]:
    roles = []
    for name, contains, description, level, permissions in rows(ROLES, 5):
        attributes = {"level": level, "summary": description if level else "", "permissions": permissions}
        roles.append(
            DemoRole(
                name=name,
                description=description,
                contains=words(contains),
                attributes={key: value for key, value in attributes.items() if value},
                default=name in DEFAULT_ROLES,
            )
        )
    return roles
