"""What goes wrong meanwhile, at random: processes are killed and frozen, Redis is flushed, frozen and stopped."""

import signal
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from random import Random
from threading import Event

from redis import Redis as Client

from bench.progress import say
from bench.service import Service
from deploy.native.redis import Redis

PAUSE = (8.0, 20.0)
"""Seconds between two faults; the cure of one belongs to it."""

LEADS = "followed for all processes"


class Faults:
    """Does harm to services and their Redis, one kind at a time; `done` says what, and when (monotonic clock)."""

    def __init__(self, services: Sequence[Service], redis: Redis, random: Random) -> None:
        self._services, self._redis, self._random = services, redis, random
        self.done: list[tuple[float, str]] = []

    def go_on(self, stop: Event) -> None:
        """Fault after fault, until told to stop; all is well again then."""
        kinds: list[Callable[[], str]] = [
            self._kill_the_leader,
            self._kill_one,
            self._freeze_one,
            self._flush_redis,
            self._freeze_redis,
            self._stop_redis,
        ]
        turn: list[Callable[[], str]] = []
        while not stop.wait(self._random.uniform(*PAUSE)):
            # Each kind has its turn before any comes again.
            turn = turn or self._random.sample(kinds, len(kinds))
            began, what = time.monotonic(), turn.pop()()
            say(f"  {what}")
            self.done.append((began, what))

    def _kill_the_leader(self) -> str:
        leading = [each for each in self._services if _leads(each)]
        return f"kill -9 of the leader: {self._kill(self._random.choice(leading or list(self._services)))}"

    def _kill_one(self) -> str:
        return f"kill -9 of a service: {self._kill(self._random.choice(self._services))}"

    def _kill(self, service: Service) -> str:
        service.kill()
        down = self._rest(0.5, 4.0)
        service.start()
        return f"{down:.1f} s down"

    def _freeze_one(self) -> str:
        service = self._random.choice(self._services)
        service.signal(signal.SIGSTOP)
        frozen = self._rest(1.0, 5.0)
        service.signal(signal.SIGCONT)
        return f"a service frozen for {frozen:.1f} s"

    def _flush_redis(self) -> str:
        with closing(Client.from_url(self._redis.url)) as client:
            client.flushall()
        return "Redis flushed"

    def _freeze_redis(self) -> str:
        self._redis.daemon.freeze()
        frozen = self._rest(0.2, 5.0)
        self._redis.daemon.thaw()
        return f"Redis frozen for {frozen:.1f} s"

    def _stop_redis(self) -> str:
        self._redis.daemon.stop()
        down = self._rest(0.5, 6.0)
        self._redis.start()
        return f"Redis gone for {down:.1f} s, and empty"

    def _rest(self, least: float, most: float) -> float:
        seconds = self._random.uniform(least, most)
        time.sleep(seconds)
        return seconds


def _leads(service: Service) -> bool:
    dependencies = service.health().get("dependencies")
    return isinstance(dependencies, list) and any(each["detail"] == LEADS for each in dependencies)
