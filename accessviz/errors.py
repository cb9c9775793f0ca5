"""Pages for what went wrong, and the same as JSON for the scripts of our pages."""

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from purposeapp import logs
from purposeapp.discovery.phrases import said_of
from purposeapp.domain import errors

log = logging.getLogger(__name__)

_PAGES: tuple[tuple[type[errors.AccessError], int], ...] = (
    (errors.InvalidRequest, 400),
    (errors.Forbidden, 403),
    (errors.UnknownUser, 404),
    (errors.UnknownEntity, 404),
    (errors.Conflict, 409),
    (errors.Unavailable, 503),
)


def as_page(request: HttpRequest, error: errors.AccessError) -> HttpResponse:
    """The error as a page with its own status; "could not tell" looks like nothing else."""
    status = _status(error)
    context = {"error": said_of(error), "request_id": logs.request_id.get()}
    return _finished(render(request, f"errors/{status}.html", context, status=status), error)


def as_data(error: errors.AccessError) -> HttpResponse:
    """The error for a script: `{"code", "detail", "requestId"}`."""
    body = {"code": error.code, "detail": said_of(error), "requestId": logs.request_id.get()}
    return _finished(JsonResponse(body, status=_status(error)), error)


def too_many(request: HttpRequest, *, seconds: int) -> HttpResponse:
    """For somebody who asks too often, who may ask again after so many seconds."""
    context = {"seconds": seconds, "request_id": logs.request_id.get()}
    response = render(request, "errors/429.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler403."""
    return as_page(request, errors.Forbidden(str(exception or "")))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: mostly a page that was open for too long, or a browser without cookies."""
    return render(request, "errors/csrf.html", {"request_id": logs.request_id.get()}, status=403)


def _status(error: errors.AccessError) -> int:
    return next((status for kind, status in _PAGES if isinstance(error, kind)), 503)


def _finished(response: HttpResponse, error: errors.AccessError) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    if isinstance(error, errors.Unavailable):
        log.warning("could not show a page", exc_info=error, extra={"source": error.source})
        response["Retry-After"] = str(error.retry_after)
    return response
