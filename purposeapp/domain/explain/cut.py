"""The cut: the fewest changes that together revoke effective access.

What is taken away from a person can only close ways and lift refusals, so a way that is open now stays open until something
on it is taken away. Every answer therefore has a change on any way that is open: branching over one open way at a time,
again and again, misses none, and searching one size after the other finds a smallest first. Ways that share nothing
need a change each, which rules most sizes out at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count, groupby, islice

from purposeapp.domain.explain.budget import Budget, Spent
from purposeapp.domain.explain.case import Case, Granted
from purposeapp.domain.explain.changes import changed
from purposeapp.domain.explain.model import COST, Change, Cut, Op
from purposeapp.domain.explain.paths import breakers, paths_by, policy_node
from purposeapp.domain.model import Via

MAX_WORK = 20_000
"""How much is looked at before a small answer is taken for want of the smallest."""

MAX_WAYS = 8
"""Matches of one policy that are looked at together. Others come up when these are out of the way."""

ROLE_WORK = 20
"""A way to a role takes a search of its own."""

Breakers = tuple[Change, ...]
"""What would break one way: any of these changes."""

Changes = frozenset[Change]


def cut_set(case: Case, *, max_work: int = MAX_WORK) -> Cut:
    """A smallest set of changes after which the case is not visible; of equals the one that touches the fewest people."""
    budget, best = Budget(max_work), None
    least = _disjoint(_open_ways(case, case.granted()))
    try:
        for size in count(least):
            for found in _cuts(case, size, frozenset(), set(), budget):
                best = found if best is None else min(best, found, key=_reach)
            if best is not None:
                break
    except Spent:
        if best is None:
            best = _any_set(case)
            return Cut(_ordered(best), minimal=len(best) == least)
    return Cut(_ordered(best or ()))


def _cuts(case: Case, size: int, chosen: Changes, tried: set[Changes], budget: Budget) -> Iterator[Changes]:
    """All sets of `chosen` and `size` more changes that revoke."""
    granted = _some_granted(case)
    budget.spend(
        1 + len(case.policies) + sum(ROLE_WORK if match.via is Via.ROLE else 1 for _, match in granted)
    )
    ways = _open_ways(case, granted)
    if not ways:
        yield chosen
    if not ways or _disjoint(ways) > size:
        return
    for change in min(ways, key=len):
        more = chosen | {change}
        if more not in tried:
            tried.add(more)
            yield from _cuts(changed(case, [change]), size - 1, more, tried, budget)


def _some_granted(case: Case) -> list[Granted]:
    """Some matches of each policy that gives access; by those through the user and groups first."""
    by_policy = groupby(case.granted(), key=lambda granted: granted[0])
    return [granted for _, each in by_policy for granted in islice(each, MAX_WAYS)]


def _open_ways(case: Case, granted: Iterable[Granted]) -> list[Breakers]:
    """What would break the shortest way of each policy and match that give access."""
    return [breakers(way) for each in granted for way in paths_by(case, each, limit=1).items]


def _disjoint(ways: list[Breakers]) -> int:
    """How many of the ways share no change: each needs one of its own."""
    taken, number = set[Change](), 0
    for way in sorted(ways, key=len):
        if taken.isdisjoint(way):
            taken.update(way)
            number += 1
    return number


def _any_set(case: Case) -> Changes:
    """A set that revokes, small as a rule: what breaks the most ways first, or all the policies where they are fewer."""
    chosen, now = frozenset[Change](), case
    while ways := _open_ways(now, now.granted()):
        hits = frozenset(_hitting(ways))
        chosen, now = chosen | hits, changed(now, hits)
    giving = {policy for policy, _ in case.granted() if policy}
    policies = frozenset(Change(Op.DISABLE_POLICY, policy_node(policy)) for policy in giving)
    return min(chosen, policies or chosen, key=len)


def _hitting(ways: list[Breakers]) -> Iterator[Change]:
    """Changes that break all the ways, always the one that breaks the most of those left."""
    breaks: dict[Change, set[int]] = defaultdict(set)
    for number, way in enumerate(ways):
        for change in way:
            breaks[change].add(number)
    left = set(range(len(ways)))
    while left:
        best = min(breaks, key=lambda change: (-len(breaks[change]), change.order))
        yield best
        broken = breaks.pop(best)
        left -= broken
        for change in {change for number in broken for change in ways[number]} & breaks.keys():
            breaks[change] -= broken


def _reach(changes: Changes) -> tuple[int, list[tuple[int, float, str, str]]]:
    return sum(COST[change.op] for change in changes), sorted(change.order for change in changes)


def _ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: change.order))
