"""Asking again for what is still good, beside those who are answered with it."""

from collections.abc import Callable, Hashable
from functools import partial
from threading import Lock

from purposeapp.domain.errors import DirectoryUnavailable

Background = Callable[[Callable[[], None]], None]
"""Has some work done by another thread."""


class Renewals:
    """At most `most` questions under way at once, and none twice. What finds no room is asked for when it must be."""

    def __init__(self, run: Background, *, most: int = 4) -> None:
        self._run = run
        self._most = most
        self._lock = Lock()
        self._under_way: set[Hashable] = set()

    def begin(self, key: Hashable, ask: Callable[[], object]) -> None:
        """Returns at once, and never raises: what fails here is told to whoever asks in vain later."""
        with self._lock:
            if key in self._under_way or len(self._under_way) >= self._most:
                return
            self._under_way.add(key)
        try:
            self._run(partial(self._ask, key, ask))
        except RuntimeError:  # no thread to be had
            self._end(key)

    def _ask(self, key: Hashable, ask: Callable[[], object]) -> None:
        try:
            ask()
        except DirectoryUnavailable:
            return
        finally:
            self._end(key)

    def _end(self, key: Hashable) -> None:
        with self._lock:
            self._under_way.discard(key)
