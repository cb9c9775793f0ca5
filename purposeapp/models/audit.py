"""Who looked at whose access: written once, never changed."""

from collections.abc import Iterable
from typing import Any, NoReturn

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from purposeapp.domain.errors import Forbidden
from purposeapp.models.tenant import tenant_field


def _refuse() -> NoReturn:
    raise Forbidden("The audit trail is append-only: entries are neither changed nor removed")


class AppendOnlyQuerySet(models.QuerySet["AccessAudit"]):
    """Reads and creates; everything else raises Forbidden."""

    def update(self, **_values: Any) -> NoReturn:
        _refuse()

    def delete(self) -> NoReturn:
        _refuse()

    def bulk_update(
        self, objs: Iterable["AccessAudit"], fields: Iterable[str], batch_size: int | None = None
    ) -> NoReturn:
        _refuse()

    def bulk_create(self, objs: Iterable["AccessAudit"], *args: Any, **kwargs: Any) -> list["AccessAudit"]:
        if kwargs.get("update_conflicts"):
            _refuse()
        return super().bulk_create(objs, *args, **kwargs)


class AccessAudit(models.Model):
    """One look at somebody else's access, or one change of what is kept here."""

    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    tenant = tenant_field()
    actor_id = models.CharField(
        _("actor id"), max_length=255, help_text=_("The directory's id of who asked.")
    )
    actor_username = models.CharField(_("actor username"), max_length=255, help_text=_("Who asked."))
    subject_username = models.CharField(
        _("subject username"), max_length=255, blank=True, help_text=_("Whom the question was about.")
    )
    action = models.CharField(
        _("action"), max_length=100, help_text=_("What was asked or done, for example purposes or roles.")
    )
    request_id = models.CharField(_("request id"), max_length=128, blank=True)
    address = models.CharField(
        _("address"), max_length=64, blank=True, help_text=_("Network address of the caller.")
    )
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-id")
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        default_permissions = ("view",)
        indexes = (
            models.Index(fields=["tenant", "at"], name="audit_at"),
            models.Index(fields=["tenant", "subject_username", "at"], name="audit_subject"),
            models.Index(fields=["tenant", "actor_username", "at"], name="audit_actor"),
        )
        permissions = (
            ("view_any_access", "Can look at anybody's access"),
            ("simulate", "Can try out changes of access"),
            ("export", "Can export access reports"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_username} {self.action} {self.subject_username}".rstrip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse()
        # Without force_insert, a given primary key would overwrite the entry that has it.
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        _refuse()
