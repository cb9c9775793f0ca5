"""Which jobs the clock has to start, take up again, or forget."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db.models import Max

from purposeapp.domain.errors import Unavailable
from purposeapp.jobs.warm import Keeping
from purposeapp.models import Job, JobKind
from purposeapp.models.job import nobodys
from purposeapp.wiring import tenants

KEPT = timedelta(days=30)
"""How long ended jobs stay to be looked at."""


def waiting_jobs(now: datetime) -> list[Job]:
    """Jobs that nobody works on: their message was lost, or their worker."""
    return list(Job.objects.filter(nobodys(now)).order_by("created"))


def forget_old_jobs(now: datetime) -> int:
    """Delete the jobs that ended long ago; how many there were."""
    return Job.objects.filter(finished__lt=now - KEPT).delete()[0]


def tenants_to_warm(now: datetime) -> Sequence[str]:
    """The large tenants whose turn it is, when this is asked once a minute.

    Each is due WARM_EVERY_MINUTES after its last warm-up began. Of those due at once only an even share is named, the
    most overdue first: so they spread over the interval by themselves.
    """
    large = [each.slug for each in tenants().all() if _is_large(each.directory)]
    last = dict(_last_warm_ups(large))
    long_ago = now - timedelta(minutes=settings.WARM_EVERY_MINUTES)
    due = sorted((last[slug], slug) for slug in large if slug in last and last[slug] <= long_ago)
    never = sorted(slug for slug in large if slug not in last)
    share = ceil(len(large) / settings.WARM_EVERY_MINUTES)
    return [*never, *(slug for _, slug in due)][:share]


def _last_warm_ups(slugs: Sequence[str]) -> Sequence[tuple[str, datetime]]:
    ran = Job.objects.filter(kind=JobKind.WARM, tenant__in=slugs, started__isnull=False)
    return list(ran.order_by().values_list("tenant").annotate(last=Max("started")))


def _is_large(directory: object) -> bool:
    if not isinstance(directory, Keeping):
        return False
    try:
        return directory.source.count() >= settings.WARM_AT_USERS
    except Unavailable:
        return False  # its turn comes when it answers again
