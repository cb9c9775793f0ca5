"""The cut: the fewest changes that together revoke effective access.

What is taken away from a person can only close ways and lift refusals, so a way that is open now stays open until something
on it is taken away. Every answer therefore has a change on any way that is open: branching over one open way at a time,
again and again, misses none, and searching one size after the other finds a smallest first. Ways that share nothing
need a change each, which rules most sizes out at once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count

from purposeapp.domain.explain.budget import Budget, Spent
from purposeapp.domain.explain.case import Case
from purposeapp.domain.explain.changes import changed
from purposeapp.domain.explain.model import COST, Change, Cut
from purposeapp.domain.explain.paths import breakers, paths_by

MAX_STEPS = 400
"""Cases tried before a small answer is taken for want of the smallest."""

Changes = frozenset[Change]


def cut_set(case: Case, *, max_steps: int = MAX_STEPS) -> Cut:
    """A smallest set of changes after which the case is not visible; of equals the one that touches the fewest people."""
    budget = Budget(max_steps)
    best: Changes | None = None
    try:
        for size in count():
            for found in _cuts(case, size, frozenset(), set(), budget):
                best = found if best is None else min(best, found, key=_reach)
            if best is not None:
                break
    except Spent:
        if best is None:
            return Cut(_ordered(_greedy(case)), minimal=False)
    return Cut(_ordered(best or ()))


def _cuts(case: Case, size: int, chosen: Changes, tried: set[Changes], budget: Budget) -> Iterator[Changes]:
    """All sets of `chosen` and `size` more changes that revoke."""
    budget.spend()
    ways = _open_ways(case)
    if not ways:
        yield chosen
    if not ways or _disjoint(ways) > size:
        return
    for change in min(ways, key=len):
        more = chosen | {change}
        if more not in tried:
            tried.add(more)
            yield from _cuts(changed(case, [change]), size - 1, more, tried, budget)


def _open_ways(case: Case) -> list[tuple[Change, ...]]:
    """What would break the shortest way of each policy and match that give access."""
    ways = (way for granted in case.granted() for way in paths_by(case, granted, limit=1).items)
    return [breakers(way) for way in ways]


def _disjoint(ways: list[tuple[Change, ...]]) -> int:
    """How many of the ways share no change: each needs one of its own."""
    taken, number = set[Change](), 0
    for way in sorted(ways, key=len):
        if taken.isdisjoint(way):
            taken.update(way)
            number += 1
    return number


def _greedy(case: Case) -> Changes:
    """A set that revokes: again and again the change that breaks the most ways."""
    chosen: Changes = frozenset()
    while ways := _open_ways(case):
        hits = Counter(change for way in ways for change in way)
        best = min(hits, key=lambda change: (-hits[change], change.order))
        chosen, case = chosen | {best}, changed(case, [best])
    return chosen


def _reach(changes: Changes) -> tuple[int, list[tuple[int, float, str, str]]]:
    return sum(COST[change.op] for change in changes), sorted(change.order for change in changes)


def _ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: change.order))
