"""One policy after the other: by whom it matched, whether it counts, and everything that is in its way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from purposeapp.domain.explain.case import Case
from purposeapp.domain.explain.model import Failure, Verdict, Why
from purposeapp.domain.model import SHAPING_TYPES, Mode, Policy, PolicyType, Purpose, Reason
from purposeapp.domain.phrase import Phrase
from purposeapp.domain.resolve import ChainsOf, beaters, in_force, judge, matches_of, names
from purposeapp.domain.schedule import in_schedule


def verdicts_of(case: Case, purpose: Purpose, chains_of: ChainsOf) -> tuple[Verdict, ...]:
    """Every policy of the purpose, those that match first, then by name."""
    judged = _Judged.of(case, purpose)
    verdicts = [judged.verdict(policy, chains_of) for policy in case.policies]
    return tuple(sorted(verdicts, key=lambda each: (not each.matches, each.policy.name, each.policy.guid)))


def obstacles_of(case: Case) -> tuple[Failure, ...]:
    """What is in the way whatever the policies say."""
    disabled = Why.PURPOSE_DISABLED if isinstance(case.resource, Purpose) else Why.PERSONA_DISABLED
    found = ((Why.USER_DISABLED, not case.person.enabled), (disabled, not case.resource.enabled))
    return tuple(Failure(why) for why, is_so in found if is_so)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the resolver says of a case, by policy guid."""

    case: Case
    purpose: Purpose
    effective: Mapping[str, Reason]
    listed: frozenset[str]
    having_a_say: tuple[Policy, ...]

    @classmethod
    def of(cls, case: Case, purpose: Purpose) -> "_Judged":
        reasons = {
            mode: judge(purpose, case.policies, case.subject, mode=mode, now=case.now)[1] for mode in Mode
        }
        return cls(
            case,
            purpose,
            effective={reason.policy.guid: reason for reason in reasons[Mode.EFFECTIVE]},
            listed=frozenset(reason.policy.guid for reason in reasons[Mode.LISTED] if reason.counts),
            having_a_say=tuple(
                policy
                for policy in case.policies
                if names(policy, case.subject) and in_force(policy, purpose, case.now)
            ),
        )

    def verdict(self, policy: Policy, chains_of: ChainsOf) -> Verdict:
        reason = self.effective.get(policy.guid)
        counts = reason is not None and reason.counts and self.case.person.enabled
        return Verdict(
            policy=policy,
            matches=matches_of(policy, self.case.subject, chains_of),
            counts=counts,
            listed=policy.guid in self.listed,
            in_schedule=in_schedule_of(policy, self.case.now),
            because=self._because(reason),
            beaten_by=self._beaters(policy),
            failures=() if counts else (*obstacles_of(self.case), *self._failures(policy)),
        )

    def _because(self, reason: Reason | None) -> Phrase:
        if reason is None:
            return Phrase("does not name the user")
        return reason.because if self.case.person.enabled else Phrase("the user is disabled")

    def _beaters(self, policy: Policy) -> tuple[Policy, ...]:
        has_a_say = policy.type == PolicyType.ALLOW and policy in self.having_a_say
        return beaters(policy, self.having_a_say) if has_a_say else ()

    def _failures(self, policy: Policy) -> Iterator[Failure]:
        if policy.guid not in self.effective:
            yield Failure(Why.NOT_NAMED)
        if not policy.enabled:
            yield Failure(Why.POLICY_DISABLED)
        if not in_schedule_of(policy, self.case.now):
            yield _off_schedule(policy, self.case.now)
        if policy.type != PolicyType.ALLOW:
            yield from _of_type(policy)
        elif not policy.actions:
            yield Failure(Why.NO_ACTION)
        elif by := self._beaters(policy):
            yield Failure(Why.BEATEN, by=by)


def in_schedule_of(policy: Policy, now: float) -> bool:
    """A deny holds under a schedule that nobody can read; nothing else does."""
    if not policy.schedule_readable:
        return policy.type == PolicyType.DENY
    return in_schedule(policy.schedule, now)


def _off_schedule(policy: Policy, now: float) -> Failure:
    if not policy.schedule_readable:
        return Failure(Why.SCHEDULE_UNREADABLE)
    begins = min(
        (window.start for window in policy.schedule if window.start is not None and window.start > now),
        default=None,
    )
    return Failure(Why.OVER) if begins is None else Failure(Why.NOT_YET, until=begins)


def _of_type(policy: Policy) -> Iterator[Failure]:
    if policy.type == PolicyType.DENY:
        yield Failure(Why.REFUSES)
    elif policy.type not in SHAPING_TYPES:
        yield Failure(Why.NO_EFFECT)
