"""Signing in and out, and the two things that a browser remembers: the theme and, for superusers, the tenant."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accessviz.context import THEME, THEMES
from accessviz.rate import Rate
from accessviz.staff import CHOSEN_TENANT, choices

FAILURES = Rate(10, 60)
"""Failed attempts to sign in, for one username from one address."""

TOO_MANY = _("Too many attempts. Wait a minute, then try again.")

A_YEAR = 365 * 24 * 3600


class SignInForm(AuthenticationForm):
    """Usernames are kept in lower case; guessing passwords is slowed down."""

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).lower()

    def clean(self) -> dict[str, Any]:
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        who = f"{address} {self.cleaned_data.get('username')}"
        if FAILURES.spent(who):
            raise ValidationError(TOO_MANY, code="too_many")
        try:
            return super().clean()
        except ValidationError:
            FAILURES.take(who)
            raise


class SignIn(LoginView):
    """Django's, which also sees to it that `next` stays on this site."""

    template_name = "accessviz/sign_in.html"
    form_class = SignInForm


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember the look. A cookie of the server's, so that the first byte of every page already has it."""
    response = _back(request)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            THEME, chosen, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie(THEME, samesite="Lax")
    return response


@require_POST
def tenant(request: HttpRequest) -> HttpResponse:
    """Look at another tenant from now on; for superusers."""
    chosen = request.POST.get("tenant", "")
    if not request.user.is_superuser or chosen not in choices():
        raise PermissionDenied("Only superusers can choose among the active tenants.")
    request.session[CHOSEN_TENANT] = chosen
    # Not back to where they were: that person may be of the other tenant.
    return HttpResponseRedirect(resolve_url("home"))


def _back(request: HttpRequest) -> HttpResponseRedirect:
    following = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        following, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(following if safe else resolve_url("home"))
