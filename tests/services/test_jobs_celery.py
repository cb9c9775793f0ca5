"""Background jobs on a real broker and real workers that are killed, told twice, and left without a broker."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from redis import Redis as Client

from deploy.native.redis import Redis
from tests.servers import redis_server
from tests.services.counting_app import HELD, HELD_AT, STEPS
from tests.services.service import ROOT, Service, running_service
from tests.services.workers import celery, kill

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("celery")]

MAKE_ANA = "from django.contrib.auth.models import User; User.objects.create_superuser('ana')"
TELL_AGAIN = "from purposeapp.jobs.tasks import run_job; [run_job.delay('{}') for _ in range(5)]"
MAKE_MANY = (
    "from django.contrib.auth.models import User;"
    " User.objects.bulk_create(User(username=f'user-{n}') for n in range(5000))"
)
COUNTING = "tests.services.counting_app"
WARM = "/api/meta/jobs/warm"
PATIENCE = 120


@dataclass
class Site:
    """A service, its broker, and the file into which its workers count."""

    service: Service
    broker: Redis
    counted: Path
    token: str

    def start(self) -> dict[str, Any]:
        answer = self.service.post(WARM, None, self.token)
        assert answer.status_code == 202, answer.text
        return dict(answer.json())

    def job(self, id_: str) -> dict[str, Any]:
        return dict(self.service.get(f"/api/meta/jobs/{id_}", self.token).json())

    def wait_for(self, id_: str, enough: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while not enough(job := self.job(id_)):
            assert time.monotonic() < until, job
            time.sleep(0.1)
        return job

    def steps(self) -> list[int]:
        return [int(line) for line in self.counted.read_text().split()]

    @contextmanager
    def held(self) -> Iterator[None]:
        """The job comes to HELD_AT and no further, however fast this machine is."""
        hold = self.counted.with_suffix(HELD)
        hold.touch()
        yield
        hold.unlink()

    def celery(self, *arguments: str, app: str = COUNTING) -> Any:
        return celery(self.service, *arguments, app=app, COUNTED=str(self.counted))

    def worker(self, concurrency: int = 1, app: str = COUNTING) -> Any:
        return self.celery("worker", "--concurrency", str(concurrency), "--without-gossip", app=app)

    def clock(self) -> Any:
        return self.celery("beat", "--schedule", str(self.counted.parent / "schedule"), "--pidfile", "")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    counted = tmp_path / "counted"
    counted.touch()
    with redis_server() as broker, running_service(REDIS_URL=broker.url) as service:
        service.manage("shell", "--verbosity", "0", "-c", MAKE_ANA)
        yield Site(service, broker, counted, service.manage("token", "ana"))


def is_under_way(job: dict[str, Any]) -> bool:
    return job["state"] == "running" and job["done"] >= HELD_AT


def is_over(job: dict[str, Any]) -> bool:
    return job["state"] in ("done", "failed", "cancelled")


def test_a_killed_worker_s_job_is_delivered_again_and_goes_on(site: Site) -> None:
    with site.held(), site.worker() as first:
        id_ = site.start()["id"]
        site.wait_for(id_, is_under_way)
        kill(first)
    stopped_at = site.job(id_)["done"]
    with site.worker():
        assert site.wait_for(id_, is_over)["state"] == "done"
    # The step under way when it was killed may be done again, never one before it, and none is left out.
    steps = site.steps()
    assert sorted(set(steps)) == list(range(STEPS))
    assert {step for step, times in Counter(steps).items() if times > 1} <= {stopped_at}


def test_a_job_delivered_many_times_is_done_once(site: Site) -> None:
    with site.worker(concurrency=3):
        id_ = site.start()["id"]
        site.service.manage("shell", "--verbosity", "0", "-c", TELL_AGAIN.format(id_))
        assert site.wait_for(id_, is_over)["state"] == "done"
    assert site.steps() == list(range(STEPS))


def test_without_a_broker_a_job_is_accepted_and_done_once_it_is_back(site: Site) -> None:
    with site.worker(), site.clock():
        site.broker.daemon.freeze()
        job = site.start()
        assert job["state"] == "waiting"
        site.broker.daemon.kill()
        assert site.start()["id"] == job["id"]
        site.broker.start()
        assert site.wait_for(job["id"], is_over)["state"] == "done"
    assert site.steps() == list(range(STEPS))


def test_a_running_job_is_cancelled_and_goes_on_when_started_again(site: Site) -> None:
    with site.worker():
        with site.held():
            id_ = site.start()["id"]
            site.wait_for(id_, is_under_way)
            site.service.post(f"/api/meta/jobs/{id_}/cancel", None, site.token)
            cancelled = site.wait_for(id_, is_over)
        assert (cancelled["state"], cancelled["done"]) == ("cancelled", len(site.steps()))
        assert site.start()["id"] == id_
        assert site.wait_for(id_, is_over)["state"] == "done"
    assert site.steps() == list(range(STEPS))


def test_control_c_at_a_watched_warm_up_cancels_it(site: Site) -> None:
    with site.held(), site.worker():
        command = [sys.executable, "manage.py", "warm", "--watch"]
        watching = subprocess.Popen(command, cwd=ROOT, env=site.service.environment, stderr=subprocess.PIPE)
        id_ = wait_for_the_job(site)
        site.wait_for(id_, is_under_way)
        watching.send_signal(signal.SIGINT)
        _, said = watching.communicate(timeout=PATIENCE)
    assert watching.returncode == 130, said
    assert b"goes on from there" in said
    assert site.job(id_)["state"] == "cancelled"


def wait_for_the_job(site: Site) -> str:
    until = time.monotonic() + PATIENCE
    while not (jobs := site.service.get("/api/meta/jobs", site.token).json()["jobs"]):
        assert time.monotonic() < until
        time.sleep(0.1)
    return str(jobs[0]["id"])


def test_a_warm_up_keeps_everybody_in_redis(site: Site) -> None:
    site.service.manage("shell", "--verbosity", "0", "-c", MAKE_MANY)
    with site.worker(app="purposeapp"):
        done = site.wait_for(site.start()["id"], is_over)
    assert (done["state"], done["done"], done["share"]) == ("done", 5001, 1.0), done["message"]
    with Client.from_url(site.broker.url) as redis:
        buckets = [
            key for key in redis.scan_iter("purposeapp:{*}:*", _type="hash") if not key.endswith(b":era")
        ]
        kept = sum(redis.hlen(key) for key in buckets)
    assert kept >= 2 * 5001, "each by id and by name; those of an era that has ended are there for a while"
