"""Where a tenant's policies are kept elsewhere, rows of ours count for nobody: they are shown as such, and not written."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from purposeapp.models.tenant import tenant_choices
from purposeapp.policyindex.database import DatabasePolicyIndex
from purposeapp.wiring import TenantServices, tenants

# unfold and Django declare the same attributes with different types; the classes are meant to be mixed so.
# mypy: disable-error-code="misc,assignment"


def is_elsewhere(tenant: TenantServices) -> bool:
    """Whether the policies of a tenant come from another system than this service's own database."""
    return not isinstance((tenant.sources or tenant).policies, DatabasePolicyIndex)


def slugs_elsewhere() -> list[str]:
    """The active tenants whose policies are kept elsewhere."""
    return [tenant.slug for tenant in tenants().all() if is_elsewhere(tenant)]


def choices_kept_here() -> list[tuple[str, str]]:
    """The tenants that a new row can belong to, as choices of a form field."""
    elsewhere = slugs_elsewhere()
    return [choice for choice in tenant_choices() if choice[0] not in elsewhere]


class OnlyWhereItCounts(ModelAdmin):
    """Mixed into the pages of entities: written for tenants only whose policies are kept here; for others, a word of where."""

    change_form_outer_before_template = "admin/purposeapp/elsewhere.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and _counts()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _counts(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _counts(obj)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        told: dict[str, Any] = {**(extra_context or {}), "elsewhere": slugs_elsewhere()}
        return super().changelist_view(request, told)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, obj: Any = None, **kwargs: Any
    ) -> Any:
        context["elsewhere"] = [] if _counts(obj) else [obj.tenant]
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)


def written_here(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the rows that belong to tenants whose policies are kept here."""
    return queryset.exclude(tenant__in=slugs_elsewhere())


def _counts(row: Any = None) -> bool:
    """Whether it makes a difference to write this row; of no row, whether it could of any."""
    elsewhere = slugs_elsewhere()
    return row.tenant not in elsewhere if row else len(elsewhere) < len(tenants().all())
