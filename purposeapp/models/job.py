"""Work that outlives a request: what is to be done, how far it is, and the wish to stop it."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from purposeapp.models.tenant import tenant_field


class JobKind(models.TextChoices):
    WARM = "warm", _("Warm-up of the directory cache")
    REVIEW = "review", _("Access review")


class JobState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


LIVE_STATES = (JobState.WAITING, JobState.RUNNING)

LOST_AFTER = timedelta(seconds=30)
"""A running job that has not written for so long has lost its worker. No step between two reports may take as long."""


def nobodys(now: datetime) -> models.Q:
    """Live jobs that nobody works on: nobody has yet, or their worker is lost."""
    lost = models.Q(state=JobState.RUNNING, beat__lt=now - LOST_AFTER)
    return models.Q(state=JobState.WAITING) | lost


class Job(models.Model):
    """One piece of background work of one tenant. Whoever does it writes `done` now and then, and reads `cancel_asked`.

    A job can be delivered twice, or taken up after its worker died: `place` says where to go on (for a walk over users the
    last username done), so that doing it again changes nothing. `beat` is when its worker last wrote, and whose the job is: each
    write names the beat before it, so a worker that was replaced meanwhile finds out and stops.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = tenant_field()
    kind = models.CharField(_("kind"), max_length=20, choices=JobKind.choices)
    state = models.CharField(_("state"), max_length=20, choices=JobState.choices, default=JobState.WAITING)
    question = models.JSONField(
        _("question"), default=dict, blank=True, help_text=_("What was asked for, as the job's kind has it.")
    )
    asked_by = models.CharField(
        _("asked by"), max_length=255, blank=True, help_text=_("Who started it; blank for the schedule.")
    )
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True, blank=True, help_text="Empty while it is not known.")
    place = models.CharField(
        _("place"), max_length=255, blank=True, help_text=_("Where to go on after an interruption.")
    )
    cancel_asked = models.BooleanField(default=False)
    message = models.CharField(max_length=500, blank=True, help_text="Why it failed, and the cure.")
    result = models.JSONField(_("result"), default=dict, blank=True)
    rate = models.FloatField(default=0.0, help_text="Steps a second, since its worker began.")
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, help_text=_("Workers that took it up since it last got further.")
    )
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    started = models.DateTimeField(_("started"), null=True, blank=True)
    beat = models.DateTimeField(_("beat"), null=True, blank=True)
    finished = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        ordering = ("-created", "-id")
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = (models.Index(fields=["tenant", "kind", "created"], name="job_created"),)
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "kind"], condition=models.Q(state__in=LIVE_STATES), name="job_live"
            ),
        )
        default_permissions = ("view",)
        permissions = (("run_jobs", "Can start and cancel background jobs"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.tenant}, {self.state}"

    @property
    def is_over(self) -> bool:
        return self.state not in LIVE_STATES

    def is_lost(self, now: datetime) -> bool:
        """Whether it counts as running and nobody works on it."""
        return self.state == JobState.RUNNING and (self.beat is None or self.beat < now - LOST_AFTER)

    @property
    def share_done(self) -> float | None:
        """From 0 to 1; None while the whole is not known."""
        return None if self.total is None else min(1.0, self.done / self.total) if self.total else 1.0

    @property
    def seconds_left(self) -> float | None:
        """At the rate so far; None while that cannot be told."""
        if self.state != JobState.RUNNING or self.total is None or not self.rate:
            return None
        return max(0, self.total - self.done) / self.rate
