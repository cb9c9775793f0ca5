"""Whole tenants of Django's users: their structure, and their members in chunks of a few statements each.

Groups belong to no tenant in Django, so all of them are in every structure; roles are the tenant's own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import Group as GroupRow
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.functions import Collate

from purposeapp import models
from purposeapp.directory.djangoauth_rows import Lineage, attributes_of, role_of
from purposeapp.domain.realm import MEMBER_ATTRIBUTES, Member, Realm
from purposeapp.domain.roles import Ids
from purposeapp.models.batches import batches

VIEW_ANY_ACCESS = "purposeapp.view_any_access"

CODE_POINTS = {"postgresql": "C", "sqlite": "BINARY"}
"""The collation that orders texts by their code points, by database."""


def realm_of(tenant: str) -> Realm:
    """Groups, roles and edges of a tenant, in four statements."""
    lineage = Lineage.from_rows(GroupRow.objects.values_list("id", "name", "nesting__parent_id"))
    rows = list(models.Role.objects.filter(tenant=tenant).order_by("name"))
    of_groups = models.Role.groups.through.objects.filter(role__tenant=tenant)
    parts = models.Role.composites.through.objects.filter(from_role__tenant=tenant, to_role__tenant=tenant)
    return Realm(
        groups={id_: lineage.group(id_) for id_ in lineage.names},
        roles={row.pk: role_of(row) for row in rows},
        parents=lineage.parents,
        group_roles=_by_first(of_groups.values_list("group_id", "role_id")),
        composites=_by_first(parts.values_list("from_role_id", "to_role_id")),
        default_roles=tuple(row.name for row in rows if row.is_default),
    )


def members_of(users: QuerySet[User], tenant: str, after: str, limit: int) -> Sequence[Member]:
    """The next of these users by username; five statements, whatever they hold."""
    key = Collate("username", CODE_POINTS[connection.vendor])
    return members_among(users.alias(key=key).filter(key__gt=after).order_by("key")[:limit], tenant)


def members_among(users: QuerySet[User], tenant: str) -> Sequence[Member]:
    """All of these users, in their order; five statements, and one where there are none."""
    chunk = list(users.select_related("tenant_user"))
    if not chunk:
        return []
    ids = [user.pk for user in chunk]
    defaults = tuple(models.Role.objects.filter(tenant=tenant, is_default=True).values_list("pk", flat=True))
    groups = _held(User.groups.through, ids, "group_id")
    roles = _held(models.Role.users.through, ids, "role_id", role__tenant=tenant)
    auditors = _auditors(chunk)
    return [
        Member(
            id=str(user.pk),
            username=user.username,
            enabled=user.is_active,
            groups=groups.get(str(user.pk), ()),
            roles=tuple(dict.fromkeys((*roles.get(str(user.pk), ()), *defaults))),
            attributes={
                name: values for name, values in attributes_of(user).items() if name in MEMBER_ATTRIBUTES
            },
            may_view_any_access=user.pk in auditors,
        )
        for user in chunk
    ]


def _held(table: type[Model], user_ids: Sequence[int], column: str, **only: Any) -> dict[str, Ids]:
    """What users have in a table of pairs, by the user's id."""
    return _by_first(
        pair
        for some in batches(user_ids)
        for pair in table._default_manager.filter(user_id__in=some, **only).values_list("user_id", column)
    )


def _auditors(users: Iterable[User]) -> set[int]:
    """Who of the users may view any access. Django asks for the permissions of each; here it is one statement."""
    staff = [user.pk for user in users if user.is_staff]
    allowed = User.objects.with_perm(VIEW_ANY_ACCESS)
    return {pk for some in batches(staff) for pk in allowed.filter(pk__in=some).values_list("pk", flat=True)}


def _by_first(pairs: Iterable[tuple[Any, Any]]) -> dict[str, Ids]:
    found: dict[str, list[str]] = defaultdict(list)
    for first, second in pairs:
        found[str(first)].append(str(second))
    return {key: tuple(values) for key, values in found.items()}
