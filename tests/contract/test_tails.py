"""What every tail of policies promises: whatever happens at the source, who follows it has what the source has."""

import math
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.plugin import DjangoDbBlocker

from purposeapp.policyindex.base import PolicyChanges
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex
from tests.contract.tail_rows import (
    MakeSource,
    Source,
    database_postgres,
    database_sqlite,
    elasticsearch,
)
from tests.world import persona, policy, purpose, subject

ANA = subject("ana", "eng")
SALES, RISK = purpose("Sales"), purpose("Risk")
READ = policy("read", on=SALES, users=["ana"])
ROWS = {row.__name__: row for row in (elasticsearch, database_sqlite, database_postgres)}


@pytest.fixture(scope="module", params=ROWS)
def make_source(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[MakeSource]:
    with django_db_blocker.unblock(), ROWS[request.param]() as make:
        yield make


class Follower:
    """Somebody who has a snapshot and keeps it up to date by the tail alone."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.held = SnapshotPolicyIndex(source.index, max_age=math.inf)
        assert self.follow().everything

    def follow(self) -> PolicyChanges:
        told = self.source.tail.poll(self.held.current)
        if told.everything:
            self.held.refresh()
        else:
            self.held.update(told.change)
        return told

    def sees(self) -> list[object]:
        """All there is: whether or not it is anybody's."""
        return _everything(self.held)

    def is_right(self) -> bool:
        fresh = SnapshotPolicyIndex(self.source.index, max_age=math.inf)
        fresh.refresh()
        return self.sees() == _everything(fresh)


def _everything(index: SnapshotPolicyIndex) -> list[object]:
    snapshot = index.current
    assert snapshot is not None
    entries = [snapshot.entries[ordinal] for ordinal in sorted(snapshot.entries)]
    orphans = sorted(each.guid for some in snapshot.families.orphans.values() for each in some)
    people = sorted(snapshot.people.by_guid.values(), key=lambda each: each.guid)
    return [entries, orphans, people, snapshot.sizes]


@pytest.fixture
def follower(make_source: MakeSource) -> Follower:
    source = make_source()
    source.store.put([SALES, READ, persona("Steward", users=["ana"])])
    return Follower(source)


def test_the_first_poll_says_that_everything_is_new(follower):
    assert follower.is_right()
    assert listed(follower) == ["Sales"]


def test_where_nothing_happens_nothing_is_told(follower):
    follower.follow()
    follower.source.clock.now += 1.0
    told = follower.follow()
    assert (bool(told.change), told.everything, told.as_of) == (False, False, follower.source.clock.now)


def test_a_new_purpose_with_its_policy_comes_and_nothing_else_does(follower):
    follower.follow()
    new = policy("new", on=RISK, groups=["eng"])
    follower.source.store.put([RISK, new])
    told = follower.follow()
    assert told.change.given == {RISK["__guid"], new["__guid"]}
    assert listed(follower) == ["Risk", "Sales"]
    assert follower.is_right()


def test_a_purpose_that_is_renamed_stands_elsewhere(follower):
    follower.source.store.put([RISK, policy("new", on=RISK, groups=["eng"])])
    follower.follow()
    follower.source.store.put([{**RISK, "displayName": "Zebra"}])
    follower.follow()
    assert listed(follower) == ["Sales", "Zebra"]
    assert follower.is_right()


def test_a_policy_that_names_others_shows_to_others(follower):
    follower.source.store.put([{**READ, "policyUsers": ["bo"]}])
    follower.follow()
    assert listed(follower) == []
    assert listed(follower, subject("bo")) == ["Sales"]


def test_a_policy_that_moves_leaves_one_purpose_for_another(follower):
    follower.source.store.put([RISK])
    follower.follow()
    follower.source.store.put([policy("read", on=RISK, guid=READ["__guid"], users=["ana"])])
    follower.follow()
    assert listed(follower) == ["Risk"]
    assert follower.is_right()


def test_what_is_marked_as_deleted_is_gone(follower):
    follower.source.store.put([{**SALES, "__state": "DELETED"}, persona("Steward", state="DELETED")])
    told = follower.follow()
    assert SALES["__guid"] in told.change.deleted
    assert (listed(follower), list(follower.held.personas(ANA))) == ([], [])
    assert follower.is_right()


def test_what_is_deleted_and_made_again_is_there(follower):
    follower.source.store.put([{**SALES, "__state": "DELETED"}])
    follower.follow()
    follower.source.store.put([SALES])
    follower.follow()
    assert listed(follower) == ["Sales"]
    assert follower.is_right()


def test_what_was_deleted_and_made_again_between_two_polls_is_there(follower):
    follower.source.store.put([{**SALES, "__state": "DELETED"}])
    follower.source.store.put([{**SALES, "displayName": "Sales again"}])
    follower.follow()
    assert listed(follower) == ["Sales again"]


def test_what_is_removed_for_good_is_gone(follower):
    follower.source.store.remove([READ["__guid"]])
    follower.follow()
    assert listed(follower) == []
    assert follower.is_right()


def test_what_is_removed_for_good_again_is_gone_again(follower):
    for _ in range(3):
        follower.source.store.put([READ])
        follower.follow()
        assert listed(follower) == ["Sales"]
        follower.source.store.remove([READ["__guid"]])
        follower.follow()
        assert listed(follower) == []
        follower.follow()
    assert follower.is_right()


def test_what_is_removed_for_good_is_gone_where_as_much_was_missing_at_the_poll_before(follower):
    """A listener polls when there is news only: the numbers never agree between one removal and the next."""
    other = policy("other", on=RISK, users=["ana"])
    follower.source.store.put([RISK, other])
    follower.follow()
    follower.source.store.remove([READ["__guid"]])
    follower.follow()
    assert listed(follower) == ["Risk"]
    follower.source.store.put([policy("another", on=SALES, users=["bo"])])
    follower.source.store.remove([other["__guid"]])
    follower.follow()
    assert listed(follower) == []
    assert follower.is_right()


def test_a_purpose_removed_for_good_leaves_orphans(follower):
    follower.source.store.remove([SALES["__guid"]])
    follower.follow()
    assert listed(follower) == []
    assert follower.held.purpose(SALES["__guid"]) is None
    assert [each.guid for each in follower.held.evidence(ANA).orphans] == [READ["__guid"]]


def test_one_removed_for_good_while_another_comes_is_gone(follower):
    follower.follow()
    follower.source.store.remove([READ["__guid"]])
    follower.source.store.put([policy("other", on=SALES, users=["bo"])])
    follower.follow()
    assert listed(follower) == []
    assert follower.is_right()


def test_a_thousand_policies_at_once_come_in_one_poll(follower):
    follower.follow()
    follower.source.store.put(policy(f"p{number}", on=SALES, users=["bo"]) for number in range(1_000))
    told = follower.follow()
    assert (told.everything, len(told.change.policies)) == (False, 1_000)
    assert follower.is_right()


def test_more_than_can_be_told_is_everything(follower):
    follower.follow()
    # By their hash most go to one shard or the other: each gets more than it can tell.
    follower.source.store.put(policy(f"p{number}", on=SALES, users=["bo"]) for number in range(10_500))
    assert follower.follow().everything
    assert follower.is_right()
    follower.source.clock.now += 20.0
    assert not follower.follow().everything


def test_policies_of_other_categories_are_told_to_nobody(follower):
    follower.source.store.put([{**READ, "policyCategory": "persona"}])
    follower.follow()
    assert listed(follower) == []
    assert follower.is_right()


def test_what_happens_to_another_tenant_is_not_told(make_source, follower):
    follower.follow()
    other = make_source()
    other.store.put([RISK])
    assert not follower.follow().change


DOCUMENTS = [SALES, RISK, READ, policy("b", on=RISK, groups=["eng"]), persona("Steward", users=["ana"])]
MOVES = st.lists(
    st.tuples(st.sampled_from(["put", "mark", "remove", "poll", "wait"]), st.sampled_from(DOCUMENTS)),
    max_size=12,
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=MOVES)
def test_after_any_history_who_follows_has_what_the_source_has(make_source, moves):
    follower = Follower(make_source())
    store = follower.source.store
    for move, document in moves:
        match move:
            case "put":
                store.put([document])
            case "mark":
                store.put([{**document, "__state": "DELETED"}])
            case "remove" if document["__guid"] in (
                follower.held.current.guids if follower.held.current else ()
            ):
                follower.follow()
                if document["__guid"] in follower.held.current.guids:
                    store.remove([document["__guid"]])
            case "poll":
                follower.follow()
            case "wait":
                follower.source.clock.now += 7.0
    follower.follow()
    follower.source.clock.now += 90.0
    follower.follow()
    assert follower.is_right()


def listed(follower: Follower, who=ANA) -> list[str]:
    purposes = sorted(follower.held.listed_purposes(who), key=lambda each: each.display_name or each.name)
    return [each.display_name or each.name for each in purposes]
