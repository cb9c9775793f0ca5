"""Showing a difference: a page of its pairs, and where most of it happens."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pyroaring import FrozenBitMap

from purposeapp.discovery.simulation.simulate import Simulated
from purposeapp.domain.difference import Side
from purposeapp.domain.model import Persona, Purpose
from purposeapp.domain.page import Page, Place

TOP = 10


@dataclass(frozen=True, slots=True)
class Pair:
    """A user who gained or lost a purpose or a persona."""

    side: Side
    username: str
    thing: Purpose | Persona

    @property
    def of_persona(self) -> bool:
        return isinstance(self.thing, Persona)

    @property
    def place(self) -> Place:
        return (_key(self.side, self.thing), self.username)


@dataclass(frozen=True, slots=True)
class Sums:
    """How many gained and lost one purpose, or how many purposes one user gained and lost."""

    id: str
    name: str
    gained: int
    lost: int


def page_of(simulated: Simulated, *, after: Place | None, limit: int) -> Page[Pair]:
    """Pairs in a stable order: purposes before personas, those gained first, then by guid, then by username."""
    found = list(islice(_pairs(simulated, after or ("", "")), limit + 1))
    shown = tuple(found[:limit])
    total = sum(each.total(side) for each in (simulated.difference, simulated.personas) for side in Side)
    return Page(shown, total, shown[-1].place if len(found) > limit else None)


def top_purposes(simulated: Simulated) -> list[Sums]:
    """The purposes that most users gain or lose."""
    difference = simulated.difference
    sums = [
        Sums(
            guid,
            purpose_in(simulated, guid).name,
            len(difference.gained.get(guid, ())),
            len(difference.lost.get(guid, ())),
        )
        for guid in difference.guids
    ]
    return _top(sums)


def top_users(simulated: Simulated) -> list[Sums] | None:
    """The users who gain or lose most purposes; None when there are too many pairs to count."""
    gained, lost = (simulated.difference.by_user(side) for side in Side)
    if gained is None or lost is None:
        return None
    names = simulated.before.population.usernames
    most = Counter(gained)
    most.update(lost)
    kept = sorted(most, key=lambda ordinal: (-most[ordinal], ordinal))[:TOP]
    return [Sums(names[each], names[each], gained[each], lost[each]) for each in kept]


def purpose_in(simulated: Simulated, guid: str) -> Purpose:
    """A purpose of the difference, as it is or as it would be."""
    purpose = simulated.before.purpose(guid) or simulated.after.purpose(guid)
    assert purpose is not None, "somebody sees it before or after"
    return purpose


def persona_in(simulated: Simulated, guid: str) -> Persona:
    """A persona of the difference, as it is or as it would be."""
    persona = simulated.before.persona(guid) or simulated.after.persona(guid)
    assert persona is not None, "somebody has it before or after"
    return persona


def _pairs(simulated: Simulated, after: Place) -> Iterator[Pair]:
    usernames = simulated.before.population.usernames
    key, last = str(after[0]), after[1]
    for side, thing, users in _things(simulated):
        own = _key(side, thing)
        if own < key:
            continue
        start = usernames.place_after(last) if own == key else 0
        for ordinal in users.iter_equal_or_larger(start):
            yield Pair(side, usernames[ordinal], thing)


def _things(simulated: Simulated) -> Iterator[tuple[Side, Purpose | Persona, FrozenBitMap]]:
    """What is gained or lost, with the users, in the order of `_key`."""
    for side in Side:
        for guid, users in sorted(simulated.difference.side(side).items()):
            yield side, purpose_in(simulated, guid), users
    for side in Side:
        for guid, users in sorted(simulated.personas.side(side).items()):
            yield side, persona_in(simulated, guid), users


def _key(side: Side, thing: Purpose | Persona) -> str:
    """Sorts as the pages do: a persona's after any purpose's."""
    return f"persona {side} {thing.guid}" if isinstance(thing, Persona) else f"{side} {thing.guid}"


def _top(sums: list[Sums]) -> list[Sums]:
    return sorted(sums, key=lambda each: (-each.gained - each.lost, each.name.casefold(), each.id))[:TOP]
