"""The resolver against an oracle that was written separately, over worlds that hypothesis makes up."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purposeapp.demo import company, documents
from purposeapp.domain.model import Evidence, Mode, PolicyType, Subject, Via
from purposeapp.domain.resolve import judge, resolve, resolve_personas, resolve_without_reasons
from purposeapp.policyindex.memory import MemoryPolicyIndex
from tests import world
from tests.oracle import Oracle
from tests.scenarios import Scenario, load_scenarios

NOW = 1_781_524_800  # 2026-06-15 12:00:00 UTC
PURPOSES = ("p0", "p1", "p2")
USERS, GROUPS, ROLES = ("ana", "bo", "public"), ("eng", "ops", "ana"), ("reader", "eng", "persona_a")

WINDOWS = (
    ("2026/06/15 12:00:00", "2026/06/15 12:00:00", "UTC"),
    ("2026/06/15 14:00:00", "", "Europe/Berlin"),
    ("", "2026/06/15 11:59:59", "UTC"),
    ("2026/06/15 12:00:01", "", "UTC"),
    ("", "", "UTC"),
    ("tomorrow", "", "UTC"),
    ("2026/06/15 12:00:00", "", "Nowhere/City"),
)


def some(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), max_size=2, unique=True)


@st.composite
def policy_documents(draw: st.DrawFn) -> dict[str, Any]:
    number = draw(st.integers(0, 10**9))
    purpose = draw(st.sampled_from((*PURPOSES, "gone")))
    document: dict[str, Any] = {
        "__guid": f"policy-{number}",
        "__typeName": "AuthPolicy",
        "__state": draw(st.sampled_from(("ACTIVE",) * 7 + ("DELETED",))),
        "name": f"policy {number}",
        "qualifiedName": f"default/{draw(st.sampled_from((purpose, purpose, 'gone')))}/{number}",
        "policyCategory": draw(st.sampled_from(("purpose",) * 7 + ("persona",))),
        "policyType": draw(st.sampled_from((*PolicyType, "allow", "deny", "allow", "deny"))),
        "policyUsers": draw(some((*USERS, "{USER}"))),
        "policyGroups": draw(some((*GROUPS, "public"))),
        "policyRoles": draw(some(ROLES)),
        "policyActions": draw(some(("select", "entity-read", "entity-update"))),
        "policyPriority": draw(st.sampled_from((0, 0, 1, None))),
        "isPolicyEnabled": draw(st.sampled_from((True, True, True, None, False))),
        "policyValiditySchedule": [
            {
                "policyValidityScheduleStartTime": start,
                "policyValidityScheduleEndTime": end,
                "policyValidityScheduleTimezone": zone,
            }
            for start, end, zone in draw(st.lists(st.sampled_from(WINDOWS), max_size=2) | st.just([]))
        ],
    }
    if draw(st.booleans()):
        document["relationshipList"] = [
            {
                "label": draw(st.sampled_from(("__AccessControl.policies",) * 4 + ("other",))),
                "status": draw(st.sampled_from(("ACTIVE",) * 4 + ("DELETED",))),
                "endGuid": draw(st.sampled_from((purpose, purpose, *PURPOSES))),
            }
            for _ in range(draw(st.integers(0, 2)))
        ]
    return document


@st.composite
def worlds(draw: st.DrawFn) -> list[dict[str, Any]]:
    purposes = [
        {
            "__guid": guid,
            "__typeName": "Purpose",
            "__state": draw(st.sampled_from(("ACTIVE",) * 5 + ("DELETED",))),
            "name": draw(st.sampled_from(("Sales", "sales", "Straße", "strasse", "Ö"))),
            "displayName": draw(st.sampled_from(("", None, "Anders"))),
            "qualifiedName": f"default/{guid}",
            "isAccessControlEnabled": draw(st.sampled_from((True, True, None, False))),
        }
        for guid in PURPOSES
    ]
    personas = [
        {
            "__guid": f"persona-{segment}",
            "__typeName": "Persona",
            "__state": draw(st.sampled_from(("ACTIVE", "ACTIVE", "DELETED"))),
            "name": segment,
            "qualifiedName": f"default/{segment}",
            "isAccessControlEnabled": draw(st.sampled_from((True, None, False))),
            "personaUsers": draw(some((*USERS, "{USER}"))),
            "personaGroups": draw(some((*GROUPS, "public"))),
        }
        for segment in ("a", "b")
    ]
    unique = st.lists(policy_documents(), max_size=8, unique_by=lambda each: each["__guid"])
    return [*draw(unique), *purposes, *personas]


subjects = st.builds(
    Subject,
    username=st.sampled_from(USERS),
    groups=some(GROUPS).map(frozenset),
    roles=some(ROLES).map(frozenset),
)


@given(worlds(), subjects, st.floats(-2, 2).map(lambda drift: NOW + drift))
@settings(max_examples=300, deadline=None)
def test_the_answer_is_the_oracles(world: list[dict[str, Any]], subject: Subject, now: float) -> None:
    index, oracle = MemoryPolicyIndex.from_documents(world), Oracle(world)
    assert seen(index, subject, Mode.LISTED, now) == oracle.listed(subject.username, subject.groups)
    assert seen(index, subject, Mode.EFFECTIVE, now) == oracle.effective(
        subject.username, subject.groups, subject.roles, now
    )
    for mode in Mode:
        found = resolve_personas(index.personas(subject), subject, mode=mode)
        expected = oracle.personas_of(
            subject.username, subject.groups, subject.roles, effective=mode is Mode.EFFECTIVE
        )
        assert [grant.persona.guid for grant in found] == expected


@given(worlds(), subjects, st.floats(-2, 2).map(lambda drift: NOW + drift))
@settings(max_examples=300)
def test_without_reasons_the_answer_is_the_same(
    world: list[dict[str, Any]], subject: Subject, now: float
) -> None:
    evidence = MemoryPolicyIndex.from_documents(world).evidence(subject)
    explained = resolve(evidence, subject, mode=Mode.EFFECTIVE, now=now)
    bare = resolve_without_reasons(evidence, subject, now=now)
    assert [grant.purpose for grant in bare.grants] == [grant.purpose for grant in explained.grants]
    assert bare.valid_until == explained.valid_until


@given(worlds(), subjects)
@settings(max_examples=200, deadline=None)
def test_reasons_agree_with_the_answer(world: list[dict[str, Any]], subject: Subject) -> None:
    index = MemoryPolicyIndex.from_documents(world)
    for mode in Mode:
        visible = set(seen(index, subject, mode, NOW))
        for guid in PURPOSES:
            purpose = index.purpose(guid)
            if purpose is None:
                continue
            seen_here, reasons = judge(purpose, index.policies_of(guid), subject, mode=mode, now=NOW)
            assert seen_here == (guid in visible) == any(reason.counts for reason in reasons)
            assert all(reason.because for reason in reasons)
            # A policy counts or it does not, whichever way it matched; listed judges each match.
            if mode is Mode.EFFECTIVE:
                verdicts = {(reason.policy.guid, reason.counts) for reason in reasons}
                assert len(verdicts) == len({guid for guid, _ in verdicts})
            named = [(reason.policy.guid, reason.match.via, reason.match.name) for reason in reasons]
            assert len(set(named)) == len(named)


@given(worlds(), subjects)
@settings(max_examples=200, deadline=None)
def test_an_answer_stays_true_until_it_says_so(world: list[dict[str, Any]], subject: Subject) -> None:
    index = MemoryPolicyIndex.from_documents(world)
    resolution = resolve(index.evidence(subject), subject, mode=Mode.EFFECTIVE, now=NOW)
    before = [grant.purpose.guid for grant in resolution.grants]
    for later in (NOW + 0.5, NOW + 1, NOW + 2, NOW + 86_400):
        if resolution.valid_until is None or later < resolution.valid_until:
            assert seen(index, subject, Mode.EFFECTIVE, later) == before
    assert resolution.valid_until is None or resolution.valid_until > NOW


@given(worlds(), subjects)
@settings(max_examples=100, deadline=None)
def test_more_evidence_than_needed_changes_nothing(world: list[dict[str, Any]], subject: Subject) -> None:
    index = MemoryPolicyIndex.from_documents(world)
    purposes = tuple(found for guid in PURPOSES if (found := index.purpose(guid)))
    everything = Evidence(
        purposes=purposes, policies=tuple(each for guid in PURPOSES for each in index.policies_of(guid))
    )
    for mode in Mode:
        wide = resolve(everything, subject, mode=mode, now=NOW)
        narrow = resolve(index.evidence(subject), subject, mode=mode, now=NOW)
        assert wide.grants == narrow.grants


@pytest.mark.parametrize("scenario", load_scenarios(), ids=str)
def test_the_oracle_knows_the_truth_table(scenario: Scenario) -> None:
    """Else the two could be wrong together."""
    oracle = Oracle(scenario.documents)
    people = {person.username: person.subject for person in scenario.people}
    for expectation in scenario.expectations:
        subject = people[expectation.asked.lower()]
        groups = subject.groups if expectation.groups is None else subject.groups & set(expectation.groups)
        answers = {
            Mode.LISTED: oracle.listed(subject.username, groups),
            Mode.EFFECTIVE: oracle.effective(subject.username, groups, subject.roles, scenario.now),
        }
        for mode, expected in expectation.purposes.items():
            assert scenario.purpose_keys(answers[mode]) == list(expected)
        for mode, total in expectation.totals.items():
            assert len(answers[mode]) == total


def test_everybody_in_the_demo_company_gets_the_oracles_answer() -> None:
    world = list(documents())
    index, oracle = MemoryPolicyIndex.from_documents(world), Oracle(world)
    for person in company().people:
        groups = frozenset(path.rpartition("/")[2] for path in person.groups)
        subject = Subject(person.username, groups, frozenset(person.roles))
        assert seen(index, subject, Mode.LISTED, NOW) == oracle.listed(person.username, groups)
        assert seen(index, subject, Mode.EFFECTIVE, NOW) == oracle.effective(
            person.username, groups, person.roles, NOW
        )


def test_a_beaten_allow_does_not_count_because_another_one_overrides() -> None:
    sales = world.purpose("Sales")
    index = MemoryPolicyIndex.from_documents(
        [
            sales,
            world.policy("read", on=sales, users=["ana"]),
            world.policy("quiet period", on=sales, users=["ana"], type="deny"),
            world.policy("in spite of it", on=sales, groups=["public"], policyPriority=1),
        ]
    )
    purpose = index.purpose(sales["__guid"])
    assert purpose is not None
    seen_here, reasons = judge(
        purpose, index.policies_of(purpose.guid), world.subject("ana"), mode=Mode.EFFECTIVE, now=NOW
    )
    assert seen_here
    assert {reason.policy.name: reason.counts for reason in reasons} == {
        "read": False,
        "quiet period": False,
        "in spite of it": True,
    }


def test_listed_and_effective_disagree_about_roles_only_by_via() -> None:
    world = next(each for each in load_scenarios() if each.name.startswith("listed looks at user"))
    ana = world.people[0].subject
    grants = resolve(
        MemoryPolicyIndex.from_documents(world.documents).evidence(ana), ana, mode=Mode.EFFECTIVE, now=NOW
    ).grants
    assert {reason.match.via for grant in grants for reason in grant.reasons} == set(Via)


def seen(index: MemoryPolicyIndex, subject: Subject, mode: Mode, now: float) -> list[str]:
    grants = resolve(index.evidence(subject), subject, mode=mode, now=now).grants
    return [grant.purpose.guid for grant in grants]
