"""The preview on a form, and before a bulk action. Both are plain forms: they work without scripts."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from purposeapp.admin.preview.changes import saving, switching
from purposeapp.admin.preview.effect import Effect, effect_of
from purposeapp.models import AuthPolicy, Purpose

# unfold and Django declare the same attributes with different types; the classes are meant to be mixed so.
# mypy: disable-error-code="misc,assignment"

PREVIEW = "_preview"
"""The name of the button."""

SIMULATE = "purposeapp.simulate"

ENABLED, DISABLED = _("%(count)d %(names)s enabled."), _("%(count)d %(names)s disabled.")


class OnlyLookedAt(BaseForm):
    """Mixed into a form: it is checked as ever and found wanting, so that the page shows it again and saves nothing."""

    def is_valid(self) -> bool:
        super().is_valid()
        return False


class PreviewedForm(ModelAdmin):
    """Mixed into the page of a purpose or a policy: a button that shows what saving the form would do."""

    change_form_before_template = "admin/purposeapp/preview/panel.html"
    change_form_after_template = "admin/purposeapp/preview/button.html"

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (OnlyLookedAt, form), {}) if _is_preview(request) else form

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        context["may_preview"] = request.user.has_perm(SIMULATE)
        if _is_preview(request) and context["may_preview"] and not context["errors"]:
            form = context["adminform"].form
            rows = [form.instance, *_changed_inlines(context["inline_admin_formsets"])]
            context["effect"] = effect_of([saving(rows)], form.instance.tenant, request)
        return super().render_change_form(request, context, *args, **kwargs)


class ConfirmedSwitches:
    """Mixed into a page of entities: enabling and disabling a selection shows what that would do, and asks."""

    @admin.action(description=_("Enable the selected %(verbose_name_plural)s"), permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self._switch(request, queryset, enabled=True)

    @admin.action(description=_("Disable the selected %(verbose_name_plural)s"), permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self._switch(request, queryset, enabled=False)

    def _switch(
        self: Any, request: HttpRequest, queryset: QuerySet[Any], *, enabled: bool
    ) -> HttpResponse | None:
        if "confirmed" in request.POST:
            self.write(request, queryset, ENABLED if enabled else DISABLED, is_enabled=enabled)
            return None
        return _confirmation(self, request, queryset, enabled=enabled)


def _is_preview(request: HttpRequest) -> bool:
    return request.method == "POST" and PREVIEW in request.POST


def _changed_inlines(formsets: Iterable[Any]) -> list[Any]:
    forms = [form for each in formsets for form in each.formset.forms if form.has_changed()]
    return [form.instance for form in forms]


def _confirmation(page: Any, request: HttpRequest, queryset: QuerySet[Any], *, enabled: bool) -> HttpResponse:
    counted = {"count": queryset.count(), "names": page.opts.verbose_name_plural}
    asked = gettext("Enable %(count)d %(names)s?") if enabled else gettext("Disable %(count)d %(names)s?")
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": asked % counted,
        "button": gettext("Enable") if enabled else gettext("Disable"),
        "effects": _effects(request, queryset, enabled=enabled),
        "checkbox": ACTION_CHECKBOX_NAME,
        "sent": request.POST,
        "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
    }
    return TemplateResponse(request, "admin/purposeapp/preview/confirm.html", context)


def _effects(request: HttpRequest, queryset: QuerySet[Any], *, enabled: bool) -> list[Effect]:
    """By tenant; nothing for what people do not see through, and for staff who may not try out changes."""
    if not issubclass(queryset.model, Purpose | AuthPolicy) or not request.user.has_perm(SIMULATE):
        return []
    by_tenant = defaultdict(list)
    for row in queryset:
        by_tenant[row.tenant].append(row)
    return [
        effect_of(switching(rows, enabled=enabled), slug, request) for slug, rows in sorted(by_tenant.items())
    ]
