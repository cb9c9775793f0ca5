"""What would give access: the fewest changes, cheapest first, each tried out before it is said.

Access comes by one policy that shows the purpose, for an allow by one of its actions. For each such goal there is a first thing
in its way; whoever gets there has removed it, in one of a few manners. Branching over those, one size after the other,
finds every smallest set of them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from purposeapp.domain.explain.budget import Budget, Spent
from purposeapp.domain.explain.case import Case
from purposeapp.domain.explain.changes import changed
from purposeapp.domain.explain.means import Means
from purposeapp.domain.explain.model import COST, Change, Nearest, Op
from purposeapp.domain.explain.obstacles import Goal, first_obstacle, goals_of
from purposeapp.domain.realm import Realm

MAX_CHANGES = 3
"""More changes than these at a time are no suggestion any more."""

MAX_OPTIONS = 20
MAX_ALIKE = 5
"""Options that do the same with other groups, roles or policies: more of them would crowd out the different ones."""

MAX_WORK = 20_000
"""How much is looked at."""

_OPPOSITES = (
    {Op.ADD_GROUP, Op.REMOVE_GROUP},
    {Op.ADD_ROLE, Op.REMOVE_ROLE},
    {Op.NAME_USER, Op.UNNAME_USER},
    {Op.ENABLE_POLICY, Op.DISABLE_POLICY},
)

Changes = frozenset[Change]


def nearest(case: Case, realm: Realm, *, max_work: int = MAX_WORK) -> Nearest:
    """The smallest sets of changes that each make an invisible case visible; none where three changes are not enough.

    `realm` has the groups and roles that there are to join and to hold.
    """
    search = _Search(realm, Means.of(case, realm), Budget(max_work))
    complete, found = search.means.complete, set[Changes]()
    try:
        for size in range(1, MAX_CHANGES + 1):
            for goal in goals_of(case):
                found.update(search.ways_in(case, goal, size))
            if found:
                break
    except Spent:
        complete = False
    options = _cheapest_first(_soonest(found))
    shown = tuple(islice(_not_too_many_alike(options), MAX_OPTIONS))
    return Nearest(shown, complete and len(shown) == len(options))


@dataclass(frozen=True, slots=True)
class _Search:
    realm: Realm
    means: Means
    budget: Budget

    def ways_in(self, case: Case, goal: Goal, size: int, chosen: Changes = frozenset()) -> Iterator[Changes]:
        """All sets of `chosen` and at most `size` more changes that reach the goal."""
        self.budget.spend(1 + len(case.policies))
        manners = first_obstacle(case, goal, self.means)
        if manners is None:
            # The resolver has the last word: nothing is suggested on the strength of this search alone.
            if case.visible():
                yield chosen
            return
        if size:
            for change in manners:
                if _goes_with(change, chosen):
                    after = changed(case, [change], self.realm)
                    yield from self.ways_in(after, goal, size - 1, chosen | {change})


def _goes_with(change: Change, chosen: Changes) -> bool:
    """Nothing is done and undone, and one wait is enough."""
    return not any(
        change.op is other.op is Op.WAIT
        or (change.node == other.node and {change.op, other.op} in _OPPOSITES)
        for other in chosen
    )


def _soonest(found: Iterable[Changes]) -> Iterable[Changes]:
    """Of those that differ only in how long to wait, the one that waits least."""
    best: dict[Changes, Changes] = {}
    for changes in sorted(found, key=lambda changes: max(each.moment for each in changes)):
        best.setdefault(frozenset(each for each in changes if each.op is not Op.WAIT), changes)
    return best.values()


def _cheapest_first(found: Iterable[Changes]) -> list[tuple[Change, ...]]:
    options = (tuple(sorted(changes, key=lambda change: change.order)) for changes in found)
    return sorted(
        options,
        key=lambda option: (sum(COST[each.op] for each in option), [each.order for each in option]),
    )


def _not_too_many_alike(options: Iterable[tuple[Change, ...]]) -> Iterator[tuple[Change, ...]]:
    seen = Counter[tuple[Op, ...]]()
    for option in options:
        kind = tuple(change.op for change in option)
        seen[kind] += 1
        if seen[kind] <= MAX_ALIKE:
            yield option
