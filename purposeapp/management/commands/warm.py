"""`manage.py warm`: read everybody of a tenant into the directory cache, before they ask."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from purposeapp import jobs
from purposeapp.jobs.queue import begin, tell_workers
from purposeapp.jobs.telling import told
from purposeapp.jobs.warm import kept_directory
from purposeapp.management.access.exits import USAGE
from purposeapp.management.bar import Bar
from purposeapp.management.database import told_in_a_sentence
from purposeapp.models import DEFAULT_TENANT, Job, JobKind, JobState
from purposeapp.wiring import tenants

LOOK_EVERY = 0.25
HINT_AFTER = 10.0
"""Seconds that a job waits for a worker before it is said how to start one."""

FAILED, CANCELLED, INTERRUPTED = 1, 3, 130


class Command(BaseCommand):
    help = (
        "Warm up the directory cache of a tenant. With a broker a worker does it, without one this process."
        f" Exit codes: 0 done or handed over, {FAILED} failed, {USAGE} the database lacks migrations,"
        f" {CANCELLED} cancelled, {INTERRUPTED} interrupted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", nargs="?", default=DEFAULT_TENANT, help="slug (default: default)")
        parser.add_argument("--all", action="store_true", dest="everyone", help="all tenants")
        parser.add_argument("--watch", action="store_true", help="stay and show a worker's progress")
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument("--status", action="store_true", help="only say how the last warm-up stands")
        instead.add_argument("--cancel", action="store_true", help="only cancel the one under way")

    @told_in_a_sentence()
    def handle(self, *_arguments: Any, tenant: str, everyone: bool, watch: bool, **options: Any) -> None:
        slugs = [each.slug for each in tenants().all()] if everyone else [tenant]
        if options["status"] or options["cancel"]:
            for slug in slugs:
                self._say_last(slug, cancel=options["cancel"])
            return
        started = [self._started(slug) for slug in slugs]
        if watch or settings.CELERY_TASK_ALWAYS_EAGER:
            self._see_through(started)
        else:
            self._hand_over(started)

    def _say_last(self, slug: str, *, cancel: bool) -> None:
        job = Job.objects.filter(tenant=slug, kind=JobKind.WARM).first()
        if job is None:
            self.stdout.write(f"{slug}: never warmed up")
            return
        if cancel and not job.is_over:
            jobs.cancel(job)
        self.stdout.write(f"{slug}: {told(job)}")

    def _started(self, slug: str) -> Job:
        kept_directory(slug)  # or it is an error, not a job
        return jobs.start(slug, JobKind.WARM)[0]

    def _hand_over(self, started: Sequence[Job]) -> None:
        for job in started:
            taken = tell_workers(job.pk)
            self.stdout.write(
                f"{job.tenant}: handed over; `manage.py warm {job.tenant} --watch` shows how far it is"
                if taken
                else f"{job.tenant}: the broker does not answer; the job waits until it does"
            )

    def _see_through(self, started: Sequence[Job]) -> None:
        """Stay until all are over; asks them to stop when interrupted, and a second time just ends."""
        try:
            for job in started:
                self._watch(job)
        except KeyboardInterrupt:
            for job in started:
                jobs.cancel(job)
                self._watch(job)
            self.stderr.write("Interrupted. The same command goes on from there, within an hour.")
            sys.exit(INTERRUPTED)
        if any(job.state != JobState.DONE for job in started):
            sys.exit(FAILED if any(job.state == JobState.FAILED for job in started) else CANCELLED)

    def _watch(self, job: Job) -> None:
        bar, since, hinted = Bar(self.stdout), time.monotonic(), False
        doing = begin(job)
        while not job.is_over:
            bar.show(job.share_done, f"{job.tenant}: {told(job)}")
            time.sleep(LOOK_EVERY)
            job.refresh_from_db()
            if settings.CELERY_TASK_ALWAYS_EAGER and not doing.is_alive():
                doing = begin(job)  # another process has it; should it end there, it is ours
            if not hinted and job.state == JobState.WAITING and time.monotonic() - since > HINT_AFTER:
                hinted = True
                bar.close("No worker has taken it up yet. Start one: celery -A purposeapp worker")
        bar.close(f"{job.tenant}: {told(job)}")
