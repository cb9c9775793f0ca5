"""Finding somebody to do a job, without making anybody wait for it."""

import logging
from threading import Thread
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction
from kombu.exceptions import OperationalError

from purposeapp.jobs import tasks
from purposeapp.jobs.runner import run
from purposeapp.models import Job

log = logging.getLogger(__name__)


def hand_over(job: Job) -> None:
    """See that a live job gets done, once it is committed; returns at once. Harmless when somebody does it already.

    With a broker a worker is told. A broker that does not answer costs the caller nothing: the job waits in its row, and
    the clock's next sweep finds it. Without a broker a thread of this process does it.
    """
    transaction.on_commit(lambda: begin(job))


def begin(job: Job) -> Thread:
    """A thread that tells the workers, or, without a broker, does the job. It dies with its process."""
    give = _work_on if settings.CELERY_TASK_ALWAYS_EAGER else tell_workers
    thread = Thread(target=give, args=[job.pk], name=f"job {job.pk}", daemon=True)
    thread.start()
    return thread


def tell_workers(job_id: UUID) -> bool:
    """Send the message to the broker; whether it was taken. Waits for it: at most the broker's time-outs."""
    try:
        tasks.run_job.delay(str(job_id))
    except OperationalError:
        log.warning("the broker did not take a job; it waits for the next sweep", extra={"job": str(job_id)})
        return False
    return True


def _work_on(job_id: UUID) -> None:
    try:
        run(job_id)
    finally:
        connections.close_all()
