"""Leaves a failing server alone for a while."""

import time
from collections.abc import Callable


class Breaker:
    """After `failures` in a row it is open for `pause` seconds; then one more failure opens it again.

    Threads may share it: what they could do to each other is one call more or less.
    """

    def __init__(
        self, *, failures: int = 3, pause: float = 5.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = failures
        self._pause = pause
        self._clock = clock
        self._failures = 0
        self._open_until = float("-inf")

    @property
    def is_open(self) -> bool:
        return self._clock() < self._open_until

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        if self._failures >= self._limit:
            self._open_until = self._clock() + self._pause
