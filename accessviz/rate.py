"""How often somebody may do something. Counted in each process: it needs no server, so it cannot fail."""

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

MAX_KEYS = 10_000


class Rate:
    """At most `limit` times in any `seconds`, for each key."""

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._lock = Lock()
        self._times: dict[str, deque[float]] = {}

    def spent(self, key: str) -> bool:
        """Whether the key has used up what it may."""
        with self._lock:
            return len(self._recent(key)) >= self._limit

    def take(self, key: str) -> bool:
        """Count one more, if it may; else false."""
        with self._lock:
            times = self._recent(key)
            if len(times) >= self._limit:
                return False
            if not times and len(self._times) >= MAX_KEYS:
                self._times.clear()  # many keys at once are an attack: memory goes first
            self._times.setdefault(key, times).append(self._clock())
            return True

    def forget(self) -> None:
        """Begin anew with everybody."""
        with self._lock:
            self._times.clear()

    def _recent(self, key: str) -> deque[float]:
        times = self._times.get(key, deque())
        while times and times[0] <= self._clock() - self._seconds:
            times.popleft()
        return times
