"""The inverted index: for every name in a policy, the ordinals of the purposes it leads to.

What a policy does for a purpose is settled when it is filed, as far as nothing else has a say:

    named    every live policy     the listed mode (users and groups), and what is evidence
    sure     what nothing takes away: masks and filters, and allows that have an action which no deny of the
             purpose could refuse them
    likely   other allows          visible unless something refuses
    denied   denies                the purpose must be looked at if it is likely and not sure
    edges    the moments at which the schedule of a policy with the name begins or ends, each with its purpose's
             ordinal: the purpose must be looked at when one lies between the moment of filing and now

A policy outside its schedule at the moment of filing, one that is disabled or of a disabled purpose, and one without
effect is `named` only; its edges count all the same. Denies are filed as if they had no schedule.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pyroaring import FrozenBitMap

from purposeapp.domain.model import (
    EVERY_USER,
    PUBLIC_GROUP,
    SHAPING_TYPES,
    Policy,
    PolicyType,
    Purpose,
    Subject,
)
from purposeapp.domain.resolve import in_force, overrides

EMPTY = FrozenBitMap()
KINDS = ("users", "groups", "roles")
_COLUMNS = ("named", "sure", "likely", "denied")
_LAST = 1 << 32

Filed = tuple[int, Purpose, tuple[Policy, ...]]
"""A purpose with its ordinal and its policies."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class ByName(Generic[Value]):
    """Something for each user name, group name and role name."""

    users: Mapping[str, Value] = field(default_factory=dict)
    groups: Mapping[str, Value] = field(default_factory=dict)
    roles: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Posting:
    """What one name leads to; the columns are explained above."""

    named: FrozenBitMap = EMPTY
    sure: FrozenBitMap = EMPTY
    likely: FrozenBitMap = EMPTY
    denied: FrozenBitMap = EMPTY
    edges: tuple[tuple[float, int], ...] = ()

    def edges_until(self, moment: float) -> int:
        """How many edges are past at a moment."""
        return bisect_right(self.edges, (moment, _LAST))

    def revised(self, cleared: FrozenBitMap, sheet: "Sheet") -> "Posting":
        """Without what it had of the cleared ordinals, and with what is on the sheet."""
        columns = {
            name: (getattr(self, name) - cleared) | FrozenBitMap(getattr(sheet, name)) or EMPTY
            for name in _COLUMNS
        }
        kept = (edge for edge in self.edges if edge[1] not in cleared)
        return Posting(**columns, edges=tuple(sorted({*kept, *sheet.edges})))


class Sheet:
    """A posting being written."""

    __slots__ = (*_COLUMNS, "edges")

    def __init__(self) -> None:
        self.named: list[int] = []
        self.sure: list[int] = []
        self.likely: list[int] = []
        self.denied: list[int] = []
        self.edges: list[tuple[float, int]] = []

    def write(self, ordinal: int, column: str | None, edges: Iterable[float]) -> None:
        self.named.append(ordinal)
        if column is not None:
            getattr(self, column).append(ordinal)
        self.edges += [(edge, ordinal) for edge in edges]


class Pool:
    """Makes postings, equal ones once: most names are in one policy only, which names others as well."""

    def __init__(self) -> None:
        self._bitmaps: dict[tuple[int, ...], FrozenBitMap] = {(): EMPTY}
        self._postings: dict[tuple[object, ...], Posting] = {}

    def posting(self, sheet: Sheet) -> Posting:
        columns = [tuple(getattr(sheet, name)) for name in _COLUMNS]
        edges = tuple(sorted(set(sheet.edges)))
        key = (*columns, edges)
        if key not in self._postings:
            bitmaps = dict(zip(_COLUMNS, map(self._bitmap, columns), strict=True))
            self._postings[key] = Posting(**bitmaps, edges=edges)
        return self._postings[key]

    def _bitmap(self, ordinals: tuple[int, ...]) -> FrozenBitMap:
        if ordinals not in self._bitmaps:
            self._bitmaps[ordinals] = FrozenBitMap(ordinals)
        return self._bitmaps[ordinals]


class Naming(ByName[Posting]):
    """All postings of a tenant."""

    __slots__ = ()

    def listing(self, subject: Subject) -> list[Posting]:
        """The postings that count in the listed mode."""
        found = [posting for posting in map(self.groups.get, subject.groups) if posting is not None]
        others = [self.users.get(subject.username)]
        if PUBLIC_GROUP not in subject.groups:
            others.append(self.groups.get(PUBLIC_GROUP))
        return found + [posting for posting in others if posting is not None]

    def naming(self, subject: Subject) -> list[Posting]:
        """The postings of every name by which policies match the subject."""
        everyone = self.users.get(EVERY_USER) if subject.username != EVERY_USER else None
        found = [everyone, *map(self.roles.get, subject.roles)]
        return [*self.listing(subject), *(posting for posting in found if posting is not None)]

    def updated(self, *, before: Iterable[Filed], after: Iterable[Filed], moment: float) -> "Naming":
        """With these purposes filed as they are now instead of as they were; `moment` is the same for all filing."""
        before = tuple(before)
        cleared = FrozenBitMap(ordinal for ordinal, _, _ in before)
        sheets = _sheets(after, moment)
        for _, _, policies in before:
            for kind, name in _names_in(policies):
                getattr(sheets, kind)[name]  # an empty sheet: the name may lead nowhere now
        pool = Pool()
        return Naming(*(_revised(getattr(self, k), getattr(sheets, k), cleared, pool) for k in KINDS))


def _revised(
    postings: Mapping[str, Posting], sheets: Mapping[str, Sheet], cleared: FrozenBitMap, pool: Pool
) -> Mapping[str, Posting]:
    if not sheets:
        return postings
    revised = dict(postings)
    for name, sheet in sheets.items():
        old = postings.get(name)
        posting = old.revised(cleared, sheet) if old else pool.posting(sheet)
        if posting.named:
            revised[name] = posting
        else:
            revised.pop(name, None)
    return revised


def _sheets(filed: Iterable[Filed], moment: float) -> ByName[Sheet]:
    sheets: ByName[Sheet] = ByName(defaultdict(Sheet), defaultdict(Sheet), defaultdict(Sheet))
    for ordinal, purpose, policies in filed:
        refusable = _refusable(policies)
        for policy in policies:
            column = None
            if policy.type == PolicyType.DENY:
                column = "denied"
            elif in_force(policy, purpose, moment):
                column = _column(policy, refusable)
            edges = _edges(policy)
            for kind, name in _names_in((policy,)):
                getattr(sheets, kind)[name].write(ordinal, column, edges)
    return sheets


def _names_in(policies: Iterable[Policy]) -> Iterator[tuple[str, str]]:
    for policy in policies:
        for kind in KINDS:
            for name in getattr(policy, kind):
                yield kind, name


def _refusable(policies: Iterable[Policy]) -> tuple[frozenset[str], frozenset[str]]:
    """The actions that a purpose's denies could refuse, if they named the subject: to any allow of normal priority,
    and even to one that overrides."""
    denies = [policy for policy in policies if policy.type == PolicyType.DENY and policy.enabled]
    everything = frozenset().union(*(policy.actions for policy in denies))
    return everything, frozenset().union(*(policy.actions for policy in denies if overrides(policy)))


def _column(policy: Policy, refusable: tuple[frozenset[str], frozenset[str]]) -> str | None:
    """Where a policy that has a say is filed besides `named`; None when it has no effect."""
    if policy.type in SHAPING_TYPES:
        return "sure"
    if policy.type != PolicyType.ALLOW or not policy.actions:
        return None
    return "likely" if policy.actions <= refusable[overrides(policy)] else "sure"


def _edges(policy: Policy) -> list[float]:
    return [edge for window in policy.schedule for edge in (window.start, window.end) if edge is not None]
