"""The pages of tenants."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from purposeapp.models import Tenant


@admin.register(Tenant)
class TenantAdmin(ModelAdmin):
    list_display = ("name", "slug", "issuer", "policies", "people", "is_active")
    list_filter = ("is_active",)
    search_fields = ("slug", "name", "issuer")
    fieldsets = (
        (None, {"fields": ("name", "slug", "is_active")}),
        ("Tokens", {"fields": ("issuer", "audience", "jwks_url", "local_issuer", "auditor_role")}),
        ("Sources", {"fields": ("elasticsearch_index", "keycloak_realm")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()

    @admin.display(description="policies")
    def policies(self, tenant: Tenant) -> str:
        return f"index {tenant.elasticsearch_index}" if tenant.elasticsearch_index else "kept here"

    @admin.display(description="people")
    def people(self, tenant: Tenant) -> str:
        return f"realm {tenant.keycloak_realm}" if tenant.keycloak_realm else "kept here"
