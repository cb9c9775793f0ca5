"""How far a job is, in a line for people."""

from purposeapp.models import Job, JobState


def told(job: Job) -> str:
    """For example “42,000 of 100,000 · 6,120 a second · 9 s left”, or how it ended."""
    parts = [steps(job)]
    if job.state == JobState.RUNNING:
        parts += [f"{job.rate:,.0f} a second"] if job.rate else []
        parts += [] if job.seconds_left is None else [f"{duration(job.seconds_left)} left"]
        parts += ["stopping"] if job.cancel_asked else []
    else:
        parts.append(job.get_state_display().lower())
    return " · ".join([*parts, *([job.message] if job.message else [])])


def steps(job: Job) -> str:
    return f"{job.done:,}" if job.total is None else f"{job.done:,} of {job.total:,}"


def duration(seconds: float) -> str:
    """In the largest unit that fits, and the next: `9 s`, `2 min 5 s`, `1 h 3 min`."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left} min" if hours else f"{minutes} min {rest} s"
