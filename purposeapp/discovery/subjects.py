"""Who can see a purpose or has a persona: the users one by one, or the names on the lists."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeVar

from pyroaring import FrozenBitMap

from purposeapp.discovery.entities import persona_of, purpose_entry
from purposeapp.domain.audience import EVERY_VIA, Audience, persona_audience, purpose_audience
from purposeapp.domain.errors import InvalidCursor
from purposeapp.domain.model import Match, Mode, Via
from purposeapp.domain.page import Page, Place
from purposeapp.domain.population import Population
from purposeapp.domain.snapshot.naming import EMPTY
from purposeapp.policyindex.base import PolicyIndex

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Viewer:
    """A user who sees something, and every match by which they do."""

    username: str
    matches: Sequence[Match]


@dataclass(frozen=True, slots=True)
class Name:
    """A name on the lists. `members` counts all whom it stands for, `seeing` those who see the thing by this name.

    A username that the directory does not know stands for nobody.
    """

    match: Match
    members: int
    seeing: int


@dataclass(frozen=True, slots=True)
class Viewers:
    """All who see one thing in one mode, among the users of one population."""

    population: Population
    audience: Audience

    @property
    def counts(self) -> dict[Via, int]:
        """How many come by each way; who comes by several counts for each."""
        return {via: len(users) for via, users in self.audience.by_via.items()}

    def users(self, *, words: str = "", vias: Collection[Via] = ()) -> FrozenBitMap:
        """The ordinals of those who come by one of the ways (none given: by any) and have all the words in their name."""
        found = self.audience.users
        if vias:
            several = [users for via, users in self.audience.by_via.items() if via in vias]
            found = FrozenBitMap().union(*several)
        return found & self.population.mentioned(words) if words else found

    def viewers(self, users: FrozenBitMap, *, after: Place | None = None) -> Iterator[Viewer]:
        """In the order of their usernames, from the one behind `after` on."""
        for ordinal, username in self._named(users, after):
            yield Viewer(username, self.audience.matches(ordinal, username))

    def page(self, users: FrozenBitMap, *, after: Place | None, limit: int) -> Page[Viewer]:
        shown = list(islice(self.viewers(users, after=after), limit + 1))
        return _page(shown, len(users), limit, lambda viewer: (viewer.username, ""))

    def usernames(self, *, after: Place | None, limit: int) -> Page[str]:
        """All of them, by name alone."""
        users = self.audience.users
        shown = [username for _, username in islice(self._named(users, after), limit + 1)]
        return _page(shown, len(users), limit, lambda username: (username, ""))

    def names(self, *, words: str, vias: Collection[Via], after: Place | None, limit: int) -> Page[Name]:
        """The names on the lists of policies that may show the thing, by way and then by name."""
        keys = sorted(self._keys(words.casefold().split(), vias))
        start = 0 if after is None else bisect_right(keys, after)
        shown = [self._name(*key) for key in keys[start : start + limit + 1]]
        return _page(shown, len(keys), limit, lambda name: (EVERY_VIA.index(name.match.via), name.match.name))

    def _named(self, users: FrozenBitMap, after: Place | None) -> Iterator[tuple[int, str]]:
        for ordinal in users.iter_equal_or_larger(0 if after is None else self._behind(after)):
            yield ordinal, self.population.usernames[ordinal]

    def _behind(self, after: Place) -> int:
        username = after[0]
        if not isinstance(username, str):
            raise InvalidCursor
        return self.population.usernames.place_after(username)

    def _keys(self, words: Sequence[str], vias: Collection[Via]) -> Iterator[tuple[int, str]]:
        named = ((Via.USER, username) for username in self.audience.usernames)
        others = ((each.via, each.name) for each in self.audience.means if each.via is not Via.USER)
        for via, name in chain(named, others):
            text = name.casefold()
            if (not vias or via in vias) and all(word in text for word in words):
                yield EVERY_VIA.index(via), name

    def _name(self, order: int, name: str) -> Name:
        via = EVERY_VIA[order]
        if via is Via.USER:
            meant = self.population.named((name,))
            return Name(Match(via, name), len(meant), len(meant & self.audience.by_via.get(via, EMPTY)))
        means = next(each for each in self.audience.means if (each.via, each.name) == (via, name))
        return Name(Match(via, name), len(means.meant), len(means.users))


def purpose_viewers(
    guid: str,
    *,
    mode: Mode,
    policies: PolicyIndex,
    population: Population,
    now: float,
    action: str | None = None,
) -> Viewers:
    """Who sees a purpose or, in effective mode, may do this action there; `now` is epoch seconds. Raises UnknownEntity."""
    entry = purpose_entry(guid, policies=policies)
    audience = purpose_audience(entry.purpose, entry.policies, population, mode=mode, now=now, action=action)
    return Viewers(population, audience)


def persona_viewers(guid: str, *, mode: Mode, policies: PolicyIndex, population: Population) -> Viewers:
    """Who has a persona. Raises UnknownEntity."""
    persona = persona_of(guid, policies=policies)
    return Viewers(population, persona_audience(persona, population, mode=mode))


def _page(found: list[Item], total: int, limit: int, place: Callable[[Item], Place]) -> Page[Item]:
    """`found` has one more than the page when more follow."""
    shown = tuple(found[:limit])
    return Page(shown, total, place(shown[-1]) if len(found) > limit else None)
