"""Roles of local users."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from purposeapp.models.identifiers import new_guid
from purposeapp.models.tenant import tenant_field
from purposeapp.models.validators import NAME_LENGTH, validate_attributes


class Role(models.Model):
    """A role of one tenant, held by users, by groups (and all groups within), or as part of other roles."""

    # Text, so that one id works in raw SQL on both databases and never equals the id of a group.
    id = models.CharField(primary_key=True, max_length=36, default=new_guid, editable=False)
    tenant = tenant_field()
    name = models.CharField(
        _("name"), max_length=NAME_LENGTH, help_text=_("Exact; policies name it. Case matters.")
    )
    description = models.CharField(_("description"), max_length=500, blank=True)
    level = models.CharField(
        _("level"), max_length=50, blank=True, help_text=_("For workspace roles, shown by whoami.")
    )
    summary = models.CharField(
        _("summary"), max_length=500, blank=True, help_text=_("For workspace roles, shown by whoami.")
    )
    attributes = models.JSONField(
        _("attributes"),
        default=dict,
        blank=True,
        validators=[validate_attributes],
        help_text=_("Further attributes: a JSON object of a text or a list of texts per name."),
    )
    is_default = models.BooleanField(
        _("default"), default=False, help_text=_("Every user of the tenant holds it, without being named.")
    )
    users = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, verbose_name=_("users"), related_name="directory_roles"
    )
    groups = models.ManyToManyField(
        Group,
        blank=True,
        verbose_name=_("groups"),
        related_name="directory_roles",
        help_text=_("Members of these groups, and of groups within them."),
    )
    composites = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        verbose_name=_("composites"),
        related_name="part_of",
        help_text=_("Roles that whoever holds this one holds as well."),
    )

    class Meta:
        ordering = ("tenant", "name")
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = (models.UniqueConstraint(fields=["tenant", "name"], name="role_name"),)

    def __str__(self) -> str:
        return self.name
