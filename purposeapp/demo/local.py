"""Puts Acme Retail into the local database: Django users and groups, roles, purposes, personas and policies."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction

from purposeapp.demo.people import PASSWORD, Company, DemoGroup, DemoPerson, DemoRole, company
from purposeapp.demo.policies import documents
from purposeapp.demo.progress import Progress
from purposeapp.models import GroupNesting, Role, TenantUser
from purposeapp.policyindex.database import import_documents

Holder = TypeVar("Holder")

AUDITS = ("view_any_access", "view_accessaudit", "view_job", "simulate", "export")
"""What an auditor of the demo may do on the pages."""


@transaction.atomic
def load_local(tenant: str, progress: Progress) -> None:
    """Write the company into the tenant of that slug, all or nothing. Loading again restores what was changed.

    Django's group and user names are shared by all tenants: load the demo into one tenant only.
    """
    acme = company()
    groups = {group.path: _group(group) for group in acme.groups}
    progress(f"{len(groups)} groups")
    # One hash for all: they share the password, and each hash costs a good part of a second.
    password = make_password(PASSWORD)
    users = {person.username: _user(person, tenant, groups, password) for person in acme.people}
    progress(f"{len(users)} people")
    _roles(acme, tenant, users, groups)
    progress(f"{len(acme.roles)} roles")
    counts = import_documents(tenant, documents())
    progress(f"{counts.purposes} purposes, {counts.personas} personas, {counts.policies} policies")


def make_auditor(username: str) -> None:
    """Let a person of the company sign in to the web pages, look at anybody's access, review it and try out changes.

    By permissions, not by a group: a group would be one of the directory's.
    """
    user = User.objects.get(username=username)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    user.user_permissions.add(*Permission.objects.filter(codename__in=AUDITS))


def make_administrator(username: str, password: str | None, invent: Callable[[], str]) -> str | None:
    """A superuser of the admin pages. Returns the password if this call set it.

    Without a password an existing administrator keeps the old one, and a new one gets what `invent` returns.
    """
    user, is_new = User.objects.get_or_create(username=username)
    user.is_staff = user.is_superuser = True
    chosen = password or (invent() if is_new else None)
    if chosen:
        user.set_password(chosen)
    user.save()
    return chosen


def _group(group: DemoGroup) -> Group:
    row, _ = Group.objects.get_or_create(name=group.name)
    if group.parent:
        parent = Group.objects.get(name=group.parent.rpartition("/")[2])
        GroupNesting.objects.update_or_create(group=row, defaults={"parent": parent})
    return row


def _user(person: DemoPerson, tenant: str, groups: Mapping[str, Group], password: str) -> User:
    user, _ = User.objects.update_or_create(
        username=person.username,
        defaults={
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": "" if person.client else person.email,
            "is_active": person.enabled,
            "password": make_password(None) if person.client else password,
        },
    )
    TenantUser.objects.update_or_create(
        user=user,
        defaults={
            "tenant": tenant,
            "designation": person.designation,
            "profile_role": person.profile_role,
        },
    )
    user.groups.set([groups[path] for path in person.groups])
    return user


def _roles(acme: Company, tenant: str, users: Mapping[str, User], groups: Mapping[str, Group]) -> None:
    rows = {role.name: _role(role, tenant) for role in acme.roles}
    for role in acme.roles:
        row = rows[role.name]
        row.composites.set(rows[name] for name in role.contains)
        row.users.set(_holders(role, ((users[each.username], each.roles) for each in acme.people)))
        row.groups.set(_holders(role, ((groups[each.path], each.roles) for each in acme.groups)))


def _role(role: DemoRole, tenant: str) -> Role:
    attributes = dict(role.attributes)
    row, _ = Role.objects.update_or_create(
        tenant=tenant,
        name=role.name,
        defaults={
            "description": role.description,
            "level": attributes.pop("level", ""),
            "summary": attributes.pop("summary", ""),
            "attributes": attributes,
            "is_default": role.default,
        },
    )
    return row


def _holders(role: DemoRole, held: Iterable[tuple[Holder, tuple[str, ...]]]) -> list[Holder]:
    return [holder for holder, roles in held if role.name in roles]
