"""Before something is done to a selection: what it is, to which rows, who gains and who loses. A plain form that asks."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import model_ngettext
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from purposeapp.admin.elsewhere import written_here
from purposeapp.admin.preview.changes import Change, deleting, switching
from purposeapp.admin.preview.effect import Effect, effect_of
from purposeapp.admin.preview.page import SIMULATE
from purposeapp.models import AuthPolicy, Purpose

NAMED_ROWS = 20
"""Rows of a selection that are named; the rest is counted."""

CONFIRM = "admin/purposeapp/preview/confirm.html"

ENABLED, DISABLED = _("%(count)d %(names)s enabled."), _("%(count)d %(names)s disabled.")


@dataclass(frozen=True, slots=True)
class Deed:
    """What can be done to rows: as a button and a question (`count` of `names`), what follows, and as changes to simulate."""

    button: Promise
    asked: Promise
    told: Promise
    changes: Callable[[Iterable[Any]], list[Change]]


ENABLE = Deed(
    _("Enable"),
    _("Enable %(count)d %(names)s?"),
    _("They count again, from the next question on."),
    partial(switching, enabled=True),
)
DISABLE = Deed(
    _("Disable"),
    _("Disable %(count)d %(names)s?"),
    _("They stay here and count for nobody until they are enabled again."),
    partial(switching, enabled=False),
)
DELETE = Deed(
    _("Delete"),
    _("Delete %(count)d %(names)s?"),
    _(
        "They are marked as deleted and count for nobody. They stay here, and what belongs to them stays as it is: with the"
        " state ACTIVE again, each is back."
    ),
    deleting,
)


class ConfirmedActions:
    """Mixed into a page of entities: what is done to a selection is shown first, with what it would do, and asked."""

    @admin.action(description=_("Enable the selected %(verbose_name_plural)s"), permissions=["change"])
    def enable(self: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return _confirmed(self, request, queryset, ENABLE, partial(self.write, said=ENABLED, is_enabled=True))

    @admin.action(description=_("Disable the selected %(verbose_name_plural)s"), permissions=["change"])
    def disable(self: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return _confirmed(
            self, request, queryset, DISABLE, partial(self.write, said=DISABLED, is_enabled=False)
        )

    @admin.action(description=_("Delete selected %(verbose_name_plural)s"), permissions=["delete"])
    def delete_selected(self: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """In place of Django's action of this name, which says that it deletes."""

        def delete(request: HttpRequest, rows: QuerySet[Any]) -> None:
            self.log_deletions(request, rows)
            self.delete_queryset(request, rows)

        return _confirmed(self, request, queryset, DELETE, delete)


def confirmation(request: HttpRequest, rows: Sequence[Any], deed: Deed) -> dict[str, Any]:
    """What the page that asks shows of rows of one model, at least one."""
    counted = {"count": len(rows), "names": model_ngettext(rows[0]._meta, len(rows))}
    return {
        "title": str(deed.asked) % counted,
        "deed": deed,
        "named": rows[:NAMED_ROWS],
        "more": max(0, len(rows) - NAMED_ROWS),
        "effects": _effects(request, rows, deed),
    }


def _confirmed(
    page: Any,
    request: HttpRequest,
    queryset: QuerySet[Any],
    deed: Deed,
    do: Callable[[HttpRequest, QuerySet[Any]], None],
) -> HttpResponse | None:
    """Ask, and once that was said yes to, do it: to the rows that count here."""
    rows = written_here(queryset)
    if "confirmed" not in request.POST:
        return _asked(page, request, rows, deed)
    do(request, rows)
    return None


def _asked(page: Any, request: HttpRequest, queryset: QuerySet[Any], deed: Deed) -> HttpResponse | None:
    rows = list(queryset)
    if not rows:
        page.message_user(request, _("Nothing of this selection can be changed here."), messages.WARNING)
        return None
    sent = [(name, request.POST.get(name, "0")) for name in ("action", "index", "select_across")]
    selected = [(ACTION_CHECKBOX_NAME, key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)]
    context = {
        **page.admin_site.each_context(request),
        **confirmation(request, rows, deed),
        "opts": page.opts,
        "back": request.get_full_path(),
        "sent": [*sent, *selected],
    }
    return TemplateResponse(request, CONFIRM, context)


def _effects(request: HttpRequest, rows: Sequence[Any], deed: Deed) -> list[Effect]:
    """By tenant; nothing for what people do not see through, and for staff who may not try out changes."""
    if not isinstance(rows[0], Purpose | AuthPolicy) or not request.user.has_perm(SIMULATE):
        return []
    by_tenant = defaultdict(list)
    for row in rows:
        by_tenant[row.tenant].append(row)
    return [effect_of(deed.changes(own), slug, request) for slug, own in sorted(by_tenant.items())]
