"""Polling a source for many processes: one of them leads, and the others ask only when it says that there is news.

What is new, each process reads from the source itself: it costs a request for each change and process, and nobody depends
on what another one read. Every few seconds each asks in any case, so that a leader who is mistaken misleads nobody for
longer.
"""

import random
import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from purposeapp.domain.errors import Unavailable
from purposeapp.events.channel import Channel, Clock

VERIFIED_EVERY = 5.0
"""Seconds after which a listener asks the source itself, on average."""


class Told(Protocol):
    """What a tail tells: PolicyChanges, or DirectoryChanges."""

    @property
    def is_new(self) -> bool: ...

    @property
    def is_complete(self) -> bool: ...


Changes = TypeVar("Changes", bound=Told)


class Relayed(Generic[Changes]):
    """A tail's poll, shared. `quiet` makes the changes of a moment until which there are none."""

    def __init__(
        self,
        poll: Callable[[], Changes],
        channel: Channel,
        *,
        quiet: Callable[[float], Changes],
        clock: Clock = time.monotonic,
    ) -> None:
        self._poll = poll
        self._channel = channel
        self._quiet = quiet
        self._clock = clock
        self._verify_at = float("-inf")

    def __call__(self, at_source: bool) -> Changes:
        """As the tail's poll; see `following.Poll` for the argument."""
        # Before the source is asked: what comes meanwhile is for the next time.
        heard = self._channel.listen()
        leading_at = self._channel.lead()
        if leading_at is not None:
            return self._lead(leading_at)
        if heard is None or heard.is_new or at_source:
            self._verify_at = float("-inf")  # and remains so until the source has answered
        if heard is None or self._clock() >= self._verify_at:
            changes = self._poll()
            self._verify_at = self._clock() + VERIFIED_EVERY * random.uniform(0.75, 1.25)  # noqa: S311 (to spread load)
            return changes
        return self._quiet(heard.as_of)

    def _lead(self, asked_at: float) -> Changes:
        self._verify_at = float("-inf")
        try:
            changes = self._poll()
        except Unavailable:
            self._channel.resign()
            raise
        if changes.is_complete:
            self._channel.tell(asked_at, is_new=changes.is_new)
        return changes
