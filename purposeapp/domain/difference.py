"""Who gains and who loses what between two states of a tenant: the exact difference of two resolutions of everybody."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from pyroaring import BitMap, FrozenBitMap

from purposeapp.domain.audience import persona_audience, purpose_audience
from purposeapp.domain.model import Mode, Persona, Purpose
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

    def persona(self, guid: str) -> Persona | None:
        return self.snapshot.people.by_guid.get(guid)

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

    def holders(self, guid: str, *, mode: Mode) -> FrozenBitMap:
        """Who has a persona; nobody has one that is not there."""
        persona = self.persona(guid)
        return EMPTY if persona is None else persona_audience(persona, self.population, mode=mode).users

    def held_by(self, users: FrozenBitMap, *, mode: Mode) -> Iterator[tuple[int, frozenset[str]]]:
        """Each of these users in their order, with the guids of the personas that they have."""
        barred = self.population.disabled if mode is Mode.EFFECTIVE else EMPTY
        for ordinal, subject in self.population.subjects(users).items():
            grants = () if ordinal in barred else self.snapshot.personas(subject, mode=mode)
            yield ordinal, frozenset(grant.persona.guid for grant in grants)


@dataclass(frozen=True, slots=True)
class Difference:
    """By the guid of a purpose or persona, the users (ordinals) who gained it and who lost it. Nobody is in neither."""

    gained: Mapping[str, FrozenBitMap]
    lost: Mapping[str, FrozenBitMap]

    def side(self, side: Side) -> Mapping[str, FrozenBitMap]:
        return self.gained if side is Side.GAINED else self.lost

    def total(self, side: Side) -> int:
        """How many pairs of a user and a thing."""
        return sum(map(len, self.side(side).values()))

    @property
    def guids(self) -> frozenset[str]:
        return frozenset((*self.gained, *self.lost))

    @property
    def users(self) -> FrozenBitMap:
        return union([*self.gained.values(), *self.lost.values()])

    def by_user(self, side: Side) -> Counter[int] | None:
        """How many things each user gained or lost; None when there are more than COUNTED_PAIRS."""
        if self.total(side) > COUNTED_PAIRS:
            return None
        counts = Counter[int]()
        for users in self.side(side).values():
            counts.update(users)
        return counts


def difference(before: State, after: State, *, mode: Mode, now: float) -> Difference:
    """Of purposes, between two states with the same users at the same ordinals; `now` is epoch seconds."""
    states = before, after
    users = _changed_users(before.population, after.population)
    return _difference(
        frozenset(_changed_purposes(before.snapshot, after.snapshot)),
        [partial(state.viewers, mode=mode, now=now) for state in states],
        [state.seen_by(users, mode=mode, now=now) for state in states],
    )


def persona_difference(before: State, after: State, *, mode: Mode) -> Difference:
    """Of personas, between two such states."""
    states = before, after
    users = _changed_users(before.population, after.population)
    return _difference(
        frozenset(_changed_personas(before.snapshot, after.snapshot)),
        [partial(state.holders, mode=mode) for state in states],
        [state.held_by(users, mode=mode) for state in states],
    )


def _difference(
    changed: frozenset[str],
    had_by_whom: Sequence[Callable[[str], FrozenBitMap]],
    had_by_each: Sequence[Iterator[tuple[int, frozenset[str]]]],
) -> Difference:
    """Looks at everybody for the things that changed, and at all things for the users whose groups, roles or account
    did: nothing else can have changed. Both are asked before and after.
    """
    gained: dict[str, BitMap] = defaultdict(BitMap)
    lost: dict[str, BitMap] = defaultdict(BitMap)
    for guid in changed:
        had_it, have_it = (by_whom(guid) for by_whom in had_by_whom)
        gained[guid] |= have_it - had_it
        lost[guid] |= had_it - have_it
    for (ordinal, had), (_, has) in zip(*had_by_each, strict=True):
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


def _changed_personas(before: Snapshot, after: Snapshot) -> Iterator[str]:
    was, now = before.people.by_guid, after.people.by_guid
    if was is not now:
        yield from (guid for guid in {*was, *now} if was.get(guid) is not now.get(guid))


def _changed_users(before: Population, after: Population) -> FrozenBitMap:
    changed = [before.disabled ^ after.disabled]
    for was, now in ((before.groups, after.groups), (before.roles, after.roles)):
        if was is not now:
            changed += [was.get(name, EMPTY) ^ now.get(name, EMPTY) for name in {*was, *now}]
    return union(changed)


def _frozen(found: Mapping[str, BitMap]) -> dict[str, FrozenBitMap]:
    return {guid: FrozenBitMap(users) for guid, users in found.items() if users}
