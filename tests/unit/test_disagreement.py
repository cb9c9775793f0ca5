"""Where the modes disagree is the difference of the two lists, and each pair has one true cause."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purposeapp.discovery.disagreements import Differences, differences, differences_of
from purposeapp.discovery.entities import entries_of, snapshot_of
from purposeapp.domain.disagreement import Cause
from purposeapp.domain.model import EVERY_USER, Mode, Policy, Purpose
from purposeapp.domain.page import Place
from purposeapp.domain.population import Population
from purposeapp.domain.realm import Member, Realm
from purposeapp.domain.resolve import resolve
from purposeapp.domain.schedule import Window
from purposeapp.policyindex.memory import MemoryPolicyIndex
from tests.random_people import members, realms
from tests.random_worlds import GUIDS, policies, purposes, times

rows = st.lists(policies, max_size=8, unique_by=lambda each: each.guid).map(
    lambda many: [
        replace(each, category="purpose", purpose_guid=each.purpose_guid or GUIDS[0]) for each in many
    ]
)
some_purposes = st.lists(purposes, max_size=4, unique_by=lambda each: each.guid)


def everything(found: Differences, size: int = 500) -> list[Any]:
    shown: list[Any] = []
    after: Place | None = None
    while True:
        page = found.page(causes=(), after=after, limit=size)
        shown += page.items
        assert page.total == sum(found.counts.values())
        if page.last is None:
            return shown
        after = page.last


@settings(max_examples=400, deadline=None)
@given(realms, members, some_purposes, rows, times, st.integers(1, 5))
def test_the_differences_are_those_of_the_two_lists(realm, people, given_purposes, given_rows, now, size):
    index = MemoryPolicyIndex(given_purposes, given_rows)
    snapshot = snapshot_of(index, now=now)
    found = differences(entries_of(snapshot), Population.of(realm, people), now=now)
    told = everything(found, size)
    assert told == everything(found)
    pairs = {(each.username, each.purpose.guid): each.listed for each in told}
    assert len(pairs) == len(told)
    expected: dict[tuple[str, str], bool] = {}
    for member in people:
        subject = realm.subject(member)
        seen = {
            mode: {
                grant.purpose.guid
                for grant in resolve(index.evidence(subject), subject, mode=mode, now=now).grants
            }
            for mode in Mode
        }
        if not member.enabled:
            seen[Mode.EFFECTIVE] = set()
        for guid in seen[Mode.LISTED] ^ seen[Mode.EFFECTIVE]:
            expected[member.username, guid] = guid in seen[Mode.LISTED]
        alone = everything(differences_of(member, realm, snapshot, now=now))
        assert [each for each in told if each.username == member.username] == alone
    assert pairs == expected
    for each in told:
        assert each.policies or each.cause in (Cause.PURPOSE_DISABLED, Cause.USER_DISABLED), each


ANA = Member("1", "ana")
SELECT = frozenset({"select"})
LATER = (Window(start=100.0),)


def policy(**fields: Any) -> Policy:
    defaults = {"guid": "a", "name": "a", "type": "allow", "users": frozenset({"ana"}), "actions": SELECT}
    return Policy(**{**defaults, "purpose_guid": "p", **fields})


@pytest.mark.parametrize(
    ("cause", "several"),
    [
        (Cause.EVERY_USER, [policy(users=frozenset({EVERY_USER}))]),
        (Cause.BEATEN_BY_DENY, [policy(), policy(guid="b", name="b", type="deny")]),
        (Cause.OUT_OF_SCHEDULE, [policy(schedule=LATER), policy(guid="b", enabled=False)]),
        (Cause.UNREADABLE_SCHEDULE, [policy(schedule_readable=False)]),
        (Cause.POLICY_DISABLED, [policy(enabled=False), policy(guid="b", type="deny")]),
        (Cause.POLICY_DISABLED, [policy(enabled=False, type="dataMask", actions=frozenset())]),
        (Cause.NO_ACTION, [policy(actions=frozenset())]),
        (Cause.ONLY_EXCEPTIONS, [policy(type="denyExceptions"), policy(guid="b", type="deny")]),
        (Cause.ONLY_DENIES, [policy(type="deny")]),
    ],
)
def test_every_cause_has_its_name_and_its_policies(cause, several):
    index = MemoryPolicyIndex([Purpose("p", "Sales")], several)
    (only,) = everything(differences_of(ANA, Realm(), snapshot_of(index, now=0.0), now=0.0))
    assert only.cause is cause
    assert [each.guid for each in only.policies] == ["b" if cause is Cause.BEATEN_BY_DENY else "a"]


def test_a_disabled_purpose_or_user_is_the_cause_whatever_else_there_is():
    index = MemoryPolicyIndex([Purpose("p", "Sales", enabled=False)], [policy()])
    (only,) = everything(differences_of(ANA, Realm(), snapshot_of(index, now=0.0), now=0.0))
    assert only.cause is Cause.PURPOSE_DISABLED
    index = MemoryPolicyIndex([Purpose("p", "Sales")], [policy(), policy(guid="b", type="deny")])
    gone = replace(ANA, enabled=False)
    (only,) = everything(differences_of(gone, Realm(), snapshot_of(index, now=0.0), now=0.0))
    assert only.cause is Cause.USER_DISABLED
