"""The pages of tenants."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from purposeapp.models import Tenant


@admin.register(Tenant)
class TenantAdmin(ModelAdmin):
    list_display = ("name", "slug", "issuer", "policies", "people", "is_active")
    list_filter = ("is_active",)
    search_fields = ("slug", "name", "issuer")
    fieldsets = (
        (None, {"fields": ("name", "slug", "is_active")}),
        (_("Tokens"), {"fields": ("issuer", "audience", "jwks_url", "local_issuer", "auditor_role")}),
        (_("Sources"), {"fields": ("elasticsearch_index", "keycloak_realm")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()

    @admin.display(description=_("policies"))
    def policies(self, tenant: Tenant) -> str:
        index = tenant.elasticsearch_index
        return gettext("index %(name)s") % {"name": index} if index else gettext("kept here")

    @admin.display(description=_("people"))
    def people(self, tenant: Tenant) -> str:
        realm = tenant.keycloak_realm
        return gettext("realm %(name)s") % {"name": realm} if realm else gettext("kept here")
