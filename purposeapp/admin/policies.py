"""The pages of policies."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from purposeapp.admin.base import EntityAdmin
from purposeapp.admin.fields import WINDOW_HELP, NamesField, ScheduleField
from purposeapp.admin.preview import PreviewedForm
from purposeapp.domain.model import PolicyType
from purposeapp.models import AuthPolicy
from purposeapp.models.policy import PURPOSE_ACTIONS

# unfold and Django declare the same attributes with different types; the classes are meant to be mixed so.
# mypy: disable-error-code="misc"

NAMES_HELP = _("One per line, or on one line with commas.")


def names_help(more: Promise) -> Promise:
    """How names are written, and what else there is to know of these."""
    return format_lazy("{} {}", NAMES_HELP, more)


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A policy as people write one. What the source brought, foreign actions and types included, stays on offer."""

    type = forms.ChoiceField(
        label=_("Type"), widget=UnfoldAdminSelectWidget, help_text=_("What it does to those it names.")
    )
    actions = forms.MultipleChoiceField(
        label=_("Actions"), required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    users = NamesField(label=_("Users"), help_text=names_help(_("{USER} names every signed-in user.")))
    groups = NamesField(label=_("Groups"), help_text=names_help(_("The group public names everybody.")))
    roles = NamesField(label=_("Roles"), help_text=names_help(_("Effective roles of the directory.")))
    resources = NamesField(label=_("Resources"), help_text=names_help(_("For example tag:PII.")))
    schedule = ScheduleField(label=_("Schedule"), help_text=WINDOW_HELP)

    class Meta:
        model = AuthPolicy
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "type": [*PolicyType, self.instance.type],
            "actions": [*PURPOSE_ACTIONS, *self.instance.actions],
        }
        for name in offered.keys() & self.fields.keys():
            cast(forms.ChoiceField, self.fields[name]).choices = [
                (value, value) for value in dict.fromkeys(map(str, offered[name]))
            ]


class InlinePolicyForm(PolicyForm):
    """A policy on its purpose's page: it belongs to the purpose's tenant."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.instance.tenant = self.cleaned_data["purpose"].tenant
        return cleaned


class PolicyInline(StackedInline):
    """The policies of a purpose, a page of them at a time."""

    model = AuthPolicy
    form = InlinePolicyForm
    extra = 0
    per_page = 10  # type: ignore[assignment] # declared as None in unfold
    can_delete = False  # deleting is marking, which the policy's own page does
    show_change_link = True
    tab = True
    collapsible = True
    fields = (
        ("name", "type"),
        ("is_enabled", "priority"),
        "actions",
        "users",
        "groups",
        "roles",
        "resources",
        "schedule",
    )


@admin.register(AuthPolicy)
class PolicyAdmin(PreviewedForm, EntityAdmin):
    form = PolicyForm
    list_display = (
        "name",
        "purpose",
        "type",
        "category",
        "priority",
        "is_enabled",
        "state",
        "tenant",
        "updated",
    )
    list_select_related = ("purpose",)
    list_filter = (*EntityAdmin.list_filter, "type", "category")
    search_fields = (*EntityAdmin.search_fields, "purpose__name", "purpose__display_name")
    search_help_text = _("Name, description, guid, or purpose. For a user, group or role: its exact name.")
    autocomplete_fields = ("purpose",)
    fieldsets = (
        (None, {"fields": ("tenant", "purpose", "name", "display_name", "description")}),
        (_("Effect"), {"fields": ("type", ("priority", "is_enabled"), "actions", "resources", "schedule")}),
        (_("Who"), {"fields": ("users", "groups", "roles")}),
        ("Atlas", {"classes": ["tab"], "fields": ("category", "sub_category", "service_name")}),
        EntityAdmin.origin_fieldset,
    )

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """As usual, and the policies that name exactly what was searched for."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return found, may_repeat
        naming = AuthPolicy.objects.filter(subjects__name=search_term.strip()).values("pk")
        return found | queryset.filter(pk__in=naming), may_repeat
