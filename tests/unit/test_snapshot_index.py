"""When a snapshot answers, when its source must, and what threads see of a change of snapshots."""

import math
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest

from purposeapp.domain.errors import PoliciesUnavailable
from purposeapp.domain.model import Policy, Purpose, Subject
from purposeapp.domain.snapshot import Change
from purposeapp.policyindex.memory import MemoryPolicyIndex
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex

ANA = Subject("ana")
SALES, RISK = Purpose("s", "Sales"), Purpose("r", "Risk")
TO_SALES = Policy("to-sales", "a", "allow", purpose_guid="s", users=frozenset({"ana"}))
TO_RISK = Policy("to-risk", "b", "allow", purpose_guid="r", users=frozenset({"ana"}))
PATIENCE = 20.0


class Source(MemoryPolicyIndex):
    """A source that can change, fail in the middle of a scan, and wait before its end."""

    def __init__(self) -> None:
        super().__init__([SALES, RISK], [TO_SALES])
        self.scans = 0
        self.broken = False
        self.at_end, self.go_on = Event(), Event()
        self.go_on.set()

    def add(self, policy: Policy) -> None:
        self._policies += (policy,)

    def scan(self) -> Iterator:
        self.scans += 1
        yield from list(super().scan())
        if self.broken:
            raise PoliciesUnavailable
        self.at_end.set()
        assert self.go_on.wait(PATIENCE)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def index(source, clock):
    return SnapshotPolicyIndex(source, max_age=60.0, clock=clock)


@pytest.fixture
def threads():
    with ThreadPoolExecutor(8) as pool:
        yield pool


def listed(index) -> set[str]:
    return {purpose.name for purpose in index.listed_purposes(ANA)}


def test_before_the_first_refresh_the_source_answers(index, source):
    source.add(TO_RISK)
    assert listed(index) == {"Sales", "Risk"}
    assert (index.current, source.scans) == (None, 0)


def test_a_snapshot_answers_until_it_is_too_old(index, source, clock):
    index.refresh()
    source.add(TO_RISK)
    clock.now += 60.0
    assert listed(index) == {"Sales"}
    clock.now += 0.1
    assert listed(index) == {"Sales", "Risk"}
    index.refresh()
    assert index.current is not None


def test_age_counts_from_the_beginning_of_a_build(index, source, clock, threads):
    source.go_on.clear()
    build = threads.submit(index.refresh)
    assert source.at_end.wait(PATIENCE)
    clock.now += 61.0
    source.go_on.set()
    build.result(PATIENCE)
    assert index.current is None


def test_a_scan_that_fails_changes_nothing_and_says_so(index, source, clock):
    index.refresh()
    source.add(TO_RISK)
    source.broken = True
    with pytest.raises(PoliciesUnavailable):
        index.refresh()
    assert listed(index) == {"Sales"}
    source.broken = False
    index.refresh()
    assert listed(index) == {"Sales", "Risk"}


def test_the_old_snapshot_serves_during_a_build(index, source, threads):
    index.refresh()
    source.at_end.clear()
    source.go_on.clear()
    source.add(TO_RISK)
    build = threads.submit(index.refresh)
    assert source.at_end.wait(PATIENCE)
    assert listed(index) == {"Sales"}
    source.go_on.set()
    build.result(PATIENCE)
    assert listed(index) == {"Sales", "Risk"}


def test_all_who_ask_during_a_build_share_the_next_one(index, source, threads):
    source.go_on.clear()
    first = threads.submit(index.refresh)
    assert source.at_end.wait(PATIENCE)
    source.add(TO_RISK)  # too late for the build that is under way
    others = [threads.submit(index.refresh) for _ in range(7)]
    source.go_on.set()
    for each in [first, *others]:
        each.result(PATIENCE)
    # A thread that only gets to ask when the second build is under way has a third one made; nobody has one each.
    assert 2 <= source.scans <= 4
    assert listed(index) == {"Sales", "Risk"}


def test_a_change_is_seen_at_once_and_a_build_under_way_does_not_undo_it(index, source, threads):
    index.refresh()
    source.at_end.clear()
    source.go_on.clear()
    build = threads.submit(index.refresh)
    assert source.at_end.wait(PATIENCE)
    index.update(Change(policies=[TO_RISK]))
    assert listed(index) == {"Sales", "Risk"}
    source.go_on.set()
    build.result(PATIENCE)
    assert listed(index) == {"Sales", "Risk"}


def test_changes_keep_a_snapshot_young_when_they_are_all_there_were(index, clock):
    index.refresh()
    clock.now += 50.0
    index.update(Change(), as_of=clock.now)
    clock.now += 50.0
    assert index.current is not None
    index.update(Change(deleted=frozenset({"s"})))
    assert listed(index) == set()
    clock.now += 11.0
    assert index.current is None


def test_a_change_before_the_first_build_makes_no_snapshot(index):
    index.update(Change([replace(SALES, name="Alone")]), as_of=1_000.0)
    assert index.current is None
    assert listed(index) == {"Sales"}


def test_policies_that_lead_nowhere_are_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    nowhere = replace(TO_SALES, guid=f"nowhere-{uuid.uuid4()}", purpose_guid="gone")
    index = SnapshotPolicyIndex(MemoryPolicyIndex([SALES], [TO_SALES, nowhere]), max_age=math.inf)
    index.refresh()
    index.refresh()
    (told,) = [record.policies for record in caplog.records if hasattr(record, "policies")]
    assert told == (nowhere.guid,)


def test_where_nothing_changes_the_snapshot_is_the_very_same(index):
    index.refresh()
    before = index.current
    index.update(Change(), as_of=1.0)
    assert index.current is before
    index.update(Change(policies=[TO_RISK]))
    assert index.current is not before
