"""How long questions took in this process: the slowest ones, and how many there were over time. Nothing about anybody.

What the edge answers by itself is not among them: it never waits.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock

WINDOW = 3600.0
"""Seconds for which a question is remembered."""

BUCKET = 120.0
"""Seconds that one point of a chart stands for."""

KEPT = 20
"""Slow questions that are remembered, for each tenant."""

TENANTS = 200
"""Tenants for which they are."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `at` is epoch seconds; `request_id` leads to its lines in the log and in the audit trail."""

    milliseconds: float
    at: float
    route: str
    status: int
    request_id: str


@dataclass(slots=True)
class Bucket:
    """The questions of BUCKET seconds from `at`."""

    at: float
    count: int = 0
    slowest: float = 0.0


class Timings:
    """Threads share it. What it holds is bounded, whatever is asked."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = Lock()
        self._slow: dict[str, list[Question]] = {}
        self._buckets: dict[str, deque[Bucket]] = {}

    def add(self, tenant: str, route: str, milliseconds: float, *, status: int, request_id: str) -> None:
        """A question that was answered now."""
        now = self._clock()
        with self._lock:
            if tenant not in self._buckets and len(self._buckets) >= TENANTS:
                return
            bucket = self._bucket(tenant, now)
            bucket.count += 1
            bucket.slowest = max(bucket.slowest, milliseconds)
            slow = self._recent(tenant, now)
            if len(slow) < KEPT or milliseconds > slow[-1].milliseconds:
                slow.append(Question(milliseconds, now, route, status, request_id))
                slow.sort(key=lambda each: -each.milliseconds)
                del slow[KEPT:]

    def slowest(self, tenant: str) -> list[Question]:
        """The slowest questions of the last WINDOW seconds, the slowest first."""
        with self._lock:
            return list(self._recent(tenant, self._clock()))

    def over_time(self, tenant: str) -> list[Bucket]:
        """One bucket after the other for the last WINDOW seconds, empty ones included; the newest comes last."""
        with self._lock:
            found = {bucket.at: bucket for bucket in self._buckets.get(tenant, ())}
            return [
                Bucket(at, found[at].count, found[at].slowest) if at in found else Bucket(at)
                for at in _starts(self._clock())
            ]

    def forget(self) -> None:
        with self._lock:
            self._slow.clear()
            self._buckets.clear()

    def _bucket(self, tenant: str, now: float) -> Bucket:
        buckets = self._buckets.setdefault(tenant, deque(maxlen=int(WINDOW / BUCKET)))
        start = now - now % BUCKET
        if not buckets or buckets[-1].at < start:
            buckets.append(Bucket(start))
        return buckets[-1]

    def _recent(self, tenant: str, now: float) -> list[Question]:
        slow = self._slow.setdefault(tenant, [])
        slow[:] = [each for each in slow if now - each.at <= WINDOW]
        return slow


def _starts(now: float) -> Iterator[float]:
    last = now - now % BUCKET
    count = int(WINDOW / BUCKET)
    return (last - BUCKET * back for back in range(count - 1, -1, -1))


timings = Timings()
"""Of this process."""
