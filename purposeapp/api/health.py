"""Liveness and readiness, for orchestrators and people. Neither needs a token; neither says a driver's text."""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from purposeapp.domain.errors import Unavailable
from purposeapp.events import Follower, SourceStatus
from purposeapp.wiring import TenantServices, tenants

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Probe:
    """One dependency. Without a `vital` one nothing can be answered; without another, less can."""

    name: str
    ask: Callable[[], str]
    vital: bool


@csrf_exempt  # they change nothing; without this, a POST is a 403 with a page rather than a 405
@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    """The process runs. Asks nothing of anybody: a dead dependency is no reason to restart us."""
    return JsonResponse({"status": "live"})


@csrf_exempt
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """200 when questions can be answered, `degraded` when only some can, or changes come late; 503 when none can."""
    try:
        _ask_database()
        served = tenants().all()
        probes = [probe for tenant in served for probe in _probes(tenant)]
    except (DatabaseError, Unavailable):
        down = {"name": "database", "status": "down", "detail": "the service's own database does not answer"}
        return _answer([down], vital_down=True)
    with ThreadPoolExecutor(max_workers=8) as pool:
        results = list(pool.map(_run, probes))
    vital_down = any(
        result["status"] == "down" and probe.vital for probe, result in zip(probes, results, strict=True)
    )
    database = {"name": "database", "status": "up", "detail": "answers"}
    followed = [source for tenant in served for source in _followed(tenant)]
    return _answer([database, *results, *followed], vital_down=vital_down)


def _answer(dependencies: list[dict[str, Any]], *, vital_down: bool) -> JsonResponse:
    all_up = all(each["status"] == "up" for each in dependencies)
    status = "down" if vital_down else "ready" if all_up else "degraded"
    response = JsonResponse(
        {"status": status, "dependencies": dependencies}, status=503 if vital_down else 200
    )
    response["Cache-Control"] = "no-store"
    if vital_down:
        response["Retry-After"] = "2"
    return response


def _probes(tenant: TenantServices) -> list[Probe]:
    return [
        # Without the directory no caller can be told from a stranger; without policies, whoami still works.
        Probe(f"{tenant.slug}/directory", tenant.directory.check, vital=True),
        Probe(f"{tenant.slug}/policies", tenant.policies.check, vital=False),
    ]


def _followed(tenant: TenantServices) -> Iterator[dict[str, Any]]:
    """How well this process keeps up with the tenant's sources. Where it does not, answers are right, only slower."""
    if not isinstance(tenant.freshness, Follower):
        return
    status = tenant.freshness.status()
    sources = {"policies": status.policies, "directory": status.directory}
    for name, source in sources.items():
        if source is not None and status.is_running:
            yield {"name": f"{tenant.slug}/{name}/changes", **_kept_up(source)}


def _kept_up(source: SourceStatus) -> dict[str, str]:
    if source.error or source.warning:
        return {"status": "warning", "detail": source.error or source.warning}
    if source.age is None:
        return {"status": "warning", "detail": "not followed yet"}
    return {"status": "up", "detail": "followed for all processes" if source.is_leading else "followed"}


def _run(probe: Probe) -> dict[str, Any]:
    started = time.monotonic()
    try:
        status, detail = "up", probe.ask()
    except Unavailable as error:
        status, detail = "down", str(error)
    except Exception:
        log.exception("a readiness probe failed", extra={"probe": probe.name})
        status, detail = "down", "the probe itself failed; see the log"
    finally:
        connection.close_if_unusable_or_obsolete()
    milliseconds = round((time.monotonic() - started) * 1000, 1)
    return {"name": probe.name, "status": status, "detail": detail, "milliseconds": milliseconds}


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
