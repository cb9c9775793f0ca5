"""Showing a difference: a page of its pairs, and where most of it happens."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from purposeapp.discovery.simulation.simulate import Simulated
from purposeapp.domain.difference import Side
from purposeapp.domain.model import Purpose
from purposeapp.domain.page import Page, Place

TOP = 10


@dataclass(frozen=True, slots=True)
class Pair:
    """A user who gained or lost a purpose."""

    side: Side
    username: str
    purpose: Purpose

    @property
    def place(self) -> Place:
        return (f"{self.side} {self.purpose.guid}", self.username)


@dataclass(frozen=True, slots=True)
class Sums:
    """How many gained and lost one purpose, or how many purposes one user gained and lost."""

    id: str
    name: str
    gained: int
    lost: int


def page_of(simulated: Simulated, *, after: Place | None, limit: int) -> Page[Pair]:
    """Pairs in a stable order: those gained first, then by purpose, then by username."""
    found = list(islice(_pairs(simulated, after or ("", "")), limit + 1))
    shown = tuple(found[:limit])
    total = sum(simulated.difference.total(side) for side in Side)
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
        for guid in difference.purposes
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


def _pairs(simulated: Simulated, after: Place) -> Iterator[Pair]:
    usernames = simulated.before.population.usernames
    key, last = str(after[0]), after[1]
    for side in Side:
        for guid, users in sorted(simulated.difference.side(side).items()):
            own = f"{side} {guid}"
            if own < key:
                continue
            purpose = purpose_in(simulated, guid)
            start = usernames.place_after(last) if own == key else 0
            for ordinal in users.iter_equal_or_larger(start):
                yield Pair(side, usernames[ordinal], purpose)


def _top(sums: list[Sums]) -> list[Sums]:
    return sorted(sums, key=lambda each: (-each.gained - each.lost, each.name.casefold(), each.id))[:TOP]
