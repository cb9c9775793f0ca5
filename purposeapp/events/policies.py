"""What a poll of policies does to the snapshot."""

import logging
import random
import time
from collections.abc import Callable
from functools import partial
from threading import Thread

from purposeapp.domain.errors import Unavailable
from purposeapp.domain.snapshot import Change
from purposeapp.events.following import Clock, News
from purposeapp.policyindex.base import PolicyChanges
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex

log = logging.getLogger(__name__)

REBUILT_EVERY = 900.0
"""Seconds between two builds, on average: schedules stay settled near the present, and what no tail could see is seen."""

SPREAD = 5.0
"""Seconds within which processes begin that are wished to build anew: the source is not asked by all at once."""

TRIED_AGAIN_AFTER = 30.0
"""Seconds after a build that failed."""

Ask = Callable[[bool], PolicyChanges]
"""A tail's poll, given the snapshot; the argument as in `following.Poll`."""


class KeptPolicies:
    """Keeps one snapshot as the source is. `wishes` gives a number that grows when somebody wants it built anew."""

    def __init__(
        self,
        index: SnapshotPolicyIndex,
        ask: Ask,
        *,
        wishes: Callable[[], int] = lambda: 0,
        clock: Clock = time.monotonic,
    ) -> None:
        self._index = index
        self._ask = ask
        self._wishes = wishes
        self._granted = 0
        self._clock = clock
        self._is_lost = True
        self._rebuilds = 0
        self._rebuilds_told = 0
        self._rebuild_at = 0.0

    def poll(self, at_source: bool) -> News:
        """See `following.Poll`."""
        changes = self._ask(at_source)
        held = self._index.held
        if changes.everything or held is None:
            self._is_lost = True
        if held is None or self._is_lost:
            return News(changes.as_of, True, self._rebuild_now)
        change = held.news(changes.change)
        # Read here and told afterwards: a build that ends in between is told by the next poll.
        rebuilds = self._rebuilds
        is_new = bool(change) or rebuilds > self._rebuilds_told
        return News(changes.as_of, is_new, partial(self._update, change, changes.as_of, rebuilds))

    def _rebuild_now(self) -> None:
        """Nothing is known until this is through, however often it must be tried."""
        self._granted = self._wishes()
        self._index.refresh()
        self._is_lost = False
        self._plan_rebuild()

    def _update(self, change: Change, as_of: float, rebuilds: int) -> None:
        self._rebuilds_told = rebuilds
        self._index.update(change, as_of=as_of)
        self._mind_wishes()
        if self._clock() >= self._rebuild_at:
            self._plan_rebuild()
            # Beside the polls, which go on: the old snapshot serves meanwhile, and stays fresh.
            Thread(target=self._rebuild, name="rebuild", daemon=True).start()

    def _plan_rebuild(self) -> None:
        # Spread, so that processes that were started together don't build together.
        self._rebuild_at = self._clock() + REBUILT_EVERY * random.uniform(0.75, 1.25)  # noqa: S311

    def _mind_wishes(self) -> None:
        last = self._wishes()
        if last > self._granted:
            self._granted = last
            self._rebuild_at = min(self._rebuild_at, self._clock() + random.uniform(0, SPREAD))  # noqa: S311

    def _rebuild(self) -> None:
        try:
            self._index.refresh()
            self._rebuilds += 1
        except Unavailable:
            self._rebuild_at = self._clock() + TRIED_AGAIN_AFTER
            log.warning("the snapshot could not be built anew; the one that is there is kept up to date")
