"""What the pages of several models share."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import model_ngettext
from django.db import transaction
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget

from purposeapp.admin.elsewhere import OnlyWhereItCounts, choices_kept_here
from purposeapp.admin.preview import CONFIRM, DELETE, ConfirmedActions, confirmation
from purposeapp.models import State
from purposeapp.models.change import record_changes_of
from purposeapp.models.entity import AtlasEntity
from purposeapp.models.identifiers import now_ms
from purposeapp.models.tenant import tenant_choices

# unfold and Django declare the same attributes with different types; the classes are meant to be mixed so.
# mypy: disable-error-code="misc"

MARKED = _("%(count)d %(names)s marked as deleted.")


class TenantMixin:
    """Offers the tenants there are, in place of a text box. For model pages and inlines."""

    tenants_offered = staticmethod(tenant_choices)

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "tenant":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.ChoiceField(
            choices=self.tenants_offered,
            label=_("Tenant"),
            initial=db_field.default,
            help_text=db_field.help_text,
            widget=UnfoldAdminSelectWidget,
        )


class TenantModelAdmin(TenantMixin, ModelAdmin):
    """A page for rows of a tenant; the tenant is chosen once, when a row is added."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = ("tenant",) if obj else ()
        return (*super().get_readonly_fields(request, obj), *fixed)


class ReadOnlyAdmin(ModelAdmin):
    """A page for rows that the service writes itself: to read, whatever rights an account has."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EntityAdmin(ConfirmedActions, OnlyWhereItCounts, TenantModelAdmin):
    """A page for Atlas entities: who wrote them and when is kept, and deleting only marks them."""

    tenants_offered = staticmethod(choices_kept_here)
    delete_confirmation_template = CONFIRM
    list_filter: ClassVar[tuple[str, ...]] = ("is_enabled", "state", "tenant")
    list_filter_submit = True
    search_fields: ClassVar[tuple[str, ...]] = (
        "name",
        "display_name",
        "description",
        "qualified_name",
        "guid",
    )
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "guid",
        "qualified_name",
        "created_by",
        "created",
        "updated_by",
        "updated",
    )
    actions = ("enable", "disable", "delete_selected")
    origin_fieldset: ClassVar[tuple[Any, Any]] = (
        _("Origin"),
        {
            "classes": ["tab"],
            "fields": (
                "guid",
                "qualified_name",
                "state",
                "created_by",
                "created",
                "updated_by",
                "updated",
                "attributes",
            ),
        },
    )

    @admin.display(description=_("created"), ordering="create_time")
    def created(self, entity: AtlasEntity) -> datetime:
        return _moment(entity.create_time)

    @admin.display(description=_("updated"), ordering="update_time")
    def updated(self, entity: AtlasEntity) -> datetime:
        return _moment(entity.update_time)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        sign(obj, request)
        super().save_model(request, obj, form, change)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[Any, dict[Any, int], set[Any], Any]:
        """These alone: what belongs to them stays as it is."""
        return list(map(str, objs)), {self.opts.verbose_name_plural: len(objs)}, set(), []

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        told = confirmation(request, [context["object"]], DELETE)
        return super().render_delete_form(request, {**context, **told})

    def delete_model(self, request: HttpRequest, obj: AtlasEntity) -> None:
        obj.state = State.DELETED
        sign(obj, request)
        obj.save()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.write(request, queryset, MARKED, state=State.DELETED)

    def write(self, request: HttpRequest, queryset: QuerySet[Any], said: Promise, **values: Any) -> None:
        """Change these values of all the rows, in the name of who asks, and say it: how many (`count`) of what (`names`)."""
        # The list's query set carries annotations and joins, which an UPDATE cannot have.
        rows = self.model._default_manager.filter(pk__in=list(queryset.values_list("pk", flat=True)))
        with transaction.atomic():
            count = rows.update(**values, updated_by=request.user.get_username(), update_time=now_ms())
            record_changes_of(rows)
        done = str(said) % {"count": count, "names": model_ngettext(self.opts, count)}
        self.message_user(request, done, messages.SUCCESS)


def sign(entity: AtlasEntity, request: HttpRequest) -> None:
    """Note who writes an entity."""
    entity.updated_by = request.user.get_username()
    if entity._state.adding:
        entity.created_by = entity.updated_by


def _moment(epoch_ms: int) -> datetime:
    return datetime.fromtimestamp(epoch_ms / 1000, tz=UTC)
