"""What one policy does among the others of its purpose, for everybody at once: whom it names, for whom it counts, and what
would be different without it.

For whoever looks after policies: those that do nothing are told apart by why they don't.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from purposeapp.domain.audience import Audience, purpose_audience
from purposeapp.domain.explain.verdicts import in_schedule_of
from purposeapp.domain.model import SHAPING_TYPES, Mode, Policy, PolicyType, Purpose
from purposeapp.domain.population import Population
from purposeapp.domain.resolve import in_force

SHOWING_TYPES = SHAPING_TYPES | {PolicyType.ALLOW}
"""Policies of these types can make a purpose visible."""


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
    marks: tuple[Mark, ...]


def named_by(policy: Policy, population: Population) -> Audience:
    """Whom a policy names, whatever it does to them: its means are its lists. Disabled users are only in `meant`."""
    # A mask in force shows a purpose to exactly those whom it names.
    naming = replace(
        policy, type=PolicyType.DATA_MASK, enabled=True, schedule=(), schedule_readable=True, purpose_guid=""
    )
    return purpose_audience(Purpose("", ""), [naming], population, mode=Mode.EFFECTIVE, now=0.0)


def standing_of(
    policy: Policy, purpose: Purpose, policies: tuple[Policy, ...], population: Population, *, now: float
) -> Standing:
    """Of one of a purpose's own `policies`; `now` is epoch seconds."""

    def seen_by(given: list[Policy]) -> Audience:
        return purpose_audience(purpose, given, population, mode=Mode.EFFECTIVE, now=now)

    others = [each for each in policies if each.guid != policy.guid]
    denies = [each for each in others if each.type == PolicyType.DENY]
    named = named_by(policy, population).users
    counting = seen_by([policy, *denies]).users
    see, would_see = seen_by(list(policies)).users, seen_by(others).users
    counts = Standing(
        policy, len(named), len(counting), gained=len(would_see - see), lost=len(see - would_see), marks=()
    )
    marks = (*_by_itself(policy, now), *_among_others(counts, in_force(policy, purpose, now)))
    return replace(counts, marks=marks)


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


def _among_others(standing: Standing, holds: bool) -> Iterator[Mark]:
    """What a policy in force fails to do because of whom it names and of the other policies."""
    policy = standing.policy
    if not standing.names:
        yield Mark.NAMES_NOBODY
    elif not holds:
        return
    elif policy.type == PolicyType.DENY:
        if policy.actions and not standing.gained:
            yield Mark.REFUSES_NOBODY
    elif policy.type in SHOWING_TYPES and (policy.actions or policy.type in SHAPING_TYPES):
        if not standing.counts_for:
            yield Mark.SHADOWED
        elif not standing.lost:
            yield Mark.REDUNDANT
