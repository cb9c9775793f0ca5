"""The preview on a form. It is a button of the form itself: it works without scripts."""

from collections.abc import Iterable
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from purposeapp.admin.preview.changes import saving
from purposeapp.admin.preview.effect import effect_of

# unfold and Django declare the same attributes with different types; the classes are meant to be mixed so.
# mypy: disable-error-code="misc,assignment"

PREVIEW = "_preview"
BUTTON = {"action_name": PREVIEW, "description": _("Preview who gains and loses")}
"""Stands beside those that save."""

SIMULATE = "purposeapp.simulate"


class OnlyLookedAt(BaseForm):
    """Mixed into a form: it is checked as ever and found wanting, so that the page shows it again and saves nothing."""

    def is_valid(self) -> bool:
        super().is_valid()
        return False


class PreviewedForm(ModelAdmin):
    """Mixed into the page of a purpose or a policy: a button that shows what saving the form would do."""

    change_form_before_template = "admin/purposeapp/preview/panel.html"

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (OnlyLookedAt, form), {}) if _is_preview(request) else form

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, obj: Any = None, **kwargs: Any
    ) -> Any:
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if may_save and request.user.has_perm(SIMULATE):
            context["actions_submit_line"] = [*context.get("actions_submit_line", ()), BUTTON]
            if _is_preview(request) and not context["errors"]:
                form = context["adminform"].form
                rows = [form.instance, *_changed_inlines(context["inline_admin_formsets"])]
                context["effect"] = effect_of([saving(rows)], form.instance.tenant, request)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)


def _is_preview(request: HttpRequest) -> bool:
    return request.method == "POST" and PREVIEW in request.POST


def _changed_inlines(formsets: Iterable[Any]) -> list[Any]:
    forms = [form for each in formsets for form in each.formset.forms if form.has_changed()]
    return [form.instance for form in forms]
