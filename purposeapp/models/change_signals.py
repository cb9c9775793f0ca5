"""Which writes are told to readers, by Django's signals.

Bulk writes of policies and personas come here by their own manager, imports by `import_documents`.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, User
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver

from purposeapp.models.change import EVERY_TENANT, ChangeKind, record_change
from purposeapp.models.entity import AtlasEntity
from purposeapp.models.people import GroupNesting, TenantUser
from purposeapp.models.persona import Persona
from purposeapp.models.policy import AuthPolicy
from purposeapp.models.purpose import Purpose
from purposeapp.models.role import Role

_NOTHING_TO_US = {"last_login"}
"""Fields of a user that are written at each sign-in and say nothing of access."""


def _on(*signals: Any, senders: Iterable[Any]) -> Any:
    def connect(handle: Any) -> Any:
        for sender in senders:
            for signal in signals:
                receiver(signal, sender=sender, dispatch_uid=f"{handle.__name__}_{sender.__name__}")(handle)
        return handle

    return connect


@_on(post_save, post_delete, senders=(Purpose, Persona, AuthPolicy))
def tell_of_entity(instance: AtlasEntity, raw: bool = False, **_: Any) -> None:
    record_change(instance.tenant, ChangeKind.POLICIES, [instance.guid])


@_on(pre_delete, senders=(Purpose,))
def tell_of_children(instance: Purpose, **_: Any) -> None:
    """The policies of a purpose that goes lose their parent, without a signal of their own."""
    children = list(instance.policies.values_list("guid", flat=True))
    if children:
        record_change(instance.tenant, ChangeKind.POLICIES, children)


@_on(post_save, post_delete, senders=(User,))
def tell_of_user(instance: User, update_fields: Iterable[str] | None = None, **_: Any) -> None:
    if update_fields is None or not _NOTHING_TO_US.issuperset(update_fields):
        _tell_of_users([instance.pk])


@_on(post_save, post_delete, senders=(TenantUser,))
def tell_of_profile(instance: TenantUser, **_: Any) -> None:
    """A user who changes tenants matters to both: the old one is not known any more."""
    record_change(EVERY_TENANT, ChangeKind.PEOPLE, [str(instance.user_id)])


@_on(post_save, post_delete, senders=(Group, GroupNesting))
def tell_of_group(**_: Any) -> None:
    record_change(EVERY_TENANT, ChangeKind.PEOPLE)


@_on(post_save, post_delete, senders=(Role,))
def tell_of_role(instance: Role, **_: Any) -> None:
    record_change(instance.tenant, ChangeKind.PEOPLE)


@_on(m2m_changed, senders=(User.groups.through, User.user_permissions.through, Role.users.through))
def tell_of_membership(
    action: str, instance: Any, model: type[Any], pk_set: set[Any] | None, **_: Any
) -> None:
    """Groups, roles and permissions of users, from either side."""
    if not action.startswith("post_"):
        return
    if isinstance(instance, User):
        _tell_of_users([instance.pk])
    elif model is User and pk_set is not None:
        _tell_of_users(pk_set)
    else:
        record_change(EVERY_TENANT, ChangeKind.PEOPLE)


@_on(m2m_changed, senders=(Role.groups.through, Role.composites.through, Group.permissions.through))
def tell_of_structure(action: str, **_: Any) -> None:
    if action.startswith("post_"):
        record_change(EVERY_TENANT, ChangeKind.PEOPLE)


def _tell_of_users(keys: Iterable[Any]) -> None:
    # Ids are unique over all tenants; asking which tenant each is of would cost a statement at every write.
    names = [str(key) for key in keys]
    if names:
        record_change(EVERY_TENANT, ChangeKind.PEOPLE, names)
