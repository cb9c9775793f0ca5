"""Django's own users as a directory, with the groups, roles and attributes of purposeapp.models.

One look-up costs four statements whatever somebody holds: the user, the groups with their ancestors, the edges to
roles, the roles. Staff who are not superusers cost two more, for Django's permissions.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Q, QuerySet

from purposeapp import models
from purposeapp.directory.djangoauth_realm import VIEW_ANY_ACCESS, members_among, members_of, realm_of
from purposeapp.directory.djangoauth_rows import Lineage, attributes_of, role_of
from purposeapp.directory.djangoauth_search import search_users
from purposeapp.directory.djangoauth_sql import EDGES, GROUPS
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.domain.finding import Found
from purposeapp.domain.model import Person
from purposeapp.domain.realm import Member, Realm
from purposeapp.domain.roles import RoleGraph
from purposeapp.models.batches import batches
from purposeapp.models.failures import database_failures_as
from purposeapp.models.validators import is_storable

MAX_ID = 2**31 - 1
"""The widest primary key of a user that both databases can compare with."""


class DjangoDirectory:
    """The local users of one tenant, named by its slug. Users without a TenantUser are of the default tenant."""

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant

    def by_username(self, username: str) -> Person | None:
        # Stored names are in lower case (see models.people), so that plain equality is enough on every database.
        return self._person(username=username.lower()) if is_storable(username) else None

    def by_id(self, user_id: str) -> Person | None:
        return self._person(pk=int(user_id)) if _is_id(user_id) else None

    def peek_by_id(self, user_id: str) -> None:
        """See the port. Nothing is kept here."""

    @database_failures_as(DirectoryUnavailable)
    def realm(self) -> Realm:
        return realm_of(self._tenant)

    def member_by_username(self, username: str) -> Member | None:
        return self._member(username=username.lower()) if is_storable(username) else None

    def member_by_id(self, user_id: str) -> Member | None:
        return self._member(pk=int(user_id)) if _is_id(user_id) else None

    @database_failures_as(DirectoryUnavailable)
    def members(self, after: str = "", *, limit: int) -> Sequence[Member]:
        return members_of(self._users(), self._tenant, after, limit)

    @database_failures_as(DirectoryUnavailable)
    def count(self) -> int:
        return self._users().count()

    @database_failures_as(DirectoryUnavailable)
    def search(self, prefix: str, *, limit: int) -> Sequence[Found]:
        return search_users(self._users(), prefix, limit=limit) if is_storable(prefix) else []

    @database_failures_as(DirectoryUnavailable)
    def check(self) -> str:
        self._users().exists()
        return f"{connection.vendor} answers"

    @database_failures_as(DirectoryUnavailable)
    def _person(self, **key: Any) -> Person | None:
        user = self._users().select_related("tenant_user").filter(**key).first()
        if user is None:
            return None
        rows = _rows(GROUPS, user=user.pk)
        lineage = Lineage.from_rows(row[:3] for row in rows)
        groups = [lineage.group(str(id_)) for id_, _, _, is_direct in rows if is_direct]
        edges = _rows(EDGES, user=user.pk, tenant=self._tenant)
        held = _roles({role for _, _, role in edges})
        return Person(
            id=str(user.pk),
            username=user.username,
            enabled=user.is_active,
            groups=tuple(sorted(groups, key=lambda group: (group.path, group.id))),
            roles=tuple(role_of(row) for row in held.values()),
            role_graph=_graph([group.id for group in groups], lineage, edges, held),
            default_roles=tuple(row.name for row in held.values() if row.is_default),
            attributes=attributes_of(user),
            may_view_any_access=user.is_staff and user.has_perm(VIEW_ANY_ACCESS),
        )

    @database_failures_as(DirectoryUnavailable)
    def _member(self, **key: Any) -> Member | None:
        return next(iter(members_among(self._users().filter(**key), self._tenant)), None)

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
    memberships: Iterable[str],
    lineage: Lineage,
    edges: Iterable[tuple[str, str, str]],
    roles: Mapping[str, models.Role],
) -> RoleGraph:
    leading: dict[tuple[str, str], list[str]] = {}
    for kind, source, role in edges:
        leading.setdefault((kind, source), []).append(role)

    def of(wanted: str) -> dict[str, tuple[str, ...]]:
        return {source: tuple(found) for (kind, source), found in leading.items() if kind == wanted}

    return RoleGraph(
        direct_roles=of("user").get("", ()),
        memberships=tuple(memberships),
        parents=lineage.parents,
        group_roles=of("group"),
        composites=of("role"),
        names={id_: row.name for id_, row in roles.items()}
        | {id_: lineage.path(id_) for id_ in lineage.names},
    )
