"""What every request passes through, and nothing that a request doesn't need."""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from purposeapp import logs

GetResponse = Callable[[HttpRequest], HttpResponse]

_SANE_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class RequestIdMiddleware:
    """Names every request: the caller's id when it is sane, else the trace's, else a new one; echoed as X-Request-Id."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identity = _request_id(request)
        request.request_id = identity  # type: ignore[attr-defined]  # for what is logged once we are done
        reset = logs.request_id.set(identity)
        try:
            response = self._get_response(request)
        finally:
            logs.request_id.reset(reset)
        response["X-Request-Id"] = identity
        return response


def _request_id(request: HttpRequest) -> str:
    for header in ("X-Request-Id", "X-Atlan-Request-Id"):
        sent = request.headers.get(header, "")
        if _SANE_ID.fullmatch(sent):
            return sent
    trace = _TRACEPARENT.fullmatch(request.headers.get("traceparent", ""))
    return trace[1] if trace else uuid.uuid4().hex


_LOOSER_POLICIES = {
    # The admin theme evaluates its Alpine expressions and styles its widgets inline; it is for staff only.
    "/admin/": {"script-src": ["'self'", "'unsafe-eval'"], "style-src": ["'self'", "'unsafe-inline'"]},
    # Swagger UI writes style attributes.
    "/api/docs": {"style-src": ["'self'", "'unsafe-inline'"]},
}


class PagePolicyMiddleware:
    """Adds to the strict content security policy what two vendored user interfaces cannot do without."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        for prefix, directives in _LOOSER_POLICIES.items():
            if request.path.startswith(prefix):
                response._csp_update = directives  # type: ignore[attr-defined]  # django-csp's own hook
        return response
