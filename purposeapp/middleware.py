"""What every request passes through, and nothing that a request doesn't need.

Addresses for programs know neither sessions nor forms: what only pages need steps aside there, which halves what the
middleware costs (docs/performance.md).
"""

import re
import uuid
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.deprecation import MiddlewareMixin

from purposeapp import logs
from purposeapp.addresses import for_programs

GetResponse = Callable[[HttpRequest], HttpResponse]

REQUEST_ID_HEADERS = ("X-Request-Id", "X-Atlan-Request-Id", "traceparent")
"""Where a request may bring its name, the first that is sane counts."""

_SANE_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class RequestIdMiddleware:
    """Names every request: the caller's id when it is sane, else the trace's, else a new one; echoed as X-Request-Id.

    A view that has set the header itself has a reason.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identity = request_id(*(request.headers.get(name, "") for name in REQUEST_ID_HEADERS))
        request.request_id = identity  # type: ignore[attr-defined]  # for what is logged once we are done
        reset = logs.request_id.set(identity)
        try:
            response = self._get_response(request)
        finally:
            logs.request_id.reset(reset)
        response.headers.setdefault("X-Request-Id", identity)
        return response


def request_id(own: str, atlan: str, traceparent: str) -> str:
    """The name of a request with these headers (REQUEST_ID_HEADERS; blank: not sent)."""
    for sent in (own, atlan):
        if _SANE_ID.fullmatch(sent):
            return sent
    trace = _TRACEPARENT.fullmatch(traceparent)
    return trace[1] if trace else uuid.uuid4().hex


class PagesOnly(MiddlewareMixin):
    """Mixed into a middleware, lets requests to addresses for programs pass it by."""

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request) if for_programs(request.path) else super().__call__(request)


class PageSessionMiddleware(PagesOnly, SessionMiddleware):
    pass


class PageCsrfMiddleware(PagesOnly, CsrfViewMiddleware):
    """Nothing at an address for programs goes by a cookie, so nobody can be made to ask there unawares."""

    def process_view(self, request: HttpRequest, *view: Any, **named: Any) -> HttpResponseForbidden | None:
        return None if for_programs(request.path) else super().process_view(request, *view, **named)


class PageAuthenticationMiddleware(PagesOnly, AuthenticationMiddleware):
    pass


class PageMessageMiddleware(PagesOnly, MessageMiddleware):
    pass


_NOTHING_TO_SHOW = "default-src 'none'; frame-ancestors 'none'"
"""The content security policy of answers that are no pages."""

_LOOSER_POLICIES = {
    # The admin theme evaluates its Alpine expressions and styles its widgets inline; it is for staff only.
    "/admin/": {"script-src": ["'self'", "'unsafe-eval'"], "style-src": ["'self'", "'unsafe-inline'"]},
    # Swagger UI writes style attributes.
    "/api/docs/": {"style-src": ["'self'", "'unsafe-inline'"]},
}


class ContentPolicyMiddleware(CSPMiddleware):
    """The strict content security policy, with what two vendored user interfaces cannot do without."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if for_programs(request.path):
            response["Content-Security-Policy"] = _NOTHING_TO_SHOW
            return response
        for prefix, directives in _LOOSER_POLICIES.items():
            if request.path.startswith(prefix):
                response._csp_update = directives  # type: ignore[attr-defined]  # django-csp's own hook
        answer: HttpResponseBase = super().process_response(request, response)
        return answer
