"""Following all of one tenant in one process."""

import atexit
import os
import time
from collections.abc import Callable, Iterator
from threading import Lock, Thread

from purposeapp.domain.revision import Revision
from purposeapp.events.channel import Channel
from purposeapp.events.following import Clock, Following
from purposeapp.events.status import FollowerStatus
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex

IDLE_SECONDS = 600.0
"""After so long without a question the threads end, and the memory is given back."""

_GOODBYE = 1.0
"""Seconds that the end of the process waits for a poll under way."""


class Follower:
    """The freshness of a tenant's answers (`discovery.freshness.Freshness`).

    Its threads begin with the first question, in the process that is asked it, and end when questions stay away.
    Threads share it.
    """

    def __init__(
        self,
        tenant: str,
        index: SnapshotPolicyIndex,
        policies: Following,
        directory: Following | None = None,
        *,
        channels: tuple[Channel | None, Channel | None] = (None, None),
        on_start: Callable[[], None] | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self._tenant = tenant
        self._index = index
        self._policies = policies
        self._directory = directory
        self._channels = channels
        self._on_start = on_start
        self._clock = clock
        self._changing = Lock()
        self._threads: tuple[Thread, ...] = ()
        self._running_in: int | None = None
        self._run: object | None = None
        self._asked_at = clock()

    def revision(self) -> Revision:
        """See Freshness; also tells that somebody asks."""
        self._asked_at = self._clock()
        if self._running_in != os.getpid():
            self.start()
        return Revision(self._policies.number(), self._directory.number() if self._directory else 0)

    def present(self) -> Revision:
        """See Freshness."""
        return Revision(self._policies.present(), self._directory.present() if self._directory else 0)

    def reaches(self, revision: Revision) -> bool:
        """See Freshness."""
        return self._policies.reaches(revision.policies) and (
            self._directory is None or self._directory.reaches(revision.directory)
        )

    def catch_up(self) -> None:
        """See Freshness."""
        for source in self._sources():
            source.catch_up()

    def start(self) -> None:
        """Begin to follow; nothing happens when that goes on already."""
        with self._changing:
            if self._running_in == os.getpid():
                return
            self._running_in = os.getpid()
            self._asked_at = self._clock()
            self._run = run = object()
            if self._on_start is not None:
                self._on_start()
            self._threads = tuple(
                Thread(
                    target=each.run,
                    args=(lambda: self._goes_on(run),),
                    name=f"follow-{self._tenant}",
                    daemon=True,
                )
                for each in self._sources()
            )
            for thread in self._threads:
                thread.start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """End the threads, and give the memory back."""
        threads = self._end()
        for source in self._sources():
            source.wake()
        for thread in threads:
            thread.join(_GOODBYE)

    def status(self) -> FollowerStatus:
        held = self._index.held
        of_policies, of_people = (channel is not None and channel.is_leading for channel in self._channels)
        return FollowerStatus(
            self._tenant,
            self._running_in == os.getpid(),
            self._policies.status(is_leading=of_policies),
            None if self._directory is None else self._directory.status(is_leading=of_people),
            None if held is None else held.sizes,
        )

    def _goes_on(self, run: object) -> bool:
        if self._run is run and self._clock() - self._asked_at > IDLE_SECONDS:
            self._end()
        return self._run is run

    def _end(self) -> tuple[Thread, ...]:
        """Let the threads end after their turn."""
        atexit.unregister(self.stop)
        with self._changing:
            self._running_in = self._run = None
            threads, self._threads = self._threads, ()
            self._index.drop()
        return threads

    def _sources(self) -> Iterator[Following]:
        yield self._policies
        if self._directory is not None:
            yield self._directory
