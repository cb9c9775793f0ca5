"""One at a time, and nobody waits for long."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from purposeapp.domain.errors import Unavailable


@contextmanager
def turn(lock: Lock, *, patience: float, busy: Callable[[], Unavailable]) -> Iterator[None]:
    """Hold the lock. Raises `busy` after `patience` seconds, so that long work does not use up a server's threads."""
    if not lock.acquire(timeout=patience):
        raise busy()
    try:
        yield
    finally:
        lock.release()
