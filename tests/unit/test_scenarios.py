"""The truth table asked of the domain itself, over policies in memory."""

import pytest

from purposeapp.directory.memory import MemoryDirectory
from purposeapp.domain.model import Mode, Person, Resolution, Subject
from purposeapp.domain.page import by_offset
from purposeapp.domain.resolve import ChainsOf, judge, resolve, resolve_personas
from purposeapp.policyindex.memory import MemoryPolicyIndex
from tests.scenarios import Expectation, Scenario, load_scenarios

SCENARIOS = load_scenarios()
QUESTIONS = [(scenario, expectation) for scenario in SCENARIOS for expectation in scenario.expectations]


def every_question() -> pytest.MarkDecorator:
    ids = [f"{scenario.name} ({expectation.asked})" for scenario, expectation in QUESTIONS]
    return pytest.mark.parametrize(("scenario", "expectation"), QUESTIONS, ids=ids)


@every_question()
def test_the_purposes_seen(scenario: Scenario, expectation: Expectation) -> None:
    for mode, expected in expectation.purposes.items():
        grants = answer(scenario, expectation, mode).grants
        assert scenario.purpose_keys([grant.purpose.guid for grant in grants]) == list(expected), mode


@every_question()
def test_totals_and_pages(scenario: Scenario, expectation: Expectation) -> None:
    for mode, total in expectation.totals.items():
        assert len(answer(scenario, expectation, mode).grants) == total, mode
    for expected in expectation.pages:
        listed = answer(scenario, expectation, Mode.LISTED).grants
        page = by_offset(listed, offset=expected.offset, limit=expected.limit)
        keys = scenario.purpose_keys([grant.purpose.guid for grant in page.items])
        assert keys == list(expected.purposes)
        assert (expected.offset + len(page.items) < page.total) == expected.has_more


@every_question()
def test_the_reasons(scenario: Scenario, expectation: Expectation) -> None:
    index = MemoryPolicyIndex.from_documents(scenario.documents)
    subject, chains = subject_of(scenario, expectation), chains_of(person_of(scenario, expectation))
    for mode, expected_reasons in expectation.reasons.items():
        for key, expected in expected_reasons.items():
            guid = scenario.purpose_guids[key]
            purpose = index.purpose(guid)
            assert purpose is not None
            visible, reasons = judge(
                purpose, index.policies_of(guid), subject, mode=mode, now=scenario.now, chains_of=chains
            )
            assert [reason.policy.name for reason in reasons] == [each.policy for each in expected]
            for reason, each in zip(reasons, expected, strict=True):
                found = (reason.match.via, reason.match.name, reason.counts)
                assert found == (each.via, each.name, each.counts), (key, mode)
                assert each.because in reason.because
                assert each.chains in (None, reason.match.chains)
            assert visible == any(each.counts for each in expected)


@every_question()
def test_the_reasons_of_the_answer_are_those_of_the_explanation(
    scenario: Scenario, expectation: Expectation
) -> None:
    index = MemoryPolicyIndex.from_documents(scenario.documents)
    subject = subject_of(scenario, expectation)
    for mode in expectation.reasons:
        for grant in answer(scenario, expectation, mode).grants:
            policies = index.policies_of(grant.purpose.guid)
            visible, reasons = judge(grant.purpose, policies, subject, mode=mode, now=scenario.now)
            assert (visible, reasons) == (True, grant.reasons)


@every_question()
def test_the_personas(scenario: Scenario, expectation: Expectation) -> None:
    index = MemoryPolicyIndex.from_documents(scenario.documents)
    subject = subject_of(scenario, expectation)
    for mode, expected in expectation.personas.items():
        grants = resolve_personas(index.personas(subject), subject, mode=mode)
        assert scenario.persona_keys([grant.persona.guid for grant in grants]) == list(expected), mode


@every_question()
def test_orphans_roles_and_the_moment_an_answer_expires(scenario: Scenario, expectation: Expectation) -> None:
    if expectation.orphans is not None:
        evidence = MemoryPolicyIndex.from_documents(scenario.documents).evidence(
            subject_of(scenario, expectation)
        )
        orphans = sorted(scenario.policy_keys([policy.guid for policy in evidence.orphans]))
        assert orphans == sorted(expectation.orphans)
    if expectation.roles is not None:
        roles = person_of(scenario, expectation).roles
        assert tuple(sorted(role.name for role in roles)) == expectation.roles
    if expectation.expires:
        assert answer(scenario, expectation, Mode.EFFECTIVE).valid_until == expectation.valid_until
        assert answer(scenario, expectation, Mode.LISTED).valid_until is None


def test_scenarios_have_names_of_their_own() -> None:
    # Guids are made from the names: two worlds of one name would share them.
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)


def test_the_table_is_not_empty() -> None:
    assert len(SCENARIOS) >= 40


def answer(scenario: Scenario, expectation: Expectation, mode: Mode) -> Resolution:
    subject = subject_of(scenario, expectation)
    evidence = MemoryPolicyIndex.from_documents(scenario.documents).evidence(subject)
    return resolve(evidence, subject, mode=mode, now=scenario.now)


def person_of(scenario: Scenario, expectation: Expectation) -> Person:
    person = MemoryDirectory(scenario.people).by_username(expectation.asked)
    assert person is not None, expectation.asked
    return person


def subject_of(scenario: Scenario, expectation: Expectation) -> Subject:
    subject = person_of(scenario, expectation).subject
    if expectation.groups is None:
        return subject
    narrowed = subject.groups & frozenset(expectation.groups)
    return Subject(subject.username, narrowed, subject.roles)


def chains_of(person: Person) -> ChainsOf:
    def chains(role_name: str) -> tuple[tuple[str, ...], ...]:
        # In these worlds a role's id is its name, and groups of a chain are shown by their paths.
        ways = person.role_graph.paths_to(role_name)
        return tuple(tuple(step.name for step in way) for way in ways)

    return chains
