"""Django's own users as a directory, with the groups, roles and attributes of purposeapp.models.

One look-up costs four statements whatever somebody holds: the user, the groups with their ancestors, the edges to
roles, the roles. Staff who are not superusers cost two more, for Django's permissions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Q, QuerySet

from purposeapp import models
from purposeapp.directory.djangoauth_sql import EDGES, GROUPS
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.domain.model import Group, Person, Role
from purposeapp.domain.roles import RoleGraph
from purposeapp.models.batches import batches
from purposeapp.models.failures import database_failures_as
from purposeapp.models.validators import is_storable

VIEW_ANY_ACCESS = "purposeapp.view_any_access"

MAX_ID = 2**31 - 1
"""The widest primary key of a user that both databases can compare with."""


@dataclass(frozen=True, slots=True)
class _Lineage:
    """A user's groups and their ancestors, by id. `direct` are the groups the user is in, by name."""

    names: Mapping[str, str]
    parents: Mapping[str, str]
    direct: tuple[str, ...]

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[int, str, int | None, Any]]) -> "_Lineage":
        rows = list(rows)
        stored = {str(id_): name for id_, name, _, _ in rows}
        parents = {str(id_): str(parent) for id_, _, parent, _ in rows if parent is not None}
        return cls(
            names={id_: _own_name(name, stored.get(parents.get(id_, ""))) for id_, name in stored.items()},
            parents=parents,
            direct=tuple(str(id_) for id_, _, _, direct in rows if direct),
        )

    def path(self, group: str) -> str:
        """`/eng/data`; a loop in the nesting ends where it began."""
        names: list[str] = []
        seen: set[str] = set()
        current: str | None = group
        while current and current not in seen:
            seen.add(current)
            names.append(self.names[current])
            current = self.parents.get(current)
        return "/" + "/".join(reversed(names))


def _own_name(name: str, parent: str | None) -> str:
    """A group's name without its parent's: Django's are unique, so only as `sales/data` can `sales` have a `data` too."""
    return name if parent is None else name.removeprefix(f"{parent}/")


class DjangoDirectory:
    """The local users of one tenant, named by its slug. Users without a TenantUser are of the default tenant."""

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant

    def by_username(self, username: str) -> Person | None:
        # Stored names are in lower case (see models.people), so that plain equality is enough on every database.
        return self._person(username=username.lower()) if is_storable(username) else None

    def by_id(self, user_id: str) -> Person | None:
        return self._person(pk=int(user_id)) if _is_id(user_id) else None

    @database_failures_as(DirectoryUnavailable)
    def check(self) -> str:
        self._users().exists()
        return f"{connection.vendor} answers"

    @database_failures_as(DirectoryUnavailable)
    def _person(self, **key: Any) -> Person | None:
        user = self._users().select_related("tenant_user").filter(**key).first()
        if user is None:
            return None
        lineage = _Lineage.from_rows(_rows(GROUPS, user=user.pk))
        edges = _rows(EDGES, user=user.pk, tenant=self._tenant)
        held = _roles({role for _, _, role in edges})
        return Person(
            id=str(user.pk),
            username=user.username,
            enabled=user.is_active,
            groups=tuple(Group(id_, lineage.names[id_], lineage.path(id_)) for id_ in lineage.direct),
            roles=tuple(_role(row) for row in held.values()),
            role_graph=_graph(lineage, edges, held),
            default_roles=tuple(row.name for row in held.values() if row.is_default),
            attributes=_user_attributes(user),
            may_view_any_access=user.is_staff and user.has_perm(VIEW_ANY_ACCESS),
        )

    def _users(self) -> QuerySet[User]:
        mine = Q(tenant_user__tenant=self._tenant)
        if self._tenant == models.DEFAULT_TENANT:
            mine |= Q(tenant_user=None)
        return User.objects.filter(mine).order_by()


def _roles(ids: Iterable[str]) -> Mapping[str, models.Role]:
    """Role rows by id, in the order of their names."""
    rows = [row for some in batches(list(ids)) for row in models.Role.objects.filter(pk__in=some)]
    return {row.pk: row for row in sorted(rows, key=lambda row: row.name)}


def _rows(sql: str, **parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _is_id(text: str) -> bool:
    """Whether this is exactly how we write some primary key (`7`, never `07` or `+7`)."""
    return (
        text.isascii()
        and text.isdigit()
        and len(text) <= 10
        and text == str(int(text))
        and int(text) <= MAX_ID
    )


def _graph(
    lineage: _Lineage, edges: Iterable[tuple[str, str, str]], roles: Mapping[str, models.Role]
) -> RoleGraph:
    leading: dict[tuple[str, str], list[str]] = {}
    for kind, source, role in edges:
        leading.setdefault((kind, source), []).append(role)

    def of(wanted: str) -> dict[str, tuple[str, ...]]:
        return {source: tuple(found) for (kind, source), found in leading.items() if kind == wanted}

    return RoleGraph(
        direct_roles=of("user").get("", ()),
        memberships=lineage.direct,
        parents=lineage.parents,
        group_roles=of("group"),
        composites=of("role"),
        names={id_: row.name for id_, row in roles.items()}
        | {id_: lineage.path(id_) for id_ in lineage.names},
    )


def _role(row: models.Role) -> Role:
    given = {"level": row.level, "summary": row.summary}
    return Role(row.pk, row.name, row.description, attributes=_texts(row.attributes | _present(given)))


def _user_attributes(user: User) -> Mapping[str, tuple[str, ...]]:
    profile: models.TenantUser | None = getattr(user, "tenant_user", None)
    if profile is None:
        return {}
    given = {
        "designation": profile.designation,
        "profileRole": profile.profile_role,
        "profileRoleOther": profile.profile_role_other,
    }
    return _texts(profile.attributes | _present(given))


def _present(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _texts(attributes: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """Attribute values as the port has them: always several texts."""
    return {
        name: tuple(map(str, value)) if isinstance(value, list) else (str(value),)
        for name, value in attributes.items()
        if value is not None
    }
