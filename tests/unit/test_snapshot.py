"""The snapshot says what the rules say of all evidence, at once and after any changes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purposeapp.domain.errors import InvalidCursor
from purposeapp.domain.model import Mode, Policy, Purpose, Subject
from purposeapp.domain.page import Sort, by_keyset
from purposeapp.domain.resolve import resolve, resolve_personas
from purposeapp.domain.snapshot import Change, Snapshot
from purposeapp.domain.snapshot.recent import Recent
from tests.random_worlds import Plain, actions, changes, schedules, subjects, times

WRITERS = {
    "name": lambda purpose: purpose.name.encode(),
    "guid": lambda purpose: f'"{purpose.guid}"'.encode(),
}


def assert_same(snapshot: Snapshot, plain: Plain, who: Subject, now: float) -> None:
    """Everything that can be asked of both gets the same answer."""
    index = plain.index()
    evidence, ours = index.evidence(who), snapshot.evidence(who)
    assert set(ours.policies) == set(evidence.policies)
    assert set(ours.orphans) == set(evidence.orphans)
    assert {each.guid for each in ours.purposes} == {each.guid for each in evidence.purposes}
    for mode in Mode:
        expected = resolve(evidence, who, mode=mode, now=now)
        assert snapshot.resolution(who, mode=mode, now=now) == expected
        seen = snapshot.seen(who, mode=mode, now=now)
        assert snapshot.purposes(seen.ordinals) == [grant.purpose for grant in expected.grants]
        assert (len(seen), seen.valid_until) == (len(expected.grants), expected.valid_until)
        assert snapshot.personas(who, mode=mode) == resolve_personas(plain.personas, who, mode=mode)
        names = [grant.purpose.name.encode() for grant in expected.grants]
        assert snapshot.written(seen.ordinals, "name") == b",".join(names)


@settings(max_examples=400, deadline=None)
@given(history=st.lists(changes, min_size=1, max_size=5), who=subjects, now=times, moment=times)
def test_after_any_changes_it_says_what_the_rules_say_of_what_is_there(history, who, now, moment):
    snapshot = Snapshot(WRITERS, moment=moment)
    for change in history:
        snapshot = snapshot.updated(change)
    assert_same(snapshot, Plain.after(history), who, now)


@settings(max_examples=200, deadline=None)
@given(change=changes, who=subjects, asked=st.lists(times, min_size=2, max_size=4))
def test_what_was_seen_a_moment_ago_is_seen_no_longer_than_it_holds(change, who, asked):
    snapshot = Snapshot(WRITERS, moment=asked[0]).updated(change)
    for now in asked:
        assert_same(snapshot, Plain.after([change]), who, now)


def test_only_so_many_are_remembered_and_a_change_forgets_them_all():
    recent, seen = Recent(most=2), Snapshot().seen(Subject("ana"), mode=Mode.LISTED, now=0.0)
    for name in ("ana", "bo", "cy"):
        recent.keep(Subject(name), Mode.LISTED, seen, 1.0)
    found = [recent.at(Subject(name), Mode.LISTED, 1.0) for name in ("ana", "bo", "cy")]
    assert found == [None, seen, seen]
    snapshot = Snapshot()
    snapshot.seen(Subject("ana"), mode=Mode.EFFECTIVE, now=1.0)
    assert snapshot.recent.at(Subject("ana"), Mode.EFFECTIVE, 1.0) is not None
    assert snapshot.recent.at(Subject("ana"), Mode.LISTED, 1.0) is None
    assert snapshot.updated(Change()).recent.at(Subject("ana"), Mode.EFFECTIVE, 1.0) is None


crowded = st.builds(
    Policy,
    guid=st.integers(0, 99).map(str),
    name=st.just("one of many"),
    type=st.sampled_from(["allow", "allow", "deny", "deny", "dataMask"]),
    purpose_guid=st.just("it"),
    users=st.frozensets(st.sampled_from(["ana", "bo"])),
    groups=st.frozensets(st.sampled_from(["eng"])),
    actions=actions,
    priority=st.integers(0, 1),
    schedule=st.just(()) | schedules,
)


@settings(max_examples=1_000, deadline=None)
@given(rows=st.lists(crowded, max_size=6, unique_by=lambda each: each.guid), now=times, moment=times)
def test_policies_of_one_purpose_take_and_give_as_the_rules_say(rows, now, moment):
    change = Change([Purpose("it", "It")], rows)
    snapshot, plain = Snapshot(WRITERS, moment=moment).updated(change), Plain.after([change])
    for who in (Subject("ana"), Subject("bo", frozenset({"eng"})), Subject("cy", frozenset({"eng"}))):
        assert_same(snapshot, plain, who, now)


@settings(max_examples=100, deadline=None)
@given(first=changes, second=changes, who=subjects)
def test_a_snapshot_never_changes(first, second, who):
    snapshot = Snapshot(WRITERS).updated(first)
    before = [snapshot.resolution(who, mode=mode, now=15.0) for mode in Mode]
    snapshot.updated(second)
    assert [snapshot.resolution(who, mode=mode, now=15.0) for mode in Mode] == before


@settings(max_examples=100, deadline=None)
@given(
    names=st.lists(
        st.sampled_from(["Sales", "sales", "Risk", "Ärger", "straße", "STRASSE", ""]), max_size=12
    ),
    value=st.sampled_from(["", "risk", "sales", "saleszz", "strasse", "ärger", "\uffff"]),
    guid=st.sampled_from(["", "purpose-03", "purpose-07", "purpose-5"]),
    limit=st.integers(1, 5),
    offset=st.integers(0, 14),
)
def test_pages_are_those_of_the_list(names, value, guid, limit, offset):
    everything = [Purpose(f"purpose-{number:02}", name) for number, name in enumerate(names)]
    rights = [
        Policy(f"p{each.guid}", "p", "allow", purpose_guid=each.guid, users=frozenset({"ana"}))
        for each in everything[::2]
    ]
    snapshot = Snapshot(WRITERS).updated(Change(everything, rights))
    seen = snapshot.seen(Subject("ana"), mode=Mode.LISTED, now=0.0)
    mine = everything[::2]
    expected = by_keyset(mine, sort=Sort(), after=(value, guid), limit=limit, key=lambda each: each)
    after = snapshot.page(seen, offset=snapshot.offset_after(seen, (value, guid)), limit=limit)
    assert snapshot.purposes(after) == list(expected.items)
    ordered = sorted(mine, key=Sort().place)
    page = snapshot.page(seen, offset=offset, limit=limit)
    assert snapshot.purposes(page) == ordered[offset : offset + limit]


def test_a_place_of_another_sort_is_refused():
    snapshot = Snapshot().updated(Change([Purpose("a", "A")]))
    with pytest.raises(InvalidCursor):
        snapshot.offset_after(snapshot.seen(Subject("ana"), mode=Mode.LISTED, now=0.0), (17, "a"))


def test_what_is_written_is_written_again_only_when_the_purpose_changed():
    written = []

    def write(purpose: Purpose) -> bytes:
        written.append(purpose.name)
        return b""

    sales, risk = Purpose("s", "Sales"), Purpose("r", "Risk")
    snapshot = Snapshot({"any": write}).updated(Change([sales, risk]))
    right = Policy("p", "p", "allow", purpose_guid="s", users=frozenset({"ana"}))
    snapshot.updated(Change(policies=[right])).updated(Change([replace(risk, name="Risks")]))
    assert sorted(written) == ["Risk", "Risks", "Sales"]
