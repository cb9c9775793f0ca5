"""Who gains and who loses what between two states of a tenant: the exact difference of two resolutions of everybody."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pyroaring import BitMap, FrozenBitMap

from purposeapp.domain.audience import purpose_audience
from purposeapp.domain.model import Mode, Purpose
from purposeapp.domain.population import Population
from purposeapp.domain.snapshot import Snapshot
from purposeapp.domain.snapshot.naming import EMPTY
from purposeapp.domain.snapshot.seen import union

COUNTED_PAIRS = 2_000_000
"""More pairs than these are not counted by user: there are too many to look at each."""


class Side(StrEnum):
    GAINED = "gained"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class State:
    """A tenant at one moment, or as it would be: what there is, and who."""

    snapshot: Snapshot
    population: Population

    def purpose(self, guid: str) -> Purpose | None:
        entry = self.snapshot.entry(guid)
        return None if entry is None else entry.purpose

    def viewers(self, guid: str, *, mode: Mode, now: float) -> FrozenBitMap:
        """Who sees a purpose; nobody sees one that is not there."""
        entry = self.snapshot.entry(guid)
        if entry is None:
            return EMPTY
        return purpose_audience(entry.purpose, entry.policies, self.population, mode=mode, now=now).users

    def seen_by(self, users: FrozenBitMap, *, mode: Mode, now: float) -> Iterator[tuple[int, frozenset[str]]]:
        """Each of these users in their order, with the guids of the purposes that they see."""
        barred = self.population.disabled if mode is Mode.EFFECTIVE else EMPTY
        for ordinal, subject in self.population.subjects(users).items():
            seen = EMPTY if ordinal in barred else self.snapshot.seen(subject, mode=mode, now=now).ordinals
            yield ordinal, frozenset(purpose.guid for purpose in self.snapshot.purposes(seen))


@dataclass(frozen=True, slots=True)
class Difference:
    """By the guid of a purpose, the users (ordinals) who gained it and who lost it. Nobody is in neither."""

    gained: Mapping[str, FrozenBitMap]
    lost: Mapping[str, FrozenBitMap]

    def side(self, side: Side) -> Mapping[str, FrozenBitMap]:
        return self.gained if side is Side.GAINED else self.lost

    def total(self, side: Side) -> int:
        """How many pairs of a user and a purpose."""
        return sum(map(len, self.side(side).values()))

    @property
    def purposes(self) -> frozenset[str]:
        return frozenset((*self.gained, *self.lost))

    @property
    def users(self) -> FrozenBitMap:
        return union([*self.gained.values(), *self.lost.values()])

    def by_user(self, side: Side) -> Counter[int] | None:
        """How many purposes each user gained or lost; None when there are more than COUNTED_PAIRS."""
        if self.total(side) > COUNTED_PAIRS:
            return None
        counts = Counter[int]()
        for users in self.side(side).values():
            counts.update(users)
        return counts


def difference(before: State, after: State, *, mode: Mode, now: float) -> Difference:
    """Between two states with the same users at the same ordinals; `now` is epoch seconds.

    Looks at everybody for the purposes that changed, and at all purposes for the users whose groups, roles or account
    did: nothing else can have changed.
    """
    gained: dict[str, BitMap] = defaultdict(BitMap)
    lost: dict[str, BitMap] = defaultdict(BitMap)
    changed = frozenset(_changed_purposes(before.snapshot, after.snapshot))
    for guid in changed:
        saw, see = (state.viewers(guid, mode=mode, now=now) for state in (before, after))
        gained[guid] |= see - saw
        lost[guid] |= saw - see
    users = _changed_users(before.population, after.population)
    sides = (state.seen_by(users, mode=mode, now=now) for state in (before, after))
    for (ordinal, had), (_, has) in zip(*sides, strict=True):
        for guid in (has - had) - changed:
            gained[guid].add(ordinal)
        for guid in (had - has) - changed:
            lost[guid].add(ordinal)
    return Difference(_frozen(gained), _frozen(lost))


def _changed_purposes(before: Snapshot, after: Snapshot) -> Iterator[str]:
    # What a change does not touch is the same object in both.
    for guid in {*before.ranking.ordinals, *after.ranking.ordinals}:
        if before.entry(guid) is not after.entry(guid):
            yield guid


def _changed_users(before: Population, after: Population) -> FrozenBitMap:
    changed = [before.disabled ^ after.disabled]
    for was, now in ((before.groups, after.groups), (before.roles, after.roles)):
        if was is not now:
            changed += [was.get(name, EMPTY) ^ now.get(name, EMPTY) for name in {*was, *now}]
    return union(changed)


def _frozen(found: Mapping[str, BitMap]) -> dict[str, FrozenBitMap]:
    return {guid: FrozenBitMap(users) for guid, users in found.items() if users}
