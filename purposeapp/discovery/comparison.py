"""Two people beside each other: what both see, what only one of them does, and why."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from purposeapp.discovery.asking import Asked
from purposeapp.discovery.personas import persona_grants
from purposeapp.domain.model import Evidence, Mode, Persona, Policy, Purpose, Reason
from purposeapp.domain.page import display_order
from purposeapp.domain.resolve import judge
from purposeapp.policyindex.base import PolicyIndex

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Sides(Generic[Item]):
    """Things by who has them, each in the order in which they came."""

    both: tuple[Item, ...]
    only_left: tuple[Item, ...]
    only_right: tuple[Item, ...]

    @classmethod
    def of(
        cls, every: Iterable[Item], left: Collection[str], right: Collection[str], key: Callable[[Item], str]
    ) -> "Sides[Item]":
        """`left` and `right` have the keys of what is theirs."""
        found: dict[tuple[bool, bool], list[Item]] = defaultdict(list)
        for item in every:
            found[key(item) in left, key(item) in right].append(item)
        return cls(tuple(found[True, True]), tuple(found[True, False]), tuple(found[False, True]))


@dataclass(frozen=True, slots=True)
class Judged:
    """A purpose, with the reasons for and against of each of the two."""

    purpose: Purpose
    left: tuple[Reason, ...]
    right: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """In display order. Groups are the paths of direct memberships, roles the names of effective realm roles."""

    purposes: Sides[Judged]
    personas: Sides[Persona]
    groups: Sides[str]
    roles: Sides[str]


def compare(
    left: Asked,
    right: Asked,
    *,
    mode: Mode,
    policies: PolicyIndex,
    now: float,
    left_at: float | None = None,
    right_at: float | None = None,
) -> Comparison:
    """What two people see in one mode, or one of them at two moments. Somebody disabled sees nothing in effective mode.

    Moments are epoch seconds, `now` where none is given. Only schedules are judged by them: memberships and policies are
    those of now on both sides.
    """
    mine = _judgements(left, mode=mode, policies=policies, now=now if left_at is None else left_at)
    theirs = _judgements(right, mode=mode, policies=policies, now=now if right_at is None else right_at)
    return Comparison(
        _purposes(mine, theirs),
        _personas(_personas_of(left, mode, policies), _personas_of(right, mode, policies)),
        _names(_paths(left), _paths(right)),
        _names(left.subject.roles, right.subject.roles),
    )


def _paths(asked: Asked) -> frozenset[str]:
    return frozenset(group.path for group in asked.person.groups) if asked.person else frozenset()


@dataclass(frozen=True, slots=True)
class _Judgement:
    purpose: Purpose
    seen: bool
    reasons: tuple[Reason, ...]


def _judgements(asked: Asked, *, mode: Mode, policies: PolicyIndex, now: float) -> Mapping[str, _Judgement]:
    """By guid, for every purpose of which a policy names the person."""
    evidence = policies.evidence(asked.subject)
    own = _by_purpose(evidence)
    barred = mode is Mode.EFFECTIVE and asked.disabled
    found = {}
    for purpose in evidence.purposes:
        shown, reasons = judge(purpose, own[purpose.guid], asked.subject, mode=mode, now=now)
        found[purpose.guid] = _Judgement(purpose, shown and not barred, reasons)
    return found


def _by_purpose(evidence: Evidence) -> Mapping[str | None, list[Policy]]:
    found: dict[str | None, list[Policy]] = defaultdict(list)
    for policy in evidence.policies:
        found[policy.purpose_guid].append(policy)
    return found


def _purposes(left: Mapping[str, _Judgement], right: Mapping[str, _Judgement]) -> Sides[Judged]:
    purposes = {guid: each.purpose for guid, each in (*left.items(), *right.items())}
    every = (
        Judged(purpose, _reasons(left, purpose), _reasons(right, purpose))
        for purpose in sorted(purposes.values(), key=display_order)
    )
    return Sides.of(every, _seen(left), _seen(right), key=lambda each: each.purpose.guid)


def _reasons(judgements: Mapping[str, _Judgement], purpose: Purpose) -> tuple[Reason, ...]:
    return judgements[purpose.guid].reasons if purpose.guid in judgements else ()


def _seen(judgements: Mapping[str, _Judgement]) -> frozenset[str]:
    return frozenset(guid for guid, each in judgements.items() if each.seen)


def _personas_of(asked: Asked, mode: Mode, policies: PolicyIndex) -> Mapping[str, Persona]:
    grants = persona_grants(asked, mode=mode, policies=policies)
    return {grant.persona.guid: grant.persona for grant in grants}


def _personas(left: Mapping[str, Persona], right: Mapping[str, Persona]) -> Sides[Persona]:
    every = sorted({**left, **right}.values(), key=display_order)
    return Sides.of(every, left.keys(), right.keys(), key=lambda persona: persona.guid)


def _names(left: Collection[str], right: Collection[str]) -> Sides[str]:
    return Sides.of(sorted({*left, *right}), left, right, key=lambda name: name)
