"""The doors of the pages: who is let in to a view, and what becomes of errors.

    @page(LOOK)
    def access(request, viewer): ...

`page` and `form`: people without a session sign in first, errors become pages. `data`, for our own scripts: 401, errors
are JSON.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from accessviz.errors import as_data, as_page
from accessviz.staff import viewer_of
from purposeapp.domain.errors import AccessError

View = Callable[..., HttpResponseBase]
"""Takes the request, the Viewer, and what the address holds."""


READING = ("GET", "HEAD")


def page(*permissions: str) -> Callable[[View], View]:
    """A page to read, for signed-in staff with the permissions."""
    return _door(permissions, READING, _to_sign_in, as_page)


def form(*permissions: str) -> Callable[[View], View]:
    """A page that is also sent back, filled in."""
    return _door(permissions, (*READING, "POST"), _to_sign_in, as_page)


def data(*permissions: str) -> Callable[[View], View]:
    """JSON for a script of ours, for signed-in staff with the permissions."""
    return _door(
        permissions, READING, lambda _request: _sign_in_first(), lambda _request, error: as_data(error)
    )


def _door(
    permissions: tuple[str, ...],
    methods: tuple[str, ...],
    to_sign_in: Callable[[HttpRequest], HttpResponseBase],
    failed: Callable[[HttpRequest, AccessError], HttpResponse],
) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            try:
                viewer = viewer_of(request, *permissions)
                request.auth = viewer.ports  # type: ignore[attr-defined]  # where REST framework has them, too
                response = view(request, viewer, *arguments, **named)
            except AccessError as error:
                return failed(request, error)
            # What somebody may see must not stay in the cache of a shared computer.
            response["Cache-Control"] = "private, no-store"
            return response

        return guarded

    return decorate


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    return redirect_to_login(request.get_full_path())


def _sign_in_first() -> JsonResponse:
    return JsonResponse({"code": "unauthenticated", "detail": "Sign in again"}, status=401)
