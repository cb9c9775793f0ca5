"""The users who see a purpose or have a persona, in both modes beside each other: which to show, and which page of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext_lazy
from pyroaring import FrozenBitMap

from accessviz.tables import refuse
from purposeapp.discovery.subjects import Viewers
from purposeapp.domain.audience import Means
from purposeapp.domain.model import Match, Mode, Via

PAGE_SIZE = 50

NAMED = frozenset({Via.GROUP, Via.ROLE})
MOST_MEANS = 20
"""Groups and roles on the lists that are shown with their counts, those first by which most people come."""

Choose = Callable[[FrozenBitMap, FrozenBitMap], FrozenBitMap]

SHOW: Mapping[str, tuple[Any, Choose]] = {
    "effective": (gettext_lazy("Effective"), lambda effective, _listed: effective),
    "listed": (gettext_lazy("Listed"), lambda _effective, listed: listed),
    "differs": (gettext_lazy("Where the modes differ"), lambda effective, listed: effective ^ listed),
    "either": (gettext_lazy("Seen in either mode"), lambda effective, listed: effective | listed),
}
"""From those of the effective and of the listed mode, those to show."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which of the users to show. `via` is blank or one of Via."""

    words: str = ""
    show: str = "effective"
    via: str = ""
    number: str = "1"

    @classmethod
    def parse(cls, query: QueryDict) -> "Question":
        """Raises InvalidRequest for what is not on offer."""
        question = cls(
            query.get("q", ""),
            query.get("show") or "effective",
            query.get("via", ""),
            query.get("page", "1"),
        )
        refuse(show=question.show not in SHOW, via=question.via not in ("", *Via))
        return question

    @property
    def vias(self) -> tuple[Via, ...]:
        return (Via(self.via),) if self.via else ()


@dataclass(frozen=True, slots=True)
class Row:
    """One user, whether each mode shows them the thing, and by what."""

    username: str
    effective: bool
    listed: bool
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Audiences:
    """All who see one thing, by mode, among the users of one population."""

    effective: Viewers
    listed: Viewers

    @classmethod
    def of(cls, find: Callable[[Mode], Viewers]) -> "Audiences":
        return cls(find(Mode.EFFECTIVE), find(Mode.LISTED))

    @property
    def counts(self) -> dict[str, int]:
        """How many there are to show of each choice."""
        sides = (self.effective.audience.users, self.listed.audience.users)
        return {name: len(choose(*sides)) for name, (_title, choose) in SHOW.items()}

    @property
    def means(self) -> list[Means]:
        """The groups and roles by which people come in effective mode, most people first."""
        used = (each for each in self.effective.audience.means if each.users and each.via in NAMED)
        return sorted(used, key=lambda each: -len(each.users))[:MOST_MEANS]

    @property
    def unknown(self) -> list[str]:
        """Usernames on the lists that the directory does not know."""
        named = self.effective.audience.usernames | self.listed.audience.usernames
        known = self.effective.population.usernames
        return sorted(name for name in named if known.find(name) is None)

    def page(self, question: Question) -> Any:
        """The page asked for, or the nearest there is: of users (ordinals), by username."""
        words, vias = question.words, question.vias
        sides = (each.users(words=words, vias=vias) for each in (self.effective, self.listed))
        return Paginator(SHOW[question.show][1](*sides), PAGE_SIZE).get_page(question.number)

    def rows(self, users: FrozenBitMap) -> Iterator[Row]:
        effective, listed = self.effective.audience, self.listed.audience
        for ordinal in users:
            username = self.effective.population.usernames[ordinal]
            matches = (*effective.matches(ordinal, username), *listed.matches(ordinal, username))
            yield Row(
                username, ordinal in effective.users, ordinal in listed.users, tuple(dict.fromkeys(matches))
            )
