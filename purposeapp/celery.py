"""The Celery application: how tasks travel, and what the clock starts.

`celery -A purposeapp worker` does the work, one `celery -A purposeapp beat` is the clock. Without a broker
(CELERY_TASK_ALWAYS_EAGER) neither is there, and jobs run in the process that starts them.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "purposeapp.settings")

SLICE_SECONDS = 3600
"""The longest a task may run. A longer job is put back and goes on in another slice."""

app = Celery("purposeapp", include=["purposeapp.jobs.tasks"])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,  # jobs say in their rows how they ended
    # A message is acknowledged when its work is done: a worker that is killed leaves it for another.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_soft_time_limit=SLICE_SECONDS,
    task_time_limit=SLICE_SECONDS + 60,
    # Who starts a job is never kept waiting for the broker: one try, with a deadline.
    task_publish_retry=False,
    broker_connection_timeout=2,
    broker_connection_retry_on_startup=True,
    worker_cancel_long_running_tasks_on_connection_loss=False,  # a job needs the broker no more once it runs
    worker_hijack_root_logger=False,  # the settings' JSON lines
    timezone="UTC",
    beat_schedule={
        "sweep jobs": {"task": "purposeapp.jobs.tasks.sweep_jobs", "schedule": 15.0},
        "warm large tenants": {"task": "purposeapp.jobs.tasks.warm_large_tenants", "schedule": 60.0},
        "prune jobs": {"task": "purposeapp.jobs.tasks.prune_jobs", "schedule": 3600.0},
    },
)
