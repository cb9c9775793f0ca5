"""What one policy does among the others of its purpose, for everybody at once: whom it names, for whom it counts, and what
would be different without it.

For whoever looks after policies: those that do nothing are told apart by why they don't.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from pyroaring import FrozenBitMap

from purposeapp.domain.audience import EVERY_VIA, Listed, holding, named_by, refused_by
from purposeapp.domain.explain.verdicts import in_schedule_of
from purposeapp.domain.model import SHAPING_TYPES, Policy, PolicyType, Purpose, Via
from purposeapp.domain.population import Population
from purposeapp.domain.resolve import in_force
from purposeapp.domain.snapshot.naming import EMPTY
from purposeapp.domain.snapshot.seen import union

SHOWING_TYPES = SHAPING_TYPES | {PolicyType.ALLOW}
"""Policies of these types can make a purpose visible."""


ByPolicy = Mapping[str, FrozenBitMap]
"""Users (ordinals) by the guid of a policy."""


class Mark(StrEnum):
    """Why a policy does nothing, or less than it seems to."""

    DISABLED = "disabled"
    NOT_YET = "not_yet"
    OVER = "over"
    SCHEDULE_UNREADABLE = "schedule_unreadable"
    NO_EFFECT = "no_effect"
    NO_ACTION = "no_action"
    NAMES_NOBODY = "names_nobody"
    SHADOWED = "shadowed"
    REDUNDANT = "redundant"
    REFUSES_NOBODY = "refuses_nobody"


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts are of enabled users. `counts_for` see the purpose by this policy; `gained` and `lost` is what disabling it
    would do to who sees it."""

    policy: Policy
    names: int
    counts_for: int
    gained: int
    lost: int
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Standings:
    """All policies of one purpose among each other; `now` is epoch seconds. What they share is worked out once."""

    purpose: Purpose
    policies: tuple[Policy, ...]
    population: Population
    now: float

    def of(self, policy: Policy) -> Standing:
        """Of one of the policies."""
        found = Standing(
            policy,
            names=len(self._named[policy.guid]),
            counts_for=len(self._shown.get(policy.guid, EMPTY)),
            gained=len(self._gained_without(policy)),
            lost=len(self._shown.get(policy.guid, EMPTY) - self._seen_twice),
        )
        return replace(found, marks=(*_by_itself(policy, self.now), *self._among_others(found)))

    def is_shadowed(self, policy: Policy) -> bool:
        """Whether an allow has a say, and denies take all of it away from every enabled user whom it names."""
        return (
            policy.type == PolicyType.ALLOW
            and bool(policy.actions and policy.guid in self._in_force and self._named[policy.guid])
            and not self._shown[policy.guid]
        )

    @cached_property
    def _named(self) -> ByPolicy:
        """Enabled users."""
        barred, population = self.population.disabled, self.population
        return {each.guid: named_by(each, population, EVERY_VIA) - barred for each in self.policies}

    @cached_property
    def _in_force(self) -> Mapping[str, Policy]:
        return {each.guid: each for each in self.policies if in_force(each, self.purpose, self.now)}

    @cached_property
    def _shown(self) -> ByPolicy:
        """To whom each policy shows the purpose."""
        return self._shown_by(self._in_force.values())

    @cached_property
    def _seen_twice(self) -> FrozenBitMap:
        return _twice(self._shown)

    def _shown_by(self, policies: Iterable[Policy], action: str | None = None) -> ByPolicy:
        """To whom each of these policies shows the purpose, or gives an action of it."""
        policies = tuple(policies)
        refused = refused_by((each, self._lists(each)) for each in policies)
        return {
            each.guid: holding(each, refused, self._named[each.guid], action)
            for each in policies
            if each.type in SHOWING_TYPES
        }

    def _lists(self, policy: Policy) -> list[Listed]:
        """All lists of a policy as one: by which of them somebody is named makes no difference."""
        return [(Via.USER, "", self._named[policy.guid])]

    def _gained_without(self, policy: Policy, action: str | None = None) -> FrozenBitMap:
        """Who would see the purpose, or have the action, if this deny were not."""
        if policy.type != PolicyType.DENY or policy.guid not in self._in_force:
            return EMPTY
        others = (each for guid, each in self._in_force.items() if guid != policy.guid)
        now = self._shown if action is None else self._given(action)
        return _anybody(self._shown_by(others, action)) - _anybody(now)

    def _given(self, action: str) -> ByPolicy:
        """To whom each policy gives an action."""
        if action not in self._by_action:
            self._by_action[action] = self._shown_by(self._in_force.values(), action)
        return self._by_action[action]

    @cached_property
    def _by_action(self) -> dict[str, ByPolicy]:
        return {}

    def _among_others(self, standing: Standing) -> Iterator[Mark]:
        """What a policy in force fails to do because of whom it names and of the other policies."""
        policy = standing.policy
        if not standing.names:
            yield Mark.NAMES_NOBODY
        elif policy.guid not in self._in_force or not policy.actions:
            return
        elif policy.type == PolicyType.DENY:
            if not any(self._gained_without(policy, action) for action in policy.actions):
                yield Mark.REFUSES_NOBODY
        elif policy.type == PolicyType.ALLOW:
            if self.is_shadowed(policy):
                yield Mark.SHADOWED
            elif not any(self._gives_alone(policy, action) for action in policy.actions):
                yield Mark.REDUNDANT

    def _gives_alone(self, policy: Policy, action: str) -> FrozenBitMap:
        """Who has the action by this policy and by no other."""
        given = self._given(action)
        return given[policy.guid] - _twice(given)


def _anybody(found: ByPolicy) -> FrozenBitMap:
    return union(list(found.values()))


def _twice(found: ByPolicy) -> FrozenBitMap:
    """Whom more than one policy has among its users."""
    once, twice = EMPTY, EMPTY
    for users in found.values():
        twice |= once & users
        once |= users
    return twice


def _by_itself(policy: Policy, now: float) -> Iterator[Mark]:
    if not policy.enabled:
        yield Mark.DISABLED
    if not policy.schedule_readable:
        yield Mark.SCHEDULE_UNREADABLE
    elif not in_schedule_of(policy, now):
        later = any(window.start is not None and window.start > now for window in policy.schedule)
        yield Mark.NOT_YET if later else Mark.OVER
    if policy.type not in SHOWING_TYPES and policy.type != PolicyType.DENY:
        yield Mark.NO_EFFECT
    elif policy.type not in SHAPING_TYPES and not policy.actions:
        yield Mark.NO_ACTION
