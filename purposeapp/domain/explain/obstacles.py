"""What stands between a person and a goal, and each manner of removing it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from purposeapp.domain.explain.case import Case
from purposeapp.domain.explain.means import Means
from purposeapp.domain.explain.model import Change, Op
from purposeapp.domain.explain.paths import breakers, paths_by, policy_node, resource_node, user_node
from purposeapp.domain.model import SHAPING_TYPES, Persona, Policy, PolicyType, Purpose
from purposeapp.domain.resolve import beaters, in_force, matches_of, names

_OF_HER_OWN = frozenset({Op.UNNAME_USER, Op.REMOVE_GROUP, Op.REMOVE_ROLE})
"""What is taken from one person only, to get her out of a deny."""


@dataclass(frozen=True, slots=True)
class Goal:
    """To see a purpose by this policy, through this action where it is an allow. A persona's goal has neither."""

    policy: str = ""
    action: str = ""


def goals_of(case: Case) -> Iterator[Goal]:
    """Each way in that there could be. Denies, exceptions and allows without actions are none."""
    if isinstance(case.resource, Persona):
        yield Goal()
    for policy in case.policies:
        if policy.type in SHAPING_TYPES:
            yield Goal(policy.guid)
        elif policy.type == PolicyType.ALLOW:
            yield from (Goal(policy.guid, action) for action in sorted(policy.actions))


def first_obstacle(case: Case, goal: Goal, means: Means) -> tuple[Change, ...] | None:
    """The changes of which each removes the first thing in the way; none of them when nothing does, None when all is clear."""
    if not case.person.enabled:
        return (Change(Op.ENABLE_USER, user_node(case.person)),)
    if not case.resource.enabled:
        op = Op.ENABLE_PERSONA if isinstance(case.resource, Persona) else Op.ENABLE_PURPOSE
        return (Change(op, resource_node(case.resource)),)
    if isinstance(case.resource, Persona):
        return None if case.visible() else _naming(case, case.resource, means)
    policy = next(each for each in case.policies if each.guid == goal.policy)
    return _before_policy(case, case.resource, policy, goal, means)


def _before_policy(
    case: Case, purpose: Purpose, policy: Policy, goal: Goal, means: Means
) -> tuple[Change, ...] | None:
    if not names(policy, case.subject):
        return _naming(case, policy, means)
    if not policy.enabled:
        return (Change(Op.ENABLE_POLICY, policy_node(policy)),)
    if not in_force(policy, purpose, case.now):
        return _waits(purpose, means, lambda moment: in_force(policy, purpose, moment))
    having_a_say = [
        each for each in case.policies if names(each, case.subject) and in_force(each, purpose, case.now)
    ]
    denies = [deny for deny in beaters(policy, having_a_say) if goal.action in deny.actions]
    return _out_of(denies[0], case, purpose, means) if denies else None


def _naming(case: Case, naming: Policy | Persona, means: Means) -> tuple[Change, ...]:
    node = resource_node(naming) if isinstance(naming, Persona) else policy_node(naming)
    return (*means.to_be_named(naming), Change(Op.NAME_USER, node))


def _out_of(deny: Policy, case: Case, purpose: Purpose, means: Means) -> tuple[Change, ...]:
    """What ends a refusal, or one of the ways by which it reaches the person."""
    match = matches_of(deny, case.subject)[0]
    ways = paths_by(case, (deny, match), limit=1).items
    own = (change for way in ways for change in breakers(way) if change.op in _OF_HER_OWN)
    waits = _waits(purpose, means, lambda moment: not in_force(deny, purpose, moment))
    return (*own, *waits, Change(Op.DISABLE_POLICY, policy_node(deny)))


def _waits(purpose: Purpose, means: Means, good: Callable[[float], bool]) -> tuple[Change, ...]:
    node = resource_node(purpose)
    return tuple(Change(Op.WAIT, node, moment=moment) for moment in means.moments if good(moment))
