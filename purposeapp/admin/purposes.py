"""The pages of purposes."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from purposeapp.admin.base import EntityAdmin, sign
from purposeapp.admin.fields import NamesField
from purposeapp.admin.policies import PolicyInline, names_help
from purposeapp.admin.preview import PreviewedForm
from purposeapp.models import Purpose, State

# unfold and Django declare the same attributes with different types; the classes are meant to be mixed so.
# mypy: disable-error-code="misc"


class PurposeForm(forms.ModelForm):  # type: ignore[type-arg]
    classifications = NamesField(
        label=_("Classifications"), help_text=names_help(_("The tags this purpose is about."))
    )

    class Meta:
        model = Purpose
        fields = "__all__"


@admin.register(Purpose)
class PurposeAdmin(PreviewedForm, EntityAdmin):
    form = PurposeForm
    inlines = (PolicyInline,)
    list_display = ("__str__", "tenant", "is_enabled", "state", "policy_count", "updated")
    fieldsets = (
        (
            None,
            {"fields": ("tenant", "name", "display_name", "description", "classifications", "is_enabled")},
        ),
        EntityAdmin.origin_fieldset,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        live = Q(policies__state=State.ACTIVE)
        return super().get_queryset(request).annotate(live_policies=Count("policies", filter=live))

    @admin.display(description=_("live policies"), ordering="live_policies")
    def policy_count(self, purpose: Any) -> int:
        return int(purpose.live_policies)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for policy in formset.forms:
            if policy.has_changed():
                sign(policy.instance, request)
        super().save_formset(request, form, formset, change)
