"""What purposes, personas and policies have in common: the head of an Atlas entity."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from purposeapp.models.identifiers import new_guid, new_qualified_name, now_ms
from purposeapp.models.tenant import tenant_field
from purposeapp.models.validators import validate_attributes

QUALIFIED_NAME_LENGTH = 500
"""PostgreSQL's B-tree takes 2,704 bytes; 500 characters of four bytes fit."""


class State(models.TextChoices):
    """Deleted entities are kept, as Atlas keeps them; nothing but history may look at them."""

    ACTIVE = "ACTIVE", _("Active")
    DELETED = "DELETED", _("Deleted")


class AtlasEntity(models.Model):
    """An entity of one tenant. Times are epoch milliseconds."""

    tenant = tenant_field()
    guid = models.CharField("GUID", max_length=64, default=new_guid, help_text=_("Unique within the tenant."))
    name = models.CharField(_("name"), max_length=500)
    display_name = models.CharField(
        _("display name"), max_length=500, blank=True, help_text=_("Shown instead of the name, if given.")
    )
    description = models.TextField(_("description"), blank=True)
    qualified_name = models.CharField(
        _("qualified name"),
        max_length=QUALIFIED_NAME_LENGTH,
        blank=True,
        help_text=_("Blank: a new one is made, as Atlas would."),
    )
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=State,
        default=State.ACTIVE,
        help_text=_("Deleted entities are kept but grant nothing."),
    )
    created_by = models.CharField(_("created by"), max_length=255, blank=True)
    updated_by = models.CharField(_("updated by"), max_length=255, blank=True)
    create_time = models.BigIntegerField(default=now_ms, help_text="Epoch milliseconds.")
    update_time = models.BigIntegerField(default=now_ms, help_text="Epoch milliseconds.")
    attributes = models.JSONField(
        _("attributes"),
        default=dict,
        blank=True,
        validators=[validate_attributes],
        help_text=_("Further Atlas attributes by their Atlas names, as a JSON object."),
    )

    class Meta:
        abstract = True
        ordering = ("name", "guid")
        constraints = (
            models.UniqueConstraint(fields=["tenant", "guid"], name="%(class)s_guid"),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="%(class)s_state"),
        )
        indexes = (models.Index(fields=["tenant", "qualified_name"], name="%(class)s_qualified_name"),)

    def __str__(self) -> str:
        return self.display_name or self.name or self.guid

    def qualified_name_parent(self) -> str:
        """What a new qualified name begins with."""
        return "default"

    def fill_in(self) -> None:
        """Complete what a new entity may leave open. Called before every write, single or bulk."""
        if not self.qualified_name:
            self.qualified_name = new_qualified_name(self.qualified_name_parent())

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_in()
        self.update_time = now_ms()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "update_time", "qualified_name"}
        super().save(*args, **kwargs)
