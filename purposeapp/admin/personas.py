"""The pages of personas."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from purposeapp.admin.base import EntityAdmin
from purposeapp.admin.fields import NamesField
from purposeapp.admin.policies import NAMES_HELP
from purposeapp.models import Persona


class PersonaForm(forms.ModelForm):  # type: ignore[type-arg]
    users = NamesField(label=_("Users"), help_text=NAMES_HELP)
    groups = NamesField(label=_("Groups"), help_text=NAMES_HELP)

    class Meta:
        model = Persona
        fields = "__all__"


@admin.register(Persona)
class PersonaAdmin(EntityAdmin):
    form = PersonaForm
    list_display = ("__str__", "tenant", "is_enabled", "state", "role_name", "updated")
    readonly_fields = (*EntityAdmin.readonly_fields, "role_name")
    fieldsets = (
        (None, {"fields": ("tenant", "name", "display_name", "description", "is_enabled")}),
        (_("Who"), {"fields": ("users", "groups", "role_name", "role_id")}),
        EntityAdmin.origin_fieldset,
    )

    @admin.display(description=_("role"))
    def role_name(self, persona: Persona) -> str:
        return persona.role_name
