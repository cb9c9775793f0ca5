"""A policy index that answers from a snapshot of another one, while the snapshot is fresh enough."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from purposeapp.domain.model import Evidence, Mode, Persona, Policy, Purpose, Subject
from purposeapp.domain.snapshot import Change, Snapshot, Writers
from purposeapp.policyindex import atlas, orphans
from purposeapp.policyindex.base import PolicyIndex

Clock = Callable[[], float]
"""Tells the time in seconds."""


class SnapshotPolicyIndex:
    """Wraps `source`. Without a snapshot, or with one older than `max_age` seconds, questions go to the source.

    Age is told by `clock`, which never goes back; schedules are settled as they are at `wall_clock` when a build begins.
    Threads may share it: an answer comes from one snapshot, whole, whatever is being built meanwhile.
    `writers` are the shapes in which every purpose is kept ready-made (`Snapshot.written`).
    """

    def __init__(
        self,
        source: PolicyIndex,
        *,
        max_age: float,
        writers: Writers | None = None,
        clock: Clock = time.monotonic,
        wall_clock: Clock = time.time,
    ) -> None:
        self._source = source
        self._max_age = max_age
        self._clock = clock
        self._wall_clock = wall_clock
        self._writers = writers or {}
        self._held: tuple[Snapshot, float] | None = None
        self._building = Lock()
        self._swapping = Lock()
        self._begun = 0
        self._finished = 0
        self._meanwhile: list[Change] | None = None

    @property
    def current(self) -> Snapshot | None:
        """The snapshot to answer from now, or None when the source must be asked."""
        held = self._held
        if held is None:
            return None
        snapshot, as_of = held
        return snapshot if self._clock() - as_of <= self._max_age else None

    @property
    def held(self) -> Snapshot | None:
        """The last snapshot, whatever its age; None before the first, and after `drop`."""
        held = self._held
        return None if held is None else held[0]

    def drop(self) -> None:
        """Give the memory back; the source answers until the next `refresh`."""
        with self._swapping:
            self._held = None

    def refresh(self) -> None:
        """Read everything anew. What was there serves meanwhile, and on when this raises PoliciesUnavailable.

        One build runs at a time. Whoever asks during a build, which may have missed what they know of, waits for
        the next one, and shares it with all who wait.
        """
        begun_before = self._begun
        with self._building:
            if self._finished > begun_before:
                return
            self._begun += 1
            with self._changes_meanwhile() as changes:
                as_of = self._clock()
                empty = Snapshot(self._writers, moment=self._wall_clock())
                built = empty.updated(Change.adding(self._source.scan()))
                with self._swapping:
                    for change in changes:
                        built = built.updated(change)
                    self._held = (built, as_of)
            self._finished = self._begun
            orphans.report(policy for policies in built.families.orphans.values() for policy in policies)

    def update(self, change: Change, *, as_of: float | None = None) -> None:
        """Bring the snapshot up to date with a change; nothing happens when there is none.

        Give `as_of`, a moment of the clock, when this and earlier changes are *all* there were until then: the
        snapshot's age counts from it.
        """
        with self._swapping:
            if self._meanwhile is not None:
                self._meanwhile.append(change)
            if self._held is not None:
                snapshot, before = self._held
                # The very same one where nothing changed: what was worked out from it stays good.
                snapshot = snapshot.updated(change) if change else snapshot
                self._held = (snapshot, before if as_of is None else max(before, as_of))

    def listed_purposes(self, subject: Subject) -> Sequence[Purpose]:
        return self._answering().listed_purposes(subject)

    def evidence(self, subject: Subject) -> Evidence:
        return self._answering().evidence(subject)

    def personas(self, subject: Subject) -> Sequence[Persona]:
        return self._answering().personas(subject)

    def purpose(self, guid: str) -> Purpose | None:
        return self._answering().purpose(guid)

    def policies_of(self, guid: str) -> Sequence[Policy]:
        return self._answering().policies_of(guid)

    def attributes(self, guids: Sequence[str], names: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        return self._answering().attributes(guids, names)

    def scan(self) -> Iterator[Purpose | Persona | Policy]:
        return self._source.scan()

    def entities(self, guids: Iterable[str]) -> Iterator[Purpose | Persona | Policy]:
        return self._source.entities(guids)

    def snapshot(self) -> Snapshot | None:
        return self.current

    def check(self) -> str:
        return self._source.check()

    @contextmanager
    def _changes_meanwhile(self) -> Iterator[list[Change]]:
        """The changes that come during a build, which may have read what they concern before they happened."""
        changes: list[Change] = []
        self._meanwhile = changes
        try:
            yield changes
        finally:
            self._meanwhile = None

    def _answering(self) -> PolicyIndex:
        snapshot = self.current
        return self._source if snapshot is None else _AtOneMoment(snapshot, self._source)


def at_one_moment(index: PolicyIndex) -> PolicyIndex:
    """The index as its snapshot has it now: whatever it is asked, and however long that takes, comes from the same one.
    The index itself where it has no snapshot."""
    snapshot = index.snapshot()
    return index if snapshot is None else _AtOneMoment(snapshot, index)


@dataclass(frozen=True, slots=True)
class _AtOneMoment:
    """The port's questions, put to one snapshot; `source` has what a snapshot does not keep."""

    held: Snapshot
    source: PolicyIndex

    def listed_purposes(self, subject: Subject) -> Sequence[Purpose]:
        return self.held.purposes(self.held.seen(subject, mode=Mode.LISTED, now=0.0).ordinals)

    def evidence(self, subject: Subject) -> Evidence:
        return self.held.evidence(subject)

    def personas(self, subject: Subject) -> Sequence[Persona]:
        return [grant.persona for grant in self.held.personas(subject, mode=Mode.LISTED)]

    def purpose(self, guid: str) -> Purpose | None:
        entry = self.held.entry(guid)
        return None if entry is None else entry.purpose

    def policies_of(self, guid: str) -> Sequence[Policy]:
        entry = self.held.entry(guid)
        return [] if entry is None else list(entry.policies)

    def attributes(self, guids: Sequence[str], names: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        wanted = set(names)
        purposes = {guid: purpose for guid in guids if (purpose := self.purpose(guid)) is not None}
        return {
            guid: {name: value for name, value in atlas.atlas_attributes(purpose).items() if name in wanted}
            for guid, purpose in purposes.items()
        }

    def scan(self) -> Iterator[Purpose | Persona | Policy]:
        return self.source.scan()

    def entities(self, guids: Iterable[str]) -> Iterator[Purpose | Persona | Policy]:
        return self.source.entities(guids)

    def snapshot(self) -> Snapshot | None:
        return self.held

    def check(self) -> str:
        return self.source.check()
