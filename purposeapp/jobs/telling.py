"""How far a job is, in a line for people."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from purposeapp.models import Job, JobState

STATES: dict[str, Any] = {
    JobState.WAITING: gettext_lazy("waiting for a worker"),
    JobState.RUNNING: gettext_lazy("running"),
    JobState.DONE: gettext_lazy("done"),
    JobState.FAILED: gettext_lazy("failed"),
    JobState.CANCELLED: gettext_lazy("cancelled"),
}


def told(job: Job) -> str:
    """For example “42,000 of 100,000 · 6,120 a second · 9 s left”, or how it ended."""
    parts = [steps(job)]
    if job.state == JobState.RUNNING:
        parts += [_("%(rate)s a second") % {"rate": f"{job.rate:,.0f}"}] if job.rate else []
        parts += (
            [] if job.seconds_left is None else [_("%(time)s left") % {"time": duration(job.seconds_left)}]
        )
        parts += [_("stopping")] if job.cancel_asked else []
    else:
        parts.append(str(STATES[job.state]))
    return " · ".join([*parts, *([job.message] if job.message else [])])


def steps(job: Job) -> str:
    if job.total is None:
        return f"{job.done:,}"
    return _("%(done)s of %(total)s") % {"done": f"{job.done:,}", "total": f"{job.total:,}"}


def duration(seconds: float) -> str:
    """In the largest unit that fits, and the next: `9 s`, `2 min 5 s`, `1 h 3 min`."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left} min" if hours else f"{minutes} min {rest} s"
