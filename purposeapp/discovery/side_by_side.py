"""Both modes of one person beside each other, with what each policy has to say: for a page that shows all of it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property

from purposeapp.discovery.asking import Asked
from purposeapp.domain.model import PURPOSE_CATEGORY, Match, Mode, Persona, Policy, Purpose, Reason
from purposeapp.domain.page import display_order
from purposeapp.domain.resolve import judge, lists, resolve_personas, sees
from purposeapp.domain.schedule import next_edge
from purposeapp.policyindex.base import PolicyIndex


@dataclass(frozen=True)
class PurposeSides:
    """A purpose of which some policy names the person, and whether each mode shows it."""

    purpose: Purpose
    listed: bool
    effective: bool
    weigh: Callable[[], tuple[Reason, ...]] = field(repr=False, compare=False)

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """For and against in effective mode, every matching policy. Not worked out before: a page shows few of many."""
        return self.weigh()

    @property
    def differs(self) -> bool:
        return self.listed != self.effective


@dataclass(frozen=True, slots=True)
class PersonaSides:
    """A persona that the person is given; `listed` is always so."""

    persona: Persona
    effective: bool
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """In display order. Purposes that neither mode shows are there too: a policy names the person, and does nothing.

    `valid_until` is epoch seconds, the next edge of a schedule among the policies; `orphans` lead to no purpose.
    """

    purposes: tuple[PurposeSides, ...]
    personas: tuple[PersonaSides, ...]
    orphans: tuple[Policy, ...]
    valid_until: float | None


def side_by_side(asked: Asked, *, policies: PolicyIndex, now: float) -> SideBySide:
    """All purposes and personas of one person; `now` is epoch seconds. A disabled person has nothing effective."""
    evidence = policies.evidence(asked.subject)
    of_purpose: dict[str | None, list[Policy]] = defaultdict(list)
    for policy in evidence.policies:
        if policy.category == PURPOSE_CATEGORY:
            of_purpose[policy.purpose_guid].append(policy)
    chains_of = cache(asked.chains_of)  # one role is named by many policies

    def sides(purpose: Purpose) -> PurposeSides:
        own, subject = of_purpose[purpose.guid], asked.subject

        def weigh() -> tuple[Reason, ...]:
            return judge(purpose, own, subject, mode=Mode.EFFECTIVE, now=now, chains_of=chains_of)[1]

        effective = not asked.disabled and sees(purpose, own, subject, now=now)
        return PurposeSides(purpose, any(lists(each, subject) for each in own), effective, weigh)

    named = [purpose for purpose in evidence.purposes if purpose.guid in of_purpose]
    edges = (next_edge(policy.schedule, now) for policy in evidence.policies)
    return SideBySide(
        tuple(sides(purpose) for purpose in sorted(named, key=display_order)),
        _personas(asked, policies),
        evidence.orphans,
        min((edge for edge in edges if edge is not None), default=None),
    )


def _personas(asked: Asked, policies: PolicyIndex) -> tuple[PersonaSides, ...]:
    found = policies.personas(asked.subject)
    grants = resolve_personas(found, asked.subject, mode=Mode.LISTED, chains_of=asked.chains_of)
    return tuple(
        PersonaSides(grant.persona, grant.persona.enabled and not asked.disabled, grant.matches)
        for grant in grants
    )
