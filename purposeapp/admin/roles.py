"""The pages of roles."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from purposeapp.admin.base import TenantModelAdmin
from purposeapp.models import Role


@admin.register(Role)
class RoleAdmin(TenantModelAdmin):
    list_display = (
        "name",
        "tenant",
        "description",
        "is_default",
        "user_count",
        "group_count",
        "composite_count",
    )
    list_filter = ("is_default", "tenant")
    list_filter_submit = True
    search_fields = ("name", "description")
    autocomplete_fields = ("users", "groups", "composites")
    fieldsets = (
        (None, {"fields": ("tenant", "name", "description", "is_default")}),
        (_("Held by"), {"fields": ("users", "groups")}),
        (_("Contains"), {"fields": ("composites",)}),
        (_("Attributes"), {"classes": ["tab"], "fields": ("level", "summary", "attributes")}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        # One subquery each: joining all three at once would multiply the rows.
        return (
            super()
            .get_queryset(request)
            .annotate(users_held=_count("users"), groups_held=_count("groups"), parts=_count("composites"))
        )

    @admin.display(description=_("users"), ordering="users_held")
    def user_count(self, role: Any) -> int:
        return int(role.users_held)

    @admin.display(description=_("groups"), ordering="groups_held")
    def group_count(self, role: Any) -> int:
        return int(role.groups_held)

    @admin.display(description=_("contains"), ordering="parts")
    def composite_count(self, role: Any) -> int:
        return int(role.parts)


def _count(relation: str) -> Subquery:
    counted = Role.objects.filter(pk=OuterRef("pk")).order_by().annotate(number=Count(relation))
    return Subquery(counted.values("number"))
