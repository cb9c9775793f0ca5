"""The Celery application with a warm-up that only counts, slowly, into the file COUNTED: so a test sees each step done.

celery -A tests.services.counting_app worker
"""

import os
from pathlib import Path

from celery.signals import worker_init

from purposeapp.celery import app

__all__ = ["app"]

STEPS, SECONDS = 40, 0.1

HELD_AT = 5
"""The step after which it waits as long as there is a file beside COUNTED whose name ends with HELD."""

HELD = ".held"


@worker_init.connect
def count_instead(**_signal):
    """Before the pool is forked: every child has it."""
    from purposeapp.jobs import runner
    from purposeapp.models import JobKind

    runner.WORK[JobKind.WARM] = count


def count(job, progress):
    progress.expect(STEPS)
    counted = Path(os.environ["COUNTED"])
    with counted.open("a") as file:
        while progress.done < STEPS:
            file.write(f"{progress.done}\n")
            file.flush()
            progress.reached(progress.done + 1, str(progress.done + 1))
            progress.flush()
            progress.pause(SECONDS)
            while progress.done == HELD_AT and counted.with_suffix(HELD).exists():
                progress.pause(SECONDS)
