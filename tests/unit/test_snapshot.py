"""The snapshot says what the rules say of all evidence, at once and after any changes."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purposeapp.domain.errors import InvalidCursor
from purposeapp.domain.model import EVERY_USER, PUBLIC_GROUP, Mode, Persona, Policy, Purpose, Subject
from purposeapp.domain.page import Sort, by_keyset
from purposeapp.domain.resolve import resolve, resolve_personas
from purposeapp.domain.schedule import Window
from purposeapp.domain.snapshot import Change, Snapshot
from purposeapp.policyindex.memory import MemoryPolicyIndex

WRITERS = {
    "name": lambda purpose: purpose.name.encode(),
    "guid": lambda purpose: f'"{purpose.guid}"'.encode(),
}
GUIDS = [f"purpose-{number}" for number in range(6)]
NAMES = ["ana", "eng", "risk", PUBLIC_GROUP, EVERY_USER]
ROLES = ["analyst", "eng", "persona_0", "persona_1"]

some_names = st.frozensets(st.sampled_from(NAMES), max_size=2)
some_roles = st.frozensets(st.sampled_from(ROLES), max_size=2)
actions = st.frozensets(st.sampled_from(["select", "read"]), max_size=2)
moments = st.none() | st.sampled_from([10.0, 20.0, 30.0])
schedules = st.just(()) | st.lists(st.builds(Window, moments, moments), min_size=1, max_size=2).map(tuple)
flags = st.sampled_from([True, True, True, False])

purposes = st.builds(
    Purpose,
    guid=st.sampled_from(GUIDS),
    name=st.sampled_from(["Sales", "sales", "Risk", "Straße", ""]),
    display_name=st.sampled_from(["", "", "SALES", "strasse"]),
    qualified_name=st.sampled_from(["", *(f"default/{guid}" for guid in GUIDS)]),
    enabled=flags,
)
policies = st.builds(
    Policy,
    guid=st.sampled_from([f"policy-{number}" for number in range(14)]),
    name=st.sampled_from(["first", "second"]),
    type=st.sampled_from(["allow", "allow", "deny", "dataMask", "rowFilter", "allowExceptions"]),
    qualified_name=st.sampled_from(["", *(f"default/{guid}/policy" for guid in GUIDS)]),
    category=st.sampled_from(["purpose"] * 5 + ["persona"]),
    purpose_guid=st.none() | st.sampled_from([*GUIDS, "nobody"]),
    users=some_names,
    groups=some_names,
    roles=some_roles,
    actions=actions,
    priority=st.integers(0, 1),
    enabled=flags,
    schedule=schedules,
    schedule_readable=flags,
)
personas = st.builds(
    Persona,
    guid=st.sampled_from(["persona-0", "persona-1"]),
    name=st.sampled_from(["Steward", "owner"]),
    qualified_name=st.sampled_from(["default/0", "default/1", ""]),
    users=some_names,
    groups=some_names,
    enabled=flags,
)
subjects = st.builds(Subject, st.sampled_from(NAMES), st.frozensets(st.sampled_from(NAMES)), some_roles)


def with_a_second_parent(rows: list[Policy]) -> list[Policy]:
    """A policy that is linked to the first purpose is to the second as well, which makes it two rows."""
    twins = [replace(row, purpose_guid=GUIDS[1]) for row in rows if row.purpose_guid == GUIDS[0]]
    return [*rows, *twins]


changes = st.builds(
    Change,
    purposes=st.lists(purposes, max_size=5, unique_by=lambda each: each.guid),
    policies=st.lists(policies, max_size=9, unique_by=lambda each: each.guid).map(with_a_second_parent),
    personas=st.lists(personas, max_size=2, unique_by=lambda each: each.guid),
    deleted=st.frozensets(st.sampled_from([*GUIDS, "policy-0", "policy-1", "policy-2", "persona-0"])),
)
times = st.sampled_from([0.0, 10.0, 15.0, 20.0, 25.0, 31.0])


@dataclass
class Plain:
    """A tenant as plain lists: changes are made in the simplest way, and every question looks at everything."""

    purposes: list[Purpose]
    policies: list[Policy]
    personas: list[Persona]

    @classmethod
    def after(cls, history: list[Change]) -> "Plain":
        plain = cls([], [], [])
        for change in history:
            for kind in ("purposes", "policies", "personas"):
                new = getattr(change, kind)
                left = change.deleted | {each.guid for each in new}
                kept = [each for each in getattr(plain, kind) if each.guid not in left]
                setattr(plain, kind, [*kept, *new])
        return plain

    def index(self) -> MemoryPolicyIndex:
        placed = [self._placed(policy) for policy in self.policies if policy.category == "purpose"]
        return MemoryPolicyIndex(self.purposes, placed, self.personas)

    def _placed(self, policy: Policy) -> Policy:
        name = policy.qualified_name.rpartition("/")[0]
        owners = [each.guid for each in self.purposes if name and each.qualified_name == name]
        if policy.purpose_guid is None and owners:
            return replace(policy, purpose_guid=min(owners))
        return policy


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
