"""What is true of a whole tenant is worked out once for each state of it, and anew in the next."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import inf
from threading import Event, Thread
from typing import Any
from weakref import ref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purposeapp.directory.memory import MemoryDirectory
from purposeapp.discovery import audits
from purposeapp.discovery.audits import Audit, Audits, RecentAudits
from purposeapp.discovery.disagreements import Differences, differences
from purposeapp.discovery.entities import entries_of
from purposeapp.discovery.everybody import Everybody
from purposeapp.discovery.findings import findings
from purposeapp.domain.errors import Unavailable
from purposeapp.domain.findings import FindingKind, Tenant
from purposeapp.domain.model import Policy, PolicyType, Purpose
from purposeapp.domain.population import Population
from purposeapp.domain.realm import Realm
from purposeapp.domain.schedule import Window
from purposeapp.domain.snapshot import Change
from purposeapp.policyindex.memory import MemoryPolicyIndex
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex
from tests import world
from tests.random_people import members, realms
from tests.random_worlds import times
from tests.unit.test_disagreement import rows, some_purposes

PURPOSE = Purpose("p", "Open")
POLICY = Policy(
    "a",
    "by role",
    category="purpose",
    type=PolicyType.ALLOW,
    purpose_guid="p",
    roles=frozenset({"analyst"}),
    actions=frozenset({"select"}),
)
PEOPLE = [world.person("ana", roles=["analyst"]), world.person("bo")]


def kept(purposes: list[Purpose], policies: list[Policy]) -> SnapshotPolicyIndex:
    index = SnapshotPolicyIndex(MemoryPolicyIndex(purposes, policies), max_age=inf)
    index.refresh()
    return index


@pytest.fixture
def index() -> SnapshotPolicyIndex:
    return kept([PURPOSE], [POLICY])


@pytest.fixture
def people() -> Everybody:
    return Everybody(MemoryDirectory(PEOPLE), background=lambda _work: None)


def names(found: Differences) -> list[str]:
    return [each.username for each in found.page(causes=(), after=None, limit=500).items]


def shown(audit: Audit) -> Any:
    """All that it tells, by value."""
    page = audit.differences().page(causes=(), after=None, limit=500)
    return page, audit.differences().counts, [_told(each) for each in audit.findings().found]


def _told(pair: Any) -> Any:
    key, finding = pair
    return key, replace(finding, proof=None), finding.proof()


@settings(max_examples=150, deadline=None)
@given(realms, members, some_purposes, rows, st.lists(times, min_size=2, max_size=4))
def test_what_was_kept_is_what_would_be_worked_out(realm, people, given_purposes, given_rows, moments):
    index, population, held = kept(given_purposes, given_rows), Population.of(realm, people), Audits()
    snapshot = index.snapshot()
    assert snapshot is not None
    for now in moments:
        found = held.audit(index, population, now=now)
        assert shown(found) == shown(Audit(Tenant(snapshot, population, now)))
        assert found.differences().counts == differences(entries_of(snapshot), population, now=now).counts


def test_the_next_page_finds_it_worked_out(index: SnapshotPolicyIndex, people: Everybody) -> None:
    first = people.counted().audit(index, now=100.0)
    again = people.counted().audit(index, now=200.0)
    assert again.differences() is first.differences()
    assert names(first.differences()) == ["ana"]


def test_a_change_of_a_policy_makes_it_anew(index: SnapshotPolicyIndex, people: Everybody) -> None:
    before = people.counted().audit(index, now=100.0).differences()
    index.update(Change(policies=[replace(POLICY, enabled=False)]))
    after = people.counted().audit(index, now=100.0).differences()
    assert (names(before), names(after)) == (["ana"], [])


def test_a_change_of_a_user_makes_it_anew(index: SnapshotPolicyIndex, people: Everybody) -> None:
    before = people.counted().audit(index, now=100.0).differences()
    people._directory = MemoryDirectory([PEOPLE[0], world.person("bo", roles=["analyst"])])
    people.forget([world.guid_of("user", "bo")])
    after = people.counted().audit(index, now=100.0).differences()
    assert (names(before), names(after)) == (["ana"], ["ana", "bo"])


def test_a_schedule_that_begins_or_ends_makes_it_anew(people: Everybody) -> None:
    index = kept([PURPOSE], [replace(POLICY, schedule=(Window(100.0, 200.0),))])
    told = {
        now: names(people.counted().audit(index, now=now).differences())
        for now in (99.0, 100.0, 150.0, 199.9, 200.0, 150.0)
    }
    assert told == {99.0: [], 100.0: ["ana"], 150.0: ["ana"], 199.9: ["ana"], 200.0: []}


def test_kinds_are_worked_out_one_by_one_and_told_in_order(people: Everybody) -> None:
    index = kept([PURPOSE, Purpose("q", "Empty"), Purpose("r", "Shut", enabled=False)], [POLICY])
    audit = people.counted().audit(index, now=0.0)
    (unseen,) = audit.findings([FindingKind.UNSEEN]).found
    snapshot = index.snapshot()
    assert snapshot is not None
    whole = findings(Tenant(snapshot, people.counted().population, 0.0))
    assert [key for key, _ in audit.findings().found] == [key for key, _ in whole.found]
    assert any(pair is unseen for pair in audit.findings().found)


def test_nothing_is_kept_of_policies_that_are_read_each_time(people: Everybody) -> None:
    index = MemoryPolicyIndex([PURPOSE], [POLICY])
    assert index.snapshot() is None
    first, again = (people.counted().audit(index, now=0.0) for _ in range(2))
    assert first is not again
    assert names(first.differences()) == names(again.differences()) == ["ana"]


def test_of_many_tenants_the_ones_asked_about_last_are_kept(index: SnapshotPolicyIndex) -> None:
    recent, population = RecentAudits(most=2), Population.of(Realm(), [])
    a, b, c = (Audits(recent) for _ in range(3))

    def asked(audits: Audits) -> Audit:
        return audits.audit(index, population, now=0.0)

    of_a, of_b = asked(a), asked(b)
    assert asked(a) is of_a
    of_c = asked(c)
    assert (asked(a), asked(c)) == (of_a, of_c)
    assert asked(b) is not of_b, "the third last"
    assert names(of_b.differences()) == [], "whoever has it goes on with it"


def test_what_is_dropped_with_its_people_takes_no_place(index: SnapshotPolicyIndex) -> None:
    recent, population = RecentAudits(most=2), Population.of(Realm(), [])
    a, b = Audits(recent), Audits(recent)
    of_a = a.audit(index, population, now=0.0)
    gone = ref(b.audit(index, population, now=0.0))
    del b
    gc.collect()
    assert gone() is None
    c = Audits(recent)
    c.audit(index, population, now=0.0)
    assert a.audit(index, population, now=0.0) is of_a


def test_all_tenants_of_a_process_share_the_bound(index: SnapshotPolicyIndex) -> None:
    several = [
        Everybody(MemoryDirectory(PEOPLE), background=lambda _work: None) for _ in range(audits.MOST + 1)
    ]
    first = [each.counted().audit(index, now=0.0) for each in several]
    again = [each.counted().audit(index, now=0.0) for each in reversed(several)]
    assert [old is new for old, new in zip(reversed(first), again, strict=True)] == [True] * audits.MOST + [
        False
    ]


@contextmanager
def at_work(monkeypatch: pytest.MonkeyPatch, audit: Audit) -> Iterator[list[Differences]]:
    """Somebody has asked, and the work goes on until the end of the block; afterwards the list has each answer made."""
    entered, go_on, made = Event(), Event(), list[Differences]()

    def slow(*args: Any, **kwargs: Any) -> Differences:
        entered.set()
        assert go_on.wait(10)
        made.append(differences(*args, **kwargs))
        return made[-1]

    monkeypatch.setattr(audits, "differences", slow)
    first = Thread(target=audit.differences)
    first.start()
    assert entered.wait(10)
    try:
        yield made
    finally:
        go_on.set()
        first.join(10)


def test_who_comes_while_it_is_worked_out_shares_it(
    index: SnapshotPolicyIndex, people: Everybody, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit, answers = people.counted().audit(index, now=0.0), list[Differences]()
    threads = [Thread(target=lambda: answers.append(audit.differences())) for _ in range(5)]
    with at_work(monkeypatch, audit) as made:
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join(10)
    assert len(made) == 1
    assert [each is made[0] for each in answers] == [True] * 5


def test_nobody_waits_for_long_and_what_is_there_is_told_at_once(
    index: SnapshotPolicyIndex, people: Everybody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audits, "PATIENCE", 0.01)
    audit = people.counted().audit(index, now=0.0)
    known = audit.findings([FindingKind.PUBLIC])
    with at_work(monkeypatch, audit):
        with pytest.raises(Unavailable, match="try again") as busy:
            audit.differences()
        assert busy.value.retry_after > 0
        assert audit.findings([FindingKind.PUBLIC]).found == known.found
    assert names(audit.differences()) == ["ana"]
