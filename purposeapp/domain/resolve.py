"""From evidence to answers: the two modes of docs/rules.md, with a reason for every policy that names the subject.

    listed      what the frozen front-end contract returns: a live policy names the user, a group, or `public`
    effective   what the policy engine would let happen: types, flags, schedules and priorities count

Precedence of one action in effective mode, highest first:
    deny with override priority > allow with override priority > deny > allow > nothing
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from purposeapp.domain.model import (
    EVERY_USER,
    OVERRIDE_PRIORITY,
    PUBLIC_GROUP,
    PURPOSE_CATEGORY,
    SHAPING_TYPES,
    Evidence,
    Grant,
    Match,
    Mode,
    Persona,
    PersonaGrant,
    Policy,
    PolicyType,
    Purpose,
    Reason,
    Resolution,
    Subject,
    Via,
)
from purposeapp.domain.page import display_order
from purposeapp.domain.phrase import Phrase, joined
from purposeapp.domain.schedule import in_schedule, next_edge

LISTED_VIAS = frozenset({Via.USER, Via.GROUP, Via.PUBLIC})
"""The listed mode looks at users and groups only."""

ChainsOf = Callable[[str], tuple[tuple[str, ...], ...]]
"""Gives the ways in which the subject holds a role, by the role's name."""


def no_chains(_role_name: str) -> tuple[tuple[str, ...], ...]:
    """For callers that show no reasons: spares the walk through the role graph."""
    return ()


def resolve(
    evidence: Evidence, subject: Subject, *, mode: Mode, now: float, chains_of: ChainsOf = no_chains
) -> Resolution:
    """The purposes `subject` sees at `now` (epoch seconds), in display order, each once, with reasons.

    `evidence` may hold more than concerns the subject: what does not match is ignored.
    """
    by_purpose = _policies_by_purpose(evidence.policies, subject, chains_of)
    grants = []
    for purpose in sorted(evidence.purposes, key=display_order):
        named = by_purpose.get(purpose.guid)
        grant = named and _grant(purpose, named, mode=mode, now=now)
        if grant:
            grants.append(grant)
    return Resolution(mode, tuple(grants), _valid_until(evidence.policies, mode, now))


def resolve_without_reasons(evidence: Evidence, subject: Subject, *, now: float) -> Resolution:
    """What `resolve` gives in effective mode, with bare grants: for lists that nobody asked to explain."""
    by_purpose: dict[str | None, list[Policy]] = {}
    for policy in evidence.policies:
        if policy.category == PURPOSE_CATEGORY:
            by_purpose.setdefault(policy.purpose_guid, []).append(policy)
    grants = tuple(
        Grant(purpose)
        for purpose in sorted(evidence.purposes, key=display_order)
        if sees(purpose, by_purpose.get(purpose.guid, ()), subject, now=now)
    )
    return Resolution(Mode.EFFECTIVE, grants, _valid_until(evidence.policies, Mode.EFFECTIVE, now))


def judge(
    purpose: Purpose,
    policies: Iterable[Policy],
    subject: Subject,
    *,
    mode: Mode,
    now: float,
    chains_of: ChainsOf = no_chains,
) -> tuple[bool, tuple[Reason, ...]]:
    """Whether the subject sees this one purpose, and every reason for and against. For explanations."""
    named = _policies_by_purpose(policies, subject, chains_of).get(purpose.guid, {})
    reasons = _reasons(purpose, named, mode=mode, now=now)
    return any(reason.counts for reason in reasons), reasons


def sees(purpose: Purpose, policies: Iterable[Policy], subject: Subject, *, now: float) -> bool:
    """What `judge` says in effective mode of a purpose and its own policies, without the reasons."""
    having_a_say = _having_a_say(purpose, policies, subject, now)
    refused = _Refused.by(having_a_say)
    return any(
        policy.type in SHAPING_TYPES or (policy.type == PolicyType.ALLOW and refused.leaves(policy))
        for policy in having_a_say
    )


def surviving_actions(
    purpose: Purpose, policies: Iterable[Policy], subject: Subject, *, now: float
) -> frozenset[str]:
    """The actions that one of a purpose's own policies allows the subject and that none takes away, in effective mode."""
    having_a_say = _having_a_say(purpose, policies, subject, now)
    refused = _Refused.by(having_a_say)
    allows = (policy for policy in having_a_say if policy.type == PolicyType.ALLOW)
    return frozenset().union(*map(refused.leaves, allows))


def resolve_personas(
    personas: Iterable[Persona], subject: Subject, *, mode: Mode, chains_of: ChainsOf = no_chains
) -> tuple[PersonaGrant, ...]:
    """The personas the subject has, in display order: by user, by group, or by the persona's role."""
    grants = []
    for persona in sorted(personas, key=display_order):
        matches = _persona_matches(persona, subject, chains_of)
        if matches and (persona.enabled or mode is Mode.LISTED):
            grants.append(PersonaGrant(persona, matches))
    return tuple(grants)


def matches_of(policy: Policy, subject: Subject, chains_of: ChainsOf = no_chains) -> tuple[Match, ...]:
    """Every way in which a policy names the subject, in a stable order."""
    found = []
    if subject.username in policy.users:
        found.append(Match(Via.USER, subject.username))
    found += [Match(Via.GROUP, name) for name in sorted((policy.groups & subject.groups) - {PUBLIC_GROUP})]
    if PUBLIC_GROUP in policy.groups:
        found.append(Match(Via.PUBLIC, PUBLIC_GROUP))
    found += [Match(Via.ROLE, name, chains_of(name)) for name in sorted(policy.roles & subject.roles)]
    if EVERY_USER in policy.users:
        found.append(Match(Via.EVERYONE, EVERY_USER))
    return tuple(found)


def names(policy: Policy, subject: Subject) -> bool:
    """Whether `matches_of` finds anything."""
    return lists(policy, subject) or EVERY_USER in policy.users or not policy.roles.isdisjoint(subject.roles)


def lists(policy: Policy, subject: Subject) -> bool:
    """Whether `matches_of` finds one of LISTED_VIAS: then listed mode shows the policy's purpose."""
    return (
        subject.username in policy.users
        or PUBLIC_GROUP in policy.groups
        or not policy.groups.isdisjoint(subject.groups)
    )


def _having_a_say(purpose: Purpose, policies: Iterable[Policy], subject: Subject, now: float) -> list[Policy]:
    return [policy for policy in policies if names(policy, subject) and in_force(policy, purpose, now)]


def _policies_by_purpose(
    policies: Iterable[Policy], subject: Subject, chains_of: ChainsOf
) -> dict[str, dict[Policy, tuple[Match, ...]]]:
    named: dict[str, dict[Policy, tuple[Match, ...]]] = {}
    for policy in sorted(policies, key=lambda policy: (policy.name, policy.guid)):
        if policy.purpose_guid is None or policy.category != PURPOSE_CATEGORY:
            continue
        matches = matches_of(policy, subject, chains_of)
        if matches:
            named.setdefault(policy.purpose_guid, {})[policy] = matches
    return named


def _grant(
    purpose: Purpose, named: Mapping[Policy, tuple[Match, ...]], *, mode: Mode, now: float
) -> Grant | None:
    reasons = _reasons(purpose, named, mode=mode, now=now)
    return Grant(purpose, reasons) if any(reason.counts for reason in reasons) else None


def _reasons(
    purpose: Purpose, named: Mapping[Policy, tuple[Match, ...]], *, mode: Mode, now: float
) -> tuple[Reason, ...]:
    if mode is Mode.LISTED:
        return tuple(_listed_reason(policy, match) for policy, matches in named.items() for match in matches)
    having_a_say = [policy for policy in named if in_force(policy, purpose, now)]
    refused = _Refused.by(having_a_say)
    reasons = []
    for policy, matches in named.items():
        counts, because = _effect(policy, purpose, having_a_say, refused, now)
        reasons += [Reason(policy, match, counts, because) for match in matches]
    return tuple(reasons)


def _listed_reason(policy: Policy, match: Match) -> Reason:
    if match.via in LISTED_VIAS:
        return Reason(policy, match, True, Phrase("a live policy names %(whom)s", whom=_spoken(match)))
    return Reason(policy, match, False, Phrase("%(whom)s does not count in listed mode", whom=_spoken(match)))


@dataclass(frozen=True, slots=True)
class _Refused:
    """The actions that denies take away: from every allow, and from those of the normal priority."""

    always: frozenset[str]
    normally: frozenset[str]

    @classmethod
    def by(cls, having_a_say: Iterable[Policy]) -> "_Refused":
        denies = [policy for policy in having_a_say if policy.type == PolicyType.DENY]
        if not denies:  # as of most purposes
            return _NOTHING_REFUSED
        always, normally = set[str](), set[str]()
        for policy in denies:
            (always if overrides(policy) else normally).update(policy.actions)
        return cls(frozenset(always), frozenset(always | normally))

    def leaves(self, policy: Policy) -> frozenset[str]:
        """The actions that an allow grants by itself."""
        return policy.actions - (self.always if overrides(policy) else self.normally)


_NOTHING_REFUSED = _Refused(frozenset(), frozenset())


def _effect(
    policy: Policy, purpose: Purpose, having_a_say: list[Policy], refused: _Refused, now: float
) -> tuple[bool, Phrase]:
    """Whether this policy makes the purpose visible, and a sentence that says why or why not."""
    why_not = _why_not_in_force(policy, purpose, now)
    if why_not is not None:
        return False, why_not
    if policy.type in SHAPING_TYPES:
        return True, Phrase("shapes the data (%(type)s), which makes the purpose visible", type=policy.type)
    if policy.type == PolicyType.DENY:
        return False, Phrase("refuses %(actions)s", actions=_spoken_actions(policy.actions))
    if policy.type != PolicyType.ALLOW:
        return False, Phrase("a stand-alone %(type)s has no effect", type=policy.type)
    kept = refused.leaves(policy)
    if kept:
        return True, Phrase("allows %(actions)s and nothing refuses it", actions=_spoken_actions(kept))
    if not policy.actions:
        return False, Phrase("allows no action")
    denies = beaters(policy, having_a_say)
    by = joined(Phrase("deny policy %(name)s", name=repr(other.name or other.guid)) for other in denies)
    return False, Phrase("beaten by %(policies)s", policies=by)


def in_force(policy: Policy, purpose: Purpose, now: float) -> bool:
    """Whether a policy of this purpose has a say at a moment: flags and schedule."""
    return _why_not_in_force(policy, purpose, now) is None


def _why_not_in_force(policy: Policy, purpose: Purpose, now: float) -> Phrase | None:
    """Why a policy has no say now; None when it has."""
    if not purpose.enabled:
        return Phrase("the purpose is disabled")
    if not policy.enabled:
        return Phrase("the policy is disabled")
    if not policy.schedule_readable:
        # A schedule nobody can read must not widen access: a deny holds, everything else does not.
        return None if policy.type == PolicyType.DENY else Phrase("its schedule cannot be read")
    return None if in_schedule(policy.schedule, now) else Phrase("outside its schedule")


def beaters(policy: Policy, having_a_say: Iterable[Policy]) -> tuple[Policy, ...]:
    """The denies that take actions of an allow away, by name; all name the subject and are in force."""
    found = (
        other
        for other in having_a_say
        if other.type == PolicyType.DENY
        and other.actions & policy.actions
        and (overrides(other) or not overrides(policy))
    )
    return tuple(sorted(found, key=lambda other: (other.name or other.guid, other.guid)))


def overrides(policy: Policy) -> bool:
    """Whether it beats all policies of the normal priority."""
    return policy.priority >= OVERRIDE_PRIORITY


def _valid_until(policies: Iterable[Policy], mode: Mode, now: float) -> float | None:
    if mode is Mode.LISTED:
        return None
    edges = (next_edge(policy.schedule, now) for policy in policies if policy.schedule)
    return min((edge for edge in edges if edge is not None), default=None)


def _persona_matches(persona: Persona, subject: Subject, chains_of: ChainsOf) -> tuple[Match, ...]:
    found = []
    if subject.username in persona.users:
        found.append(Match(Via.USER, subject.username))
    found += [Match(Via.GROUP, name) for name in sorted(persona.groups & subject.groups)]
    if persona.role_name in subject.roles:
        found.append(Match(Via.ROLE, persona.role_name, chains_of(persona.role_name)))
    return tuple(found)


def _spoken(match: Match) -> Phrase:
    match match.via:
        case Via.PUBLIC:
            return Phrase("everybody (group public)")
        case Via.EVERYONE:
            return Phrase("every authenticated user")
        case Via.USER:
            return Phrase("user %(name)s", name=repr(match.name))
        case Via.GROUP:
            return Phrase("group %(name)s", name=repr(match.name))
        case Via.ROLE:
            return Phrase("role %(name)s", name=repr(match.name))


def _spoken_actions(actions: frozenset[str]) -> str:
    return ", ".join(sorted(actions)) or Phrase("no action")
