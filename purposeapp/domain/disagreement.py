"""Where the two modes disagree: what is listed for somebody and not effective, or the other way round, and why.

For everybody at once, by set algebra. Where several causes apply to somebody, the one nearest to access is told: the
first in the order of `Cause`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pyroaring import FrozenBitMap

from purposeapp.domain.audience import EVERY_VIA, named_by, purpose_audience
from purposeapp.domain.model import SHAPING_TYPES, Mode, Policy, PolicyType, Purpose, Subject, Via
from purposeapp.domain.population import Population
from purposeapp.domain.resolve import LISTED_VIAS, beaters, in_force, judge, names
from purposeapp.domain.schedule import in_schedule
from purposeapp.domain.snapshot.naming import EMPTY
from purposeapp.domain.snapshot.seen import union


class Cause(StrEnum):
    """Why the modes disagree about a user and a purpose."""

    BY_ROLE = "by_role"
    EVERY_USER = "every_user"
    PURPOSE_DISABLED = "purpose_disabled"
    USER_DISABLED = "user_disabled"
    BEATEN_BY_DENY = "beaten_by_deny"
    OUT_OF_SCHEDULE = "out_of_schedule"
    UNREADABLE_SCHEDULE = "unreadable_schedule"
    POLICY_DISABLED = "policy_disabled"
    NO_ACTION = "no_action"
    ONLY_EXCEPTIONS = "only_exceptions"
    ONLY_DENIES = "only_denies"


EFFECTIVE_ONLY = frozenset({Cause.BY_ROLE, Cause.EVERY_USER})
"""The purpose is effective and not listed; with every other cause it is listed and not effective."""

SENTENCES: Mapping[Cause, str] = {
    Cause.BY_ROLE: "A role gives it, and the listed mode does not look at roles",
    Cause.EVERY_USER: "Every authenticated user has it, whom the listed mode does not know",
    Cause.PURPOSE_DISABLED: "The purpose is disabled",
    Cause.USER_DISABLED: "The user is disabled",
    Cause.BEATEN_BY_DENY: "Denies refuse every action that is allowed",
    Cause.OUT_OF_SCHEDULE: "The policies that would give it are out of their schedule",
    Cause.UNREADABLE_SCHEDULE: "The schedule of the policies that would give it cannot be read",
    Cause.POLICY_DISABLED: "The policies that would give it are disabled",
    Cause.NO_ACTION: "The policies allow no action",
    Cause.ONLY_EXCEPTIONS: "Only exceptions name the user, which do nothing on their own",
    Cause.ONLY_DENIES: "Only denies name the user",
}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The users (ordinals) about whom the modes disagree for one cause; each user has one."""

    cause: Cause
    users: FrozenBitMap


def disagreements(
    purpose: Purpose, policies: Iterable[Policy], population: Population, *, now: float
) -> list[Disagreement]:
    """Everybody about whom the modes disagree at this purpose, which has these policies; `now` is epoch seconds."""
    policies = tuple(policies)
    listed = union([named_by(policy, population, LISTED_VIAS) for policy in policies])
    audience = purpose_audience(purpose, policies, population, mode=Mode.EFFECTIVE, now=now)
    candidates = [(Cause.BY_ROLE, audience.by_via.get(Via.ROLE, EMPTY)), (Cause.EVERY_USER, audience.users)]
    found = _dealt(audience.users - listed, candidates)
    missing = listed - audience.users
    if missing and not purpose.enabled:
        return [*found, Disagreement(Cause.PURPOSE_DISABLED, missing)]
    if missing:
        found += _dealt(missing, _failures(purpose, policies, population, now))
    return found


def responsible(
    cause: Cause, purpose: Purpose, policies: Iterable[Policy], subject: Subject, *, now: float
) -> Sequence[Policy]:
    """The policies naming this user that are the cause, by name; none where it is not one of policies."""
    if cause in (Cause.PURPOSE_DISABLED, Cause.USER_DISABLED):
        return ()
    named = [policy for policy in policies if names(policy, subject)]
    if cause in EFFECTIVE_ONLY:
        _, reasons = judge(purpose, named, subject, mode=Mode.EFFECTIVE, now=now)
        return _by_name(reason.policy for reason in reasons if reason.counts)
    if cause is Cause.BEATEN_BY_DENY:
        having_a_say = [policy for policy in named if in_force(policy, purpose, now)]
        return _by_name(each for policy in having_a_say for each in beaters(policy, having_a_say))
    return _by_name(policy for policy in named if _KINDS[cause](policy, purpose, now))


def _by_name(policies: Iterable[Policy]) -> Sequence[Policy]:
    return sorted(set(policies), key=lambda policy: (policy.name, policy.guid))


def _failures(
    purpose: Purpose, policies: Sequence[Policy], population: Population, now: float
) -> list[tuple[Cause, FrozenBitMap]]:
    """By cause, everybody named by a policy that fails for it."""
    meant = [(policy, named_by(policy, population, EVERY_VIA)) for policy in policies]
    return [
        (Cause.USER_DISABLED, population.disabled),
        *(
            (cause, union([users for policy, users in meant if is_so(policy, purpose, now)]))
            for cause, is_so in _KINDS.items()
        ),
    ]


def _dealt(users: FrozenBitMap, candidates: Iterable[tuple[Cause, FrozenBitMap]]) -> list[Disagreement]:
    """Each user to the first cause that applies."""
    found = []
    for cause, those in candidates:
        if mine := users & those:
            found.append(Disagreement(cause, mine))
            users -= mine
    return found


def _gives(policy: Policy) -> bool:
    """Whether it would show the purpose if nothing stood in its way."""
    return policy.type in SHAPING_TYPES or (policy.type == PolicyType.ALLOW and bool(policy.actions))


def _is_beaten(policy: Policy, purpose: Purpose, now: float) -> bool:
    return _gives(policy) and in_force(policy, purpose, now)


def _is_late(policy: Policy, _purpose: Purpose, now: float) -> bool:
    return (
        _gives(policy)
        and policy.enabled
        and policy.schedule_readable
        and not in_schedule(policy.schedule, now)
    )


def _is_unreadable(policy: Policy, _purpose: Purpose, _now: float) -> bool:
    return _gives(policy) and policy.enabled and not policy.schedule_readable


def _is_disabled(policy: Policy, _purpose: Purpose, _now: float) -> bool:
    return _gives(policy) and not policy.enabled


def _is_empty(policy: Policy, _purpose: Purpose, _now: float) -> bool:
    return policy.type == PolicyType.ALLOW and not policy.actions


def _is_exception(policy: Policy, _purpose: Purpose, _now: float) -> bool:
    return policy.type not in {*SHAPING_TYPES, PolicyType.ALLOW, PolicyType.DENY}


def _is_deny(policy: Policy, _purpose: Purpose, _now: float) -> bool:
    return policy.type == PolicyType.DENY


_KINDS: Mapping[Cause, Callable[[Policy, Purpose, float], bool]] = {
    Cause.BEATEN_BY_DENY: _is_beaten,
    Cause.OUT_OF_SCHEDULE: _is_late,
    Cause.UNREADABLE_SCHEDULE: _is_unreadable,
    Cause.POLICY_DISABLED: _is_disabled,
    Cause.NO_ACTION: _is_empty,
    Cause.ONLY_EXCEPTIONS: _is_exception,
    Cause.ONLY_DENIES: _is_deny,
}
"""Which policies fail for a cause, of a purpose that is enabled."""
