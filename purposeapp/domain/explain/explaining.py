"""A whole explanation, put together."""

from collections.abc import Callable, Iterable
from functools import cache

from purposeapp.domain.explain.case import Case
from purposeapp.domain.explain.cut import cut_set
from purposeapp.domain.explain.model import Cut, Explanation, Failure, Nearest, Verdict, Why
from purposeapp.domain.explain.nearest import nearest
from purposeapp.domain.explain.paths import paths_of
from purposeapp.domain.explain.verdicts import in_schedule_of, obstacles_of, verdicts_of
from purposeapp.domain.model import Match, Mode, Person, Persona, Policy, Purpose
from purposeapp.domain.phrase import Phrase
from purposeapp.domain.realm import Realm
from purposeapp.domain.resolve import matches_of
from purposeapp.domain.schedule import next_edge


def explain(case: Case, realm: Callable[[], Realm]) -> Explanation:
    """Everything there is to say of a case. `realm` is called where access is absent: to know what would give it."""
    effective = case.visible()
    verdicts, matches = _verdicts(case), _persona_matches(case)
    named = bool(matches) or any(verdict.matches for verdict in verdicts)
    return Explanation(
        person=case.person,
        resource=case.resource,
        moment=case.now,
        listed=case.visible(Mode.LISTED),
        effective=effective,
        matches=matches,
        verdicts=verdicts,
        failures=(*obstacles_of(case), *(() if named else (Failure(Why.NOT_NAMED),))),
        paths=paths_of(case, Mode.EFFECTIVE),
        listed_paths=paths_of(case, Mode.LISTED),
        cut=cut_set(case) if effective else Cut(),
        nearest=Nearest() if effective else nearest(case, realm()),
        valid_until=_valid_until(case),
    )


def explain_deleted(person: Person, guid: str, left: Iterable[Policy], *, now: float) -> Explanation:
    """Of a purpose that is no more, while policies that name the person are `left`."""
    gone = Failure(Why.PURPOSE_DELETED)
    return Explanation(
        person=person,
        resource=Purpose(guid, name=""),
        moment=now,
        listed=False,
        effective=False,
        verdicts=tuple(_left_over(policy, person, gone, now) for policy in left),
        failures=(gone,),
    )


def _verdicts(case: Case) -> tuple[Verdict, ...]:
    if isinstance(case.resource, Persona):
        return ()
    return verdicts_of(case, case.resource, cache(case.person.chains_to))


def _persona_matches(case: Case) -> tuple[Match, ...]:
    if isinstance(case.resource, Purpose):
        return ()
    return tuple(match for _, match in case.granted(Mode.LISTED, case.person.chains_to))


def _left_over(policy: Policy, person: Person, gone: Failure, now: float) -> Verdict:
    return Verdict(
        policy=policy,
        matches=matches_of(policy, person.subject, person.chains_to),
        counts=False,
        listed=False,
        in_schedule=in_schedule_of(policy, now),
        because=Phrase("its purpose is deleted"),
        failures=(gone,),
    )


def _valid_until(case: Case) -> float | None:
    edges = (next_edge(policy.schedule, case.now) for policy in case.policies)
    return min((edge for edge in edges if edge is not None), default=None)
