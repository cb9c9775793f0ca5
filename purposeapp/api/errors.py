"""Every error leaves through here, in one of three shapes: RFC 9457 problem details, Atlas's own on the frozen endpoints,
and the bare message that AuthZEN has.

A driver's text, a stack trace or a token never leaves: what the caller needs to say to support is the correlation id.
"""

import logging
from http import HTTPStatus
from typing import Any

from django.core.exceptions import DisallowedHost, PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from rest_framework import exceptions as drf

from purposeapp import logs
from purposeapp.addresses import for_programs
from purposeapp.domain import errors

log = logging.getLogger(__name__)

_STATUS: dict[type[errors.AccessError], int] = {
    errors.InvalidRequest: 400,
    errors.InvalidToken: 401,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.UnknownUser: 404,
    errors.UnknownEntity: 404,
    errors.Unavailable: 503,
}

PROBLEMS = "problems"
"""The `error_format` of views that name none: RFC 9457."""

ATLAS_ERRORS = "atlas"
"""A view with this `error_format` answers errors as `{"errorCode", "errorMessage"}`."""

MESSAGES = "messages"
"""A view with this `error_format` answers errors as text: the message and nothing else."""

_ATLAS_CODES = {400: "ATLAS-400-00-029", 403: "ATLAS-403-00-001"}

_CODES = {
    400: "invalid_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "unsupported_media_type",
}


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponseBase:
    """DRF's hook: any exception that a view or its authentication raised, as a response."""
    style = getattr(context.get("view"), "error_format", PROBLEMS)
    request: HttpRequest = context["request"]._request
    if isinstance(error, errors.AccessError):
        return _access_error(error, request, style)
    if isinstance(error, drf.APIException):
        return _framework_error(error, style)
    if isinstance(error, Http404):
        return problem(404, "not_found", "There is nothing at this address", style=style)
    if isinstance(error, PermissionDenied):
        return problem(403, "forbidden", "You may not do this", style=style)
    if isinstance(error, DatabaseError):
        log.error("the service's own database failed", exc_info=error)
        return _retry_later(
            problem(503, "unavailable", "The service cannot answer just now; try again", style=style), 2
        )
    log.error("unexpected error", exc_info=error)
    return problem(500, "internal_error", "Something went wrong on our side", style=style)


def problem(
    status: int, code: str, detail: str, *, fields: dict[str, Any] | None = None, style: str = PROBLEMS
) -> HttpResponse:
    """An error response of one style. What the caller can say to support is the correlation id, the X-Request-Id."""
    response: HttpResponse
    if style == MESSAGES:
        response = HttpResponse(detail, status=status, content_type="text/plain; charset=utf-8")
    elif style == ATLAS_ERRORS:
        response = JsonResponse(_atlas_body(status, detail), status=status)
    else:
        body = _problem_body(status, code, detail, fields or {})
        response = JsonResponse(body, status=status, content_type="application/problem+json")
    response["Cache-Control"] = "no-store"
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Django's handler404: a page for people, a problem for programs."""
    if for_programs(request.path):
        return problem(404, "not_found", "There is nothing at this address")
    return render(request, "errors/404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Django's handler400: a wrong Host header, a form that is too large."""
    if isinstance(exception, DisallowedHost):
        return problem(
            400, "invalid_request", "No host of this name is served here; ALLOWED_HOSTS names those that are"
        )
    return problem(400, "invalid_request", "The request cannot be served as it was sent")


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Django's handler500; nothing here may touch a database."""
    if for_programs(request.path):
        return problem(500, "internal_error", "Something went wrong on our side")
    return render(request, "errors/500.html", {"correlation_id": logs.request_id.get()}, status=500)


def _atlas_body(status: int, detail: str) -> dict[str, Any]:
    body = {"errorCode": _ATLAS_CODES.get(status, f"ATLAS-{status}-00-001"), "errorMessage": detail}
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        body["correlationId"] = logs.request_id.get()
    return body


def _problem_body(status: int, code: str, detail: str, fields: dict[str, Any]) -> dict[str, Any]:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "correlationId": logs.request_id.get(),
    }
    errors_by_field = [{"field": name, "message": message} for name, message in fields.items()]
    return {**body, "errors": errors_by_field} if fields else body


def _access_error(error: errors.AccessError, request: HttpRequest, style: str) -> HttpResponseBase:
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    if isinstance(error, errors.InvalidToken):
        log.info("refused a request", extra={"reason": error.reason, "path": request.path})
    if isinstance(error, errors.Unavailable):
        log.warning("could not answer", exc_info=error, extra={"source": error.source})
    fields = error.fields if isinstance(error, errors.InvalidRequest) else None
    response = problem(status, error.code, str(error), fields=fields, style=style)
    if isinstance(error, errors.InvalidToken):
        # RFC 6750 section 3.1: no error code where no credentials were sent.
        sent = "Authorization" in request.headers
        response["WWW-Authenticate"] = 'Bearer error="invalid_token"' if sent else "Bearer"
    if isinstance(error, errors.Unavailable):
        _retry_later(response, error.retry_after)
    return response


def _framework_error(error: drf.APIException, style: str) -> HttpResponseBase:
    if isinstance(error, drf.ValidationError):
        fields = {name: _first(messages) for name, messages in _by_field(error.detail).items()}
        detail = "; ".join(f"{name}: {message}" for name, message in fields.items())
        return problem(400, "invalid_request", detail, fields=fields, style=style)
    status = error.status_code
    wants_json = isinstance(error, drf.UnsupportedMediaType)
    detail = "The Content-Type must be application/json" if wants_json else str(error.detail)
    return problem(status, _CODES.get(status, "error"), detail, style=style)


def _by_field(detail: Any) -> dict[str, Any]:
    return dict(detail) if isinstance(detail, dict) else {"request": detail}


def _first(messages: Any) -> str:
    while isinstance(messages, list | dict) and messages:
        messages = next(iter(messages.values() if isinstance(messages, dict) else messages))
    return str(messages)


def _retry_later(response: HttpResponse, seconds: int) -> HttpResponse:
    response["Retry-After"] = str(seconds)
    return response
