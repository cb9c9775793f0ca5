"""What local users and groups have beyond Django's own: a tenant, attributes, a parent group."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from purposeapp.models.tenant import DEFAULT_TENANT, tenant_field
from purposeapp.models.validators import validate_attributes


class TenantUser(models.Model):
    """Which tenant a local user belongs to, and the attributes that `whoami` shows.

    A user without this row is of the default tenant. Usernames are unique over all tenants, as Django has it.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tenant_user")
    tenant = tenant_field()
    designation = models.CharField(_("designation"), max_length=255, blank=True, help_text=_("Job title."))
    profile_role = models.CharField(
        _("profile role"), max_length=255, blank=True, help_text=_("What the user does in the catalogue.")
    )
    profile_role_other = models.CharField(
        _("profile role other"), max_length=255, blank=True, help_text=_("In free words, if none fits.")
    )
    attributes = models.JSONField(
        _("attributes"),
        default=dict,
        blank=True,
        validators=[validate_attributes],
        help_text=_("Further user attributes: a JSON object of a text or a list of texts per name."),
    )

    class Meta:
        verbose_name = _("tenant and profile")
        verbose_name_plural = _("tenant and profile")

    def __str__(self) -> str:
        return f"{self.user} of {self.tenant}"


def tenant_of(user: Any) -> str:
    """The slug of the tenant that a local user belongs to."""
    profile = TenantUser.objects.filter(user=user).first()
    return profile.tenant if profile else DEFAULT_TENANT


class GroupNesting(models.Model):
    """The parent of a group. Members of a group hold the roles of all its ancestors."""

    group = models.OneToOneField(Group, models.CASCADE, related_name="nesting")
    parent = models.ForeignKey(
        Group,
        models.CASCADE,
        verbose_name=_("parent"),
        related_name="nested",
        help_text=_("Members inherit the roles of this group, and of its parents."),
    )

    class Meta:
        verbose_name = _("parent group")
        verbose_name_plural = _("parent group")

    def __str__(self) -> str:
        return f"{self.group} in {self.parent}"

    def clean(self) -> None:
        """Refuse a loop. Raises ValidationError."""
        above: int | None = self.parent_id
        seen: set[int] = set()
        while above is not None and above not in seen:
            if above == self.group_id:
                raise ValidationError(
                    {"parent": "A group cannot be inside itself, directly or through others."}
                )
            seen.add(above)
            above = GroupNesting.objects.filter(group_id=above).values_list("parent_id", flat=True).first()


@receiver(pre_save, sender=settings.AUTH_USER_MODEL, dispatch_uid="lower_case_usernames")
def lower_case_username(instance: Any, **_: Any) -> None:
    """Keep usernames in lower case, as Keycloak does.

    A directory finds people without regard to case, and SQLite can lower only ASCII: so names are lowered here,
    once, and looked up by plain equality on every database. Bulk writes bypass this; give them lower-case names.
    """
    instance.username = instance.username.lower()
