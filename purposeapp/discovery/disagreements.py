"""Where the modes disagree: about one user, or about everybody, in pages."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from pyroaring import FrozenBitMap

from purposeapp.domain.disagreement import EFFECTIVE_ONLY, Cause, Disagreement, disagreements, responsible
from purposeapp.domain.errors import InvalidCursor
from purposeapp.domain.model import Policy, Purpose, Subject
from purposeapp.domain.page import Page, Place, display_order
from purposeapp.domain.population import Population
from purposeapp.domain.realm import Member, Realm
from purposeapp.domain.snapshot import Entry, Snapshot

_BETWEEN = "\0"
"""Stands between the parts of a place: no name and no guid has it."""

_ORDER = {cause: place for place, cause in enumerate(Cause)}

Row = tuple[Entry, Cause, int]
"""A purpose, the cause, and the ordinal of the user."""


@dataclass(frozen=True, slots=True)
class Differing:
    """One user and one purpose about which the modes disagree, and the policies that are the cause."""

    username: str
    purpose: Purpose
    cause: Cause
    policies: Sequence[Policy]

    @property
    def listed(self) -> bool:
        return self.cause not in EFFECTIVE_ONLY


@dataclass(frozen=True)
class Differences:
    """All disagreements about the users of a population, by purpose in display order; `now` is epoch seconds."""

    population: Population
    found: Sequence[tuple[Entry, Sequence[Disagreement]]]
    now: float

    @cached_property
    def counts(self) -> Mapping[Cause, int]:
        """How many pairs of a user and a purpose there are of each cause."""
        counts = Counter[Cause]()
        for _, several in self.found:
            for each in several:
                counts[each.cause] += len(each.users)
        return {cause: counts[cause] for cause in Cause if cause in counts}

    def page(self, *, causes: Collection[Cause], after: Place | None, limit: int) -> Page[Differing]:
        """By purpose, then by cause, then by username; no causes: all of them."""
        rows = list(islice(self._rows(causes, after), limit + 1))
        shown = rows[:limit]
        subjects = self.population.subjects(FrozenBitMap([ordinal for _, _, ordinal in shown]))
        total = sum(count for cause, count in self.counts.items() if not causes or cause in causes)
        return Page(
            [self._differing(row, subjects[row[2]]) for row in shown],
            total,
            self._place(shown[-1]) if len(rows) > limit else None,
        )

    def _rows(self, causes: Collection[Cause], after: Place | None) -> Iterator[Row]:
        order, cause_after, username = _read(after)
        for entry, several in self.found:
            here = display_order(entry.purpose)
            if here < order:
                continue
            for each in several:
                place = _ORDER[each.cause]
                if (causes and each.cause not in causes) or (here == order and place < cause_after):
                    continue
                goes_on = here == order and place == cause_after
                start = self.population.usernames.place_after(username) if goes_on else 0
                for ordinal in each.users.iter_equal_or_larger(start):
                    yield entry, each.cause, ordinal

    def _differing(self, row: Row, subject: Subject) -> Differing:
        entry, cause, _ = row
        policies = responsible(cause, entry.purpose, entry.policies, subject, now=self.now)
        return Differing(subject.username, entry.purpose, cause, policies)

    def _place(self, row: Row) -> Place:
        entry, cause, ordinal = row
        name, guid = display_order(entry.purpose)
        return _BETWEEN.join((name, guid, str(_ORDER[cause]))), self.population.usernames[ordinal]


def differences(entries: Iterable[Entry], population: Population, *, now: float) -> Differences:
    """About all users of a population, at these purposes, which are in display order."""
    found = [
        (entry, several)
        for entry in entries
        if (several := disagreements(entry.purpose, entry.policies, population, now=now))
    ]
    return Differences(population, found, now)


def differences_of(
    member: Member, realm: Realm, snapshot: Snapshot, *, purpose: str = "", now: float
) -> Differences:
    """About one user, at all purposes or that of a guid. Only what names them is looked at."""
    named = snapshot.evidence(realm.subject(member)).purposes
    entries = (snapshot.entry(each.guid) for each in sorted(named, key=display_order))
    asked = [entry for entry in entries if entry and purpose in ("", entry.purpose.guid)]
    return differences(asked, Population.of(realm, [member]), now=now)


def _read(place: Place | None) -> tuple[tuple[str, str], int, str]:
    """A place in parts: of the purpose in display order, of the cause, and the username."""
    if place is None:
        return ("", ""), 0, ""
    where, username = place
    if not isinstance(where, str):
        raise InvalidCursor
    name, guid, cause = where.split(_BETWEEN)
    return (name, guid), int(cause), username
