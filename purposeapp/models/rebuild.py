"""The wish that every process builds its read model of a tenant anew: a row that all of them read.

A row, because it reaches whoever is down, cut off from Redis or busy at that moment.
"""

import time
from collections.abc import Callable
from threading import Lock

from django.db import Error

from purposeapp.models.change import Change, ChangeKind, record_change

READ_EVERY = 1.0
"""Seconds between two looks, of all tenants together."""

_PAUSE = 30.0
"""Seconds without a look after one that failed: nobody's polls shall wait for this."""


def wish_for_rebuild(tenant: str) -> None:
    record_change(tenant, ChangeKind.REBUILD)


class RebuildWishes:
    """What was wished for in the last hour, by tenant. Threads share it."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._reading = Lock()
        self._read_again_at = float("-inf")
        self._seen = 0
        self._last: dict[str, int] = {}

    def last(self, tenant: str) -> int:
        """The number of the tenant's last wish, 0 without one: greater than before means that there is another.

        While the rows cannot be read, what is known of them.
        """
        if self._clock() >= self._read_again_at and self._reading.acquire(blocking=False):
            try:
                self._read()
            finally:
                self._reading.release()
        return self._last.get(tenant, 0)

    def _read(self) -> None:
        try:
            rows = Change.objects.filter(kind=ChangeKind.REBUILD, pk__gt=self._seen)
            found = list(rows.order_by("pk").values_list("tenant", "pk"))
        except Error:
            self._read_again_at = self._clock() + _PAUSE
            return
        self._read_again_at = self._clock() + READ_EVERY
        self._last.update(found)
        self._seen = max(self._last.values(), default=0)
