"""How the servers behind each tenant are: asked just now, and how well their changes are followed. No driver's text leaves."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection

from purposeapp.domain.errors import Unavailable
from purposeapp.events import Follower, SourceStatus
from purposeapp.wiring import TenantServices

log = logging.getLogger(__name__)

STATUSES = "up", "warning", "down"
"""The worst comes last."""

_MORE = "; who asks from the machine itself is told more"
_IN_OUTLINE = {
    "up": "answers",
    "warning": f"changes are seen late{_MORE}",
    "down": f"does not answer everywhere{_MORE}",
}


@dataclass(frozen=True, slots=True)
class Dependency:
    """One of them: `status` is one of STATUSES. Without a `vital` one nothing can be answered; without another, less can.

    `milliseconds` is how long it took to answer; None where nothing was asked.
    """

    name: str
    status: str
    detail: str
    milliseconds: float | None = None
    vital: bool = False


@dataclass(frozen=True, slots=True)
class _Probe:
    name: str
    ask: Callable[[], str]
    vital: bool


def dependencies(tenants: Iterable[TenantServices]) -> list[Dependency]:
    """Of all these tenants, asked at the same time. Takes as long as the slowest one's deadline."""
    served = list(tenants)
    probes = [probe for tenant in served for probe in _probes(tenant)]
    with ThreadPoolExecutor(max_workers=8) as pool:
        found = list(pool.map(_run, probes))
    return [*found, *(each for tenant in served for each in _followed(tenant))]


def in_outline(found: Iterable[Dependency]) -> list[Dependency]:
    """For strangers: how the worst of each kind is, and nothing of which tenants there are, how many, or what they hold."""
    kinds: dict[str, list[Dependency]] = {}
    for each in found:
        _tenant, _, kind = each.name.partition("/")
        kinds.setdefault(kind or each.name, []).append(each)
    return [_worst(kind, several) for kind, several in kinds.items()]


def _worst(kind: str, several: Sequence[Dependency]) -> Dependency:
    status = max((each.status for each in several), key=STATUSES.index)
    times = [each.milliseconds for each in several if each.milliseconds is not None]
    vital = any(each.vital for each in several)
    return Dependency(kind, status, _IN_OUTLINE[status], max(times, default=None), vital)


def _probes(tenant: TenantServices) -> list[_Probe]:
    return [
        # Without the directory no caller can be told from a stranger; without policies, whoami still works.
        _Probe(f"{tenant.slug}/directory", tenant.directory.check, vital=True),
        _Probe(f"{tenant.slug}/policies", tenant.policies.check, vital=False),
    ]


def _run(probe: _Probe) -> Dependency:
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
    return Dependency(probe.name, status, detail, round((time.monotonic() - started) * 1000, 1), probe.vital)


def _followed(tenant: TenantServices) -> Iterator[Dependency]:
    """How well this process keeps up with the tenant's sources. Where it does not, answers are right, only slower."""
    if not isinstance(tenant.freshness, Follower):
        return
    status = tenant.freshness.status()
    sources = {"policies": status.policies, "directory": status.directory}
    for name, source in sources.items():
        if source is not None and status.is_running:
            yield _kept_up(f"{tenant.slug}/{name}/changes", source)


def _kept_up(name: str, source: SourceStatus) -> Dependency:
    if source.error or source.warning:
        return Dependency(name, "warning", source.error or source.warning)
    if source.age is None:
        return Dependency(name, "warning", "not followed yet")
    return Dependency(name, "up", "followed for all processes" if source.is_leading else "followed")
