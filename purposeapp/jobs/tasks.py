"""The Celery tasks: find the arguments, call one function. Each may be delivered twice, or late, and does no harm."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from purposeapp.celery import app
from purposeapp.jobs.due import forget_old_jobs, tenants_to_warm, waiting_jobs
from purposeapp.jobs.rebuild import rebuild_read_model
from purposeapp.jobs.runner import run
from purposeapp.jobs.starting import start
from purposeapp.jobs.warm import rewarm_users
from purposeapp.models import JobKind


@app.task
def run_job(job_id: str) -> None:
    """Do a job, unless it is over or somebody is doing it."""
    run(UUID(job_id))


@app.task
def rewarm(tenant: str, user_ids: Sequence[str]) -> None:
    """Keep anew what changed of a few users."""
    rewarm_users(tenant, user_ids)


@app.task
def refresh_snapshot(tenant: str) -> None:
    """Have the read model of a tenant built anew everywhere."""
    rebuild_read_model(tenant, actor=("service:worker", "worker"))


@app.task
def sweep_jobs() -> None:
    """Send again what was never delivered, and what lost its worker."""
    for job in waiting_jobs(timezone.now()):
        run_job.delay(str(job.pk))


@app.task
def warm_large_tenants() -> None:
    """Start the warm-ups whose turn it is."""
    for tenant in tenants_to_warm(timezone.now()):
        job, _ = start(tenant, JobKind.WARM)
        run_job.delay(str(job.pk))


@app.task
def prune_jobs() -> None:
    """Forget jobs that ended long ago."""
    forget_old_jobs(timezone.now())
