"""What every template knows. Nothing here asks a database: the page for a broken one uses it, too."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accessviz.staff import LOOK, SIMULATE, WATCH, choices, may, tenant_slug

THEME = "theme"
"""The name of the cookie."""

THEMES = {"light": _("Light"), "dark": _("Dark"), "contrast": _("High contrast")}
"""What can be chosen; without a choice the browser's wishes decide."""


def page(request: HttpRequest) -> dict[str, Any]:
    """The theme, and on demand `staff`: what the navigation shows to whom."""
    chosen = request.COOKIES.get(THEME, "")
    return {
        "theme": chosen if chosen in THEMES else "",
        "themes": THEMES,
        "languages": settings.LANGUAGES,
        "language": get_language(),
        "staff": SimpleLazyObject(lambda: _staff(request)),
    }


def _staff(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "may_look": may(user, LOOK),
        "may_watch": may(user, WATCH),
        "may_simulate": may(user, LOOK) and may(user, SIMULATE),
        "tenant": tenant_slug(request, user),
        "tenants": choices() if user.is_superuser else [],
    }
