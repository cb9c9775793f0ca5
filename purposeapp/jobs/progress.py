"""How work tells how far it is, and hears that it should stop. All writes to a running job are here and in `runner`."""

import time
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from purposeapp.models import Job, JobState

WRITE_EVERY = 0.5
"""Seconds between two writes of the progress."""


class Superseded(Exception):
    """Another worker has the job now: stop, and write nothing more."""


class Cancelled(Exception):
    """Somebody asked for the job to stop."""


class Progress:
    """The reports of one worker on one job that it has claimed.

    `done` counts steps, `place` says where to go on; both begin where the worker before left off. Any method may raise
    Cancelled or Superseded, which the work lets through.
    """

    def __init__(self, job: Job, clock: Callable[[], float] = time.monotonic) -> None:
        self.done = job.done
        self.place = job.place
        self._job = job
        self._clock = clock
        self._began_at = self._written_at = clock()
        self._began_with = job.done

    def expect(self, total: int) -> None:
        """Say how many steps there are in all."""
        self._write(total=total)

    def reached(self, done: int, place: str = "") -> None:
        """Say how far the work is. Costs nothing twice in half a second."""
        self.done, self.place = done, place
        if self._clock() - self._written_at >= WRITE_EVERY:
            self.flush()

    def pause(self, seconds: float) -> None:
        """Sleep, and wake up early when the job is to stop."""
        until = self._clock() + seconds
        while (left := until - self._clock()) > 0:
            time.sleep(min(left, WRITE_EVERY))
            self.reached(self.done, self.place)

    def flush(self) -> None:
        """Write the progress now."""
        self._write(**self.values())

    def values(self) -> dict[str, Any]:
        """The progress as fields of the job."""
        gained, elapsed = self.done - self._began_with, self._clock() - self._began_at
        further = {"attempts": 0} if gained else {}
        rate = gained / elapsed if elapsed > 0 else 0.0
        return {"done": self.done, "place": self.place, "rate": rate, **further}

    def _write(self, **values: Any) -> None:
        write_as_owner(self._job, **values)
        self._written_at = self._clock()


def write_as_owner(job: Job, *, even_if_cancelled: bool = False, **values: Any) -> None:
    """Write to a job that this worker has, with a new beat. Raises Superseded or Cancelled, and then has written nothing."""
    now = timezone.now()
    mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, beat=job.beat)
    heeded = mine if even_if_cancelled else mine.filter(cancel_asked=False)
    if not heeded.update(beat=now, **values):
        raise Cancelled if mine.exists() else Superseded
    job.beat = now
