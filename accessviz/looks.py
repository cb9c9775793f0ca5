"""What the audit trail says on the pages: who looked at somebody, and whom somebody looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Max, Q
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
def recently_looked_at(viewer: Viewer) -> list[str]:
    """Usernames, the last one first; not those that turned out to be nobody's."""
    own = AccessAudit.objects.filter(
        tenant=viewer.tenant.slug,
        actor_username=viewer.username,
        actor_id=viewer.actor_id,
        at__gte=timezone.now() - timedelta(days=DAYS),
    ).exclude(Q(subject_username="") | Q(detail__has_key="unknown"))
    last = own.order_by().values("subject_username").annotate(last=Max("at")).order_by("-last")
    return [row["subject_username"] for row in last[:SHOWN]]
