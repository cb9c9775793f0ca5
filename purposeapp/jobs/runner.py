"""Doing a job: claim it, do the work of its kind, and say how it ended."""

import logging
from collections.abc import Callable
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from purposeapp.domain.errors import AccessError, Unavailable
from purposeapp.jobs.progress import Cancelled, Progress, Superseded, write_as_owner
from purposeapp.jobs.review import take_review
from purposeapp.jobs.warm import warm_directory
from purposeapp.models import Job, JobKind, JobState
from purposeapp.models.job import nobodys

log = logging.getLogger(__name__)

Work = Callable[[Job, Progress], None]
"""What a kind of job does, from `progress.place` on. Raises AccessError with a sentence for whoever started it."""

WORK: dict[str, Work] = {JobKind.WARM: warm_directory, JobKind.REVIEW: take_review}

MAX_ATTEMPTS = 5
"""Workers that may die in the same place before a job is given up."""

TRIES = 5
"""Times that a source may fail to answer in the same place."""

_TOO_DEADLY = f"{MAX_ATTEMPTS} workers ended without getting further. See whether they have enough memory, then start it again."
_OUR_FAULT = (
    "Something went wrong on our side; the worker's log says more. Start it again to go on from there."
)


def run(job_id: UUID, work: dict[str, Work] | None = None) -> None:
    """Do a job, unless it is over or somebody is doing it. Never raises for what goes wrong in the work."""
    job = claim(job_id)
    if job is None:
        return
    progress = Progress(job)
    try:
        state, message = _outcome(job, progress, (work or WORK)[job.kind])
        _end(job, progress, state, message)
    except Superseded:
        log.info("another worker took the job over", extra={"job": str(job.pk)})
    except DatabaseError:
        # Nothing can be written now. Without a beat it is taken up again.
        log.exception("the database failed under a job", extra={"job": str(job.pk)})


def claim(job_id: UUID) -> Job | None:
    """Take a job that waits, or whose worker is lost; None for any other. Of several who try, one gets it."""
    now = timezone.now()
    taken = Job.objects.filter(nobodys(now), pk=job_id).update(
        state=JobState.RUNNING, beat=now, started=Coalesce("started", now), attempts=F("attempts") + 1
    )
    return Job.objects.get(pk=job_id) if taken else None


def _outcome(job: Job, progress: Progress, work: Work) -> tuple[JobState, str]:
    """Do the work; the state to leave the job in, and a sentence for whoever started it."""
    if job.attempts > MAX_ATTEMPTS:
        return JobState.FAILED, _TOO_DEADLY
    try:
        _patiently(job, progress, work)
    except Cancelled:
        return JobState.CANCELLED, ""
    except SoftTimeLimitExceeded:
        # The row still says what is to be done: the next worker goes on from its place.
        return JobState.WAITING, ""
    except AccessError as error:
        log.warning("a job failed", exc_info=error, extra={"job": str(job.pk)})
        return JobState.FAILED, str(error)
    except (Superseded, DatabaseError):
        raise
    except Exception:
        log.exception("a job failed", extra={"job": str(job.pk)})
        return JobState.FAILED, _OUR_FAULT
    return JobState.DONE, ""


def _patiently(job: Job, progress: Progress, work: Work) -> None:
    """Do the work. A source that does not answer is asked again in a while, TRIES times in one place."""
    failures, done = 0, progress.done
    while True:
        try:
            work(job, progress)
            return
        except Unavailable as error:
            failures = failures + 1 if progress.done == done else 1
            done = progress.done
            if failures >= TRIES:
                raise
            progress.pause(error.retry_after)


def _end(job: Job, progress: Progress, state: JobState, message: str) -> None:
    write_as_owner(
        job,
        even_if_cancelled=True,
        **progress.values(),
        state=state,
        message=message[: Job._meta.get_field("message").max_length],
        finished=None if state == JobState.WAITING else timezone.now(),
    )
