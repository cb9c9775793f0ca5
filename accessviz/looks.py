"""What the audit trail says on the pages: who looked at somebody, and whom somebody looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from accessviz.staff import Viewer
from purposeapp.domain.errors import AuditUnavailable
from purposeapp.models import AccessAudit
from purposeapp.models.failures import database_failures_as

DAYS = 30
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Looks:
    """How many people looked at somebody in the last DAYS days, and the latest of these looks."""

    people: int
    latest: Sequence[AccessAudit]


@database_failures_as(AuditUnavailable)
def looks_at(viewer: Viewer, username: str) -> Looks:
    """Of the viewer's tenant; the viewer's own looks count."""
    since = timezone.now() - timedelta(days=DAYS)
    entries = AccessAudit.objects.filter(tenant=viewer.tenant.slug, subject_username=username, at__gte=since)
    people = entries.order_by().values("actor_id").distinct().count()
    return Looks(people, list(entries[:SHOWN]))


@database_failures_as(AuditUnavailable)
def recently_looked_at(viewer: Viewer) -> list[tuple[str, datetime]]:
    """Usernames and when it was, the last one first; not those that turned out to be nobody's."""
    own = AccessAudit.objects.filter(
        tenant=viewer.tenant.slug,
        actor_username=viewer.username,
        actor_id=viewer.actor_id,
        at__gte=timezone.now() - timedelta(days=DAYS),
    ).exclude(Q(subject_username="") | Q(detail__has_key="unknown"))
    last = own.order_by().values("subject_username").annotate(last=Max("at")).order_by("-last")
    return [(row["subject_username"], row["last"]) for row in last[:SHOWN]]


@database_failures_as(AuditUnavailable)
def latest_looks(viewer: Viewer) -> list[AccessAudit]:
    """Of everybody in the viewer's tenant, the latest first."""
    return list(AccessAudit.objects.filter(tenant=viewer.tenant.slug)[:SHOWN])


@database_failures_as(AuditUnavailable)
def looks_per_day(viewer: Viewer) -> dict[str, int]:
    """How many there were on each of the last DAYS days (`2026-11-21`, UTC), the oldest first; days without any included."""
    today = timezone.now().date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    since = timezone.now() - timedelta(days=DAYS)
    entries = AccessAudit.objects.filter(tenant=viewer.tenant.slug, at__gte=since).order_by()
    counts = entries.annotate(day=TruncDate("at")).values_list("day").annotate(Count("pk"))
    found = dict(counts)
    return {day.isoformat(): found.get(day, 0) for day in days}
