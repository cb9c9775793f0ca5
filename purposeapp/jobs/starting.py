"""Starting and stopping jobs: what callers do. Workers find the rest in `runner`."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from purposeapp.models import Job, JobKind, JobState
from purposeapp.models.job import LIVE_STATES, nobodys

RESUMED_WITHIN = timedelta(hours=1)
"""A job that ended so recently without being done goes on where it stopped when it is started again."""


def start(
    tenant: str, kind: JobKind, *, question: dict[str, Any] | None = None, asked_by: str = ""
) -> tuple[Job, bool]:
    """The job to do this, and whether it was started by this call; `hand_over` finds it somebody to do it.

    A tenant has one live job of a kind: where there is one, that is it. One that failed or was cancelled in the last hour
    is taken up again, from its place; otherwise there is a new one.
    """
    question = question or {}
    for _ in range(3):  # somebody else may start it, or end it, between two statements
        live = Job.objects.filter(tenant=tenant, kind=kind, state__in=LIVE_STATES).first()
        if live is not None:
            return live, False
        try:
            with transaction.atomic():
                asked = tenant, kind, question, asked_by
                return _resumed(*asked) or _created(*asked), True
        except IntegrityError:
            continue
    raise RuntimeError(f"the live {kind} job of tenant {tenant} comes and goes")


def cancel(job: Job) -> None:
    """Ask a job to stop. One that nobody works on is cancelled at once, one under way within seconds; an ended one stays."""
    now = timezone.now()
    stopped = Job.objects.filter(nobodys(now), pk=job.pk).update(
        state=JobState.CANCELLED, cancel_asked=True, finished=now
    )
    if not stopped:
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_asked=True)
    job.refresh_from_db()


def _created(tenant: str, kind: JobKind, question: dict[str, Any], asked_by: str) -> Job:
    return Job.objects.create(tenant=tenant, kind=kind, question=question, asked_by=asked_by)


def _resumed(tenant: str, kind: JobKind, question: dict[str, Any], asked_by: str) -> Job | None:
    last = Job.objects.filter(tenant=tenant, kind=kind).first()
    if last is None or last.question != question or last.state == JobState.DONE:
        return None
    taken_up = Job.objects.filter(
        pk=last.pk, state=last.state, finished__gt=timezone.now() - RESUMED_WITHIN
    ).update(
        state=JobState.WAITING,
        cancel_asked=False,
        message="",
        asked_by=asked_by,
        attempts=0,
        rate=0.0,
        finished=None,
    )
    if not taken_up:
        return None
    last.refresh_from_db()
    return last
