"""Liveness and readiness, for orchestrators and people. Neither needs a token; neither says a driver's text.

Which tenants there are, and how their sources are called, is told only to who asks from the machine itself.
"""

from dataclasses import asdict
from ipaddress import ip_address
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from purposeapp.dependencies import Dependency, dependencies, in_outline
from purposeapp.domain.errors import Unavailable
from purposeapp.wiring import tenants

_FROM_PROXIES = {
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-Ip",
}
"""Headers that a proxy sets: one of them is enough."""


@csrf_exempt  # they change nothing; without this, a POST is a 403 with a page rather than a 405
@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    """The process runs. Asks nothing of anybody: a dead dependency is no reason to restart us."""
    return JsonResponse({"status": "live"})


@csrf_exempt
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when questions can be answered, `degraded` when only some can, or changes come late; 503 when none can."""
    try:
        _ask_database()
        served = tenants().all()
    except (DatabaseError, Unavailable):
        cause = "the service's own database does not answer"
        return _answer([Dependency("database", "down", cause, vital=True)])
    found = [Dependency("database", "up", "answers"), *dependencies(served)]
    return _answer(found if _is_from_here(request) else in_outline(found))


def _answer(found: list[Dependency]) -> JsonResponse:
    vital_down = any(each.status == "down" and each.vital for each in found)
    all_up = all(each.status == "up" for each in found)
    status = "down" if vital_down else "ready" if all_up else "degraded"
    body = {"status": status, "dependencies": [_written(each) for each in found]}
    response = JsonResponse(body, status=503 if vital_down else 200)
    response["Cache-Control"] = "no-store"
    if vital_down:
        response["Retry-After"] = "2"
    return response


def _written(dependency: Dependency) -> dict[str, Any]:
    """What was not measured is left out."""
    facts = {name: value for name, value in asdict(dependency).items() if value is not None}
    del facts["vital"]
    return facts


def _is_from_here(request: HttpRequest) -> bool:
    """Whether the caller is on this machine, and no proxy on it that speaks for somebody else."""
    try:
        caller = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return caller.is_loopback and not _FROM_PROXIES & request.headers.keys()


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
