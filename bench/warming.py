"""The warm-up of the directory cache, as operators have it: `manage.py warm` and a worker of Celery."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from redis import Redis

from bench.places import ROOT
from bench.service import PYTHON, WORK, Service

_LAST_JOB = (
    "SELECT done, started, finished FROM purposeapp_job WHERE kind = 'warm' ORDER BY created DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Warmed:
    """What a warm-up took. `bytes_per_user` is what Redis says that it uses more than before, divided by the users."""

    users: int
    seconds: float
    per_second: float
    bytes_per_user: float


def warm(service: Service) -> Warmed:
    """Have a worker fill the shared cache of the service, which runs; how long that took, by the job's own clock."""
    with closing(Redis.from_url(service.environment["REDIS_URL"])) as redis, working(service):
        before = _used(redis)
        service.manage("warm", "--watch")
        used = _used(redis) - before
    users, seconds = _last_job()
    return Warmed(users, round(seconds, 2), round(users / seconds), round(used / users))


@contextmanager
def working(service: Service) -> Iterator[int]:
    """A worker of the service's jobs, and the number of its process group."""
    command = [PYTHON, "-m", "celery", "-A", "purposeapp", "worker", "--concurrency=1"]
    with (WORK / "worker.log").open("wb") as log:
        worker = subprocess.Popen(
            command, cwd=ROOT, env=service.environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield worker.pid
        finally:
            worker.terminate()
            worker.wait()


def _last_job() -> tuple[int, float]:
    with closing(sqlite3.connect(WORK / "db.sqlite3")) as database:
        done, started, finished = database.execute(_LAST_JOB).fetchone()
    return done, (datetime.fromisoformat(finished) - datetime.fromisoformat(started)).total_seconds()


def _used(redis: "Redis") -> int:
    return int(redis.info("memory")["used_memory"])
