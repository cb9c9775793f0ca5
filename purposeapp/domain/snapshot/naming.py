"""The inverted index: for every name in a policy, the ordinals of the purposes it leads to.

What a policy does for a purpose is settled when it is filed, except where time or another policy has a say:

    named    every live policy                     the listed mode (users and groups), and what is evidence
    sure     what nothing can take away: masks and filters without a schedule, and allows without a schedule
             that have an action which no deny of the purpose could refuse them
    likely   other allows without a schedule       visible unless something refuses
    denied   denies                                the purpose must be looked at if it is likely
    timed    other policies with a schedule        the purpose must be looked at

Disabled policies, those of disabled purposes and those without effect are `named` only. `edges` are the moments at
which the schedule of any policy with the name begins or ends, disabled ones too, each with its purpose's ordinal.
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
from purposeapp.domain.resolve import overrides

EMPTY = FrozenBitMap()
KINDS = ("users", "groups", "roles")
_COLUMNS = ("named", "sure", "likely", "denied", "timed")
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
    timed: FrozenBitMap = EMPTY
    edges: tuple[tuple[float, int], ...] = ()

    def next_edge(self, now: float) -> float | None:
        later = bisect_right(self.edges, (now, _LAST))
        return self.edges[later][0] if later < len(self.edges) else None

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
        self.timed: list[int] = []
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

    def updated(self, *, before: Iterable[Filed], after: Iterable[Filed]) -> "Naming":
        """With these purposes filed as they are now instead of as they were."""
        before = tuple(before)
        cleared = FrozenBitMap(ordinal for ordinal, _, _ in before)
        sheets = _sheets(after)
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


def _sheets(filed: Iterable[Filed]) -> ByName[Sheet]:
    sheets: ByName[Sheet] = ByName(defaultdict(Sheet), defaultdict(Sheet), defaultdict(Sheet))
    for ordinal, purpose, policies in filed:
        refusable = _refusable(policies)
        for policy in policies:
            column = _column(policy, purpose, refusable)
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


def _column(policy: Policy, purpose: Purpose, refusable: tuple[frozenset[str], frozenset[str]]) -> str | None:
    """Where a policy is filed besides `named`; None when it has no effect at any time."""
    if not (purpose.enabled and policy.enabled):
        return None
    if policy.type == PolicyType.DENY:
        return "denied"
    if not policy.schedule_readable or policy.type not in {PolicyType.ALLOW, *SHAPING_TYPES}:
        return None
    if policy.type == PolicyType.ALLOW and not policy.actions:
        return None
    if policy.schedule:
        return "timed"
    if policy.type == PolicyType.ALLOW and policy.actions <= refusable[overrides(policy)]:
        return "likely"
    return "sure"


def _edges(policy: Policy) -> list[float]:
    return [edge for window in policy.schedule for edge in (window.start, window.end) if edge is not None]
