"""How tasks travel: the habits that keep one from being lost, done twice, or waited for."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.utils import timezone

from purposeapp.celery import app
from purposeapp.jobs import start, tasks
from purposeapp.models import Job, JobKind, JobState

ROOT = Path(__file__).parents[2]
SHOW = """
import json; from purposeapp.celery import app
print(json.dumps([app.conf.task_always_eager, app.conf.broker_transport_options.get("visibility_timeout")]))
"""


def configured(tmp_path, **environment):
    """Whether tasks run in the process, and the visibility time-out, under these variables."""
    variables = {"PATH": "/usr/bin", "WORK_DIR": str(tmp_path), **environment}
    done = subprocess.run(
        [sys.executable, "-c", SHOW], env=variables, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_everything_that_the_clock_sends_is_there():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= app.tasks.keys()


def test_a_message_is_acknowledged_when_its_work_is_done():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1


def test_messages_are_json_and_nothing_else():
    assert (app.conf.task_serializer, app.conf.accept_content) == ("json", ["json"])


def test_nobody_retries_while_somebody_waits():
    assert not app.conf.task_publish_retry
    assert app.conf.broker_connection_timeout <= 2


def test_redis_gives_a_lost_message_back_within_a_minute(tmp_path):
    eager, timeout = configured(tmp_path, REDIS_URL="redis://127.0.0.1:1/0")
    assert not eager
    assert timeout < 60
    assert configured(tmp_path, CELERY_BROKER_URL="amqp://127.0.0.1:1//") == [False, None]
    assert configured(tmp_path) == [True, None]


def test_compose_runs_workers_and_one_clock_of_this_application():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    commands = [service.get("command", [])[:4] for service in services.values()]
    assert commands.count(["celery", "-A", "purposeapp", "worker"]) == 1
    assert commands.count(["celery", "-A", "purposeapp", "beat"]) == 1


@pytest.fixture
def sent(monkeypatch):
    """What was sent to workers."""
    sent = []
    monkeypatch.setattr(tasks.run_job, "delay", sent.append)
    return sent


@pytest.mark.django_db
def test_the_sweep_sends_what_nobody_does(sent):
    job, _ = start("default", JobKind.WARM)
    Job.objects.create(tenant="acme", kind=JobKind.WARM, state=JobState.DONE)
    tasks.sweep_jobs()
    assert sent == [str(job.pk)]


@pytest.mark.django_db
def test_large_tenants_get_their_warm_up(sent, monkeypatch):
    monkeypatch.setattr(tasks, "tenants_to_warm", lambda now: ["acme"])
    tasks.warm_large_tenants()
    job = Job.objects.get()
    assert (job.tenant, job.kind, job.asked_by, sent) == ("acme", JobKind.WARM, "", [str(job.pk)])


@pytest.mark.django_db
def test_old_jobs_are_pruned():
    Job.objects.create(kind=JobKind.WARM, state=JobState.DONE, finished=timezone.now() - timedelta(days=60))
    tasks.prune_jobs()
    assert not Job.objects.exists()
