"""What a simulation says is the difference of two real resolutions of everybody."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purposeapp.discovery.simulation import Simulated, simulate
from purposeapp.domain.difference import Difference, Side
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.model import Group, Mode, Persona, Policy, PolicyType, Purpose, Role
from purposeapp.domain.population import Population
from purposeapp.domain.realm import Member, Realm
from purposeapp.domain.resolve import resolve, resolve_personas
from purposeapp.policyindex.memory import MemoryPolicyIndex
from tests import world
from tests.random_people import GROUPS, ROLES, USERNAMES, members, realms
from tests.random_worlds import GUIDS, personas, policies, purposes

NOW = 15.0
Pairs = set[tuple[str, str]]


def seen(realm: Realm, people: list[Member], index: MemoryPolicyIndex, mode: Mode) -> Pairs:
    """All pairs of a user and a purpose, one resolution at a time."""
    pairs: Pairs = set()
    for member in people:
        if member.enabled or mode is Mode.LISTED:
            subject = realm.subject(member)
            grants = resolve(index.evidence(subject), subject, mode=mode, now=NOW).grants
            pairs.update((member.username, grant.purpose.guid) for grant in grants)
    return pairs


def held(realm: Realm, people: list[Member], index: MemoryPolicyIndex, mode: Mode) -> Pairs:
    """All pairs of a user and a persona."""
    pairs: Pairs = set()
    for member in people:
        if member.enabled or mode is Mode.LISTED:
            subject = realm.subject(member)
            grants = resolve_personas(index.personas(subject), subject, mode=mode)
            pairs.update((member.username, grant.persona.guid) for grant in grants)
    return pairs


def told(simulated: Simulated, difference: Difference, side: Side) -> Pairs:
    names = simulated.before.population.usernames
    return {(names[ordinal], guid) for guid, users in difference.side(side).items() for ordinal in users}


placed = policies.map(
    lambda policy: replace(policy, category="purpose", purpose_guid=policy.purpose_guid or GUIDS[0])
)
"""Of category purpose and with a parent by guid, so that a plain list is all there is to know."""

changes = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["add", "remove"]), st.sampled_from(USERNAMES), st.sampled_from([*GROUPS, *ROLES])),
        st.tuples(st.sampled_from(["enable", "disable", "delete"]), placed.map(lambda policy: policy.guid)),
        st.tuples(st.sampled_from(["enable", "disable"]), st.sampled_from(GUIDS)),
        st.tuples(st.just("put"), placed),
    ),
    max_size=4,
)  # fmt: skip


class Plain:
    """A tenant as plain lists, changed in the simplest way; beside it, the same changes as they are sent."""

    def __init__(
        self,
        realm: Realm,
        people: list[Member],
        things: list[Purpose],
        rows: list[Policy],
        given_personas: list[Persona],
    ) -> None:
        self.realm, self.sent = realm, list[dict[str, Any]]()
        self.personas = given_personas
        self.people = {member.username: member for member in people}
        self.purposes = {purpose.guid: purpose for purpose in things}
        self.policies = {policy.guid: policy for policy in rows}

    def make(self, change: tuple[Any, ...]) -> None:
        op, what, *rest = change
        if rest:
            self._rewire(op, what, rest[0])
        elif op == "put":
            self._put(what)
        elif what in self.policies:
            self.sent.append({"op": f"{op}_policy", "guid": what})
            if op == "delete":
                del self.policies[what]
            else:
                self.policies[what] = replace(self.policies[what], enabled=op == "enable")
        elif what in self.purposes:
            self.sent.append({"op": f"{op}_purpose", "guid": what})
            self.purposes[what] = replace(self.purposes[what], enabled=op == "enable")

    def _rewire(self, op: str, username: str, id_: str) -> None:
        member = self.people.get(username)
        kind, name = ("group", f"/{id_}/{GROUPS[id_]}") if id_ in GROUPS else ("role", ROLES[id_])
        by_name = username == username.lower() and not (kind == "role" and self.realm.roles[id_].client)
        if member is None or not by_name:  # as no directory spells it, or a client's own role
            return
        held = [each for each in getattr(member, f"{kind}s") if each != id_]
        now = (*held, id_) if op == "add" else tuple(held)
        self.people[username] = replace(member, **{f"{kind}s": now})
        self.sent.append({"op": f"{op}_{kind}", "username": username.upper(), "name": name})
        if username.upper().lower() != username:
            self.sent[-1]["username"] = username

    def _put(self, policy: Policy) -> None:
        if policy.purpose_guid not in self.purposes or policy.type not in list(PolicyType):
            return
        policy = replace(policy, schedule=(), schedule_readable=True)
        self.policies[policy.guid] = policy
        fields: dict[str, Any] = {
            "guid": policy.guid, "name": policy.name, "type": policy.type, "purpose": policy.purpose_guid,
            "priority": policy.priority, "enabled": policy.enabled, "schedule": [],
        }  # fmt: skip
        lists = {name: sorted(getattr(policy, name)) for name in ("users", "groups", "roles", "actions")}
        self.sent.append({"op": "put_policy", "policy": fields | lists})

    def index(self) -> MemoryPolicyIndex:
        return MemoryPolicyIndex(self.purposes.values(), self.policies.values(), self.personas)

    def everybody(self) -> list[Member]:
        return [self.people[name] for name in sorted(self.people)]


@settings(max_examples=200, deadline=None)
@given(
    realms,
    members,
    st.lists(purposes, max_size=4, unique_by=lambda each: each.guid),
    st.lists(placed, max_size=8, unique_by=lambda each: each.guid),
    st.lists(personas, max_size=2, unique_by=lambda each: each.guid),
    changes,
    st.sampled_from(list(Mode)),
)
def test_it_is_the_difference_of_two_resolutions_of_everybody(
    realm, people, things, rows, given_personas, wanted, mode
):
    tenant = Plain(realm, list(people), things, rows, given_personas)
    before, index = seen(realm, tenant.everybody(), tenant.index(), mode), tenant.index()
    had = held(realm, tenant.everybody(), tenant.index(), mode)
    population = Population.of(realm, people)
    for change in wanted:
        tenant.make(change)
    after = seen(realm, tenant.everybody(), tenant.index(), mode)
    simulated = simulate(tenant.sent, mode=mode, policies=index, population=population, now=NOW)
    assert told(simulated, simulated.difference, Side.GAINED) == after - before
    assert told(simulated, simulated.difference, Side.LOST) == before - after
    have = held(realm, tenant.everybody(), tenant.index(), mode)
    assert told(simulated, simulated.personas, Side.GAINED) == have - had
    assert told(simulated, simulated.personas, Side.LOST) == had - have
    assert {simulated.before.population.usernames[each] for each in simulated.difference.users} == {
        name for name, _ in before ^ after
    }
    for side, pairs in ((Side.GAINED, after - before), (Side.LOST, before - after)):
        assert simulated.difference.total(side) == len(pairs)
        counts = simulated.difference.by_user(side)
        assert counts is not None
        assert sum(counts.values()) == len(pairs)


CHURN, PAY = world.purpose("Churn"), world.purpose("Pay")
READ_CHURN = world.policy("read churn", on=CHURN, groups=["eng"])
REALM = Realm(
    groups={"g0": Group("g0", "eng", "/eng"), "g1": Group("g1", "data", "/eng/data"), "g2": Group("g2", "data", "/data")},
    roles={"r0": Role("r0", "analyst")},
    parents={"g1": "g0"},
    group_roles={"g0": ("r0",)},
)  # fmt: skip
ANA, BO = Member("1", "ana", groups=("g0",)), Member("2", "bo")


def what_if(*changes: Any, documents: Any = (CHURN, PAY, READ_CHURN)) -> Simulated:
    return simulate(
        changes,
        mode=Mode.EFFECTIVE,
        policies=MemoryPolicyIndex.from_documents(documents),
        population=Population.of(REALM, [ANA, BO]),
        now=NOW,
    )


def pairs(simulated: Simulated) -> tuple[list[str], list[str]]:
    """Who gained and who lost, as `user purpose`."""
    names = {each["__guid"]: each["name"] for each in (CHURN, PAY)}
    gained, lost = (
        sorted(f"{username} {names[guid]}" for username, guid in told(simulated, simulated.difference, side))
        for side in Side
    )
    return gained, lost


def test_roles_come_with_groups_and_their_ancestors() -> None:
    by_role = world.policy("analysts", on=PAY, roles=["analyst"])
    documents = [CHURN, PAY, READ_CHURN, by_role]
    change = {"op": "add_group", "username": "BO", "name": "/eng/data"}
    assert pairs(what_if(change, documents=documents)) == (["bo Pay"], [])


def test_later_changes_see_the_earlier_ones() -> None:
    guid = READ_CHURN["__guid"]
    off, on = {"op": "disable_policy", "guid": guid}, {"op": "enable_policy", "guid": guid}
    assert pairs(what_if(off)) == ([], ["ana Churn"])
    assert pairs(what_if(off, on)) == ([], [])
    assert pairs(
        what_if({"op": "delete_policy", "guid": guid}, {"op": "put_policy", "policy": READ_CHURN})
    ) == ([], [])
    join = {"op": "add_group", "username": "bo", "name": "eng"}
    leave = {"op": "remove_group", "username": "bo", "name": "eng"}
    assert pairs(what_if(join)) == (["bo Churn"], [])
    assert pairs(what_if(join, leave)) == ([], [])
    assert pairs(what_if({"op": "disable_purpose", "guid": CHURN["__guid"]}, join)) == ([], ["ana Churn"])


def test_a_flat_policy_is_new_or_changes_the_fields_given() -> None:
    new = {"type": "allow", "purpose": PAY["__guid"], "users": ["bo"], "actions": ["select"]}
    assert pairs(what_if({"op": "put_policy", "policy": new})) == (["bo Pay"], [])
    wider = {"guid": READ_CHURN["__guid"], "users": ["bo"]}
    assert pairs(what_if({"op": "put_policy", "policy": wider})) == (["bo Churn"], [])
    moved = {"guid": READ_CHURN["__guid"], "purpose": PAY["__guid"]}
    assert pairs(what_if({"op": "put_policy", "policy": moved})) == (["ana Pay"], ["ana Churn"])
    over = {"guid": READ_CHURN["__guid"], "schedule": [world.schedule(end="1960/01/01 00:00:00")]}
    assert pairs(what_if({"op": "put_policy", "policy": over})) == ([], ["ana Churn"])


def test_an_import_is_tried_out_as_it_is() -> None:
    unlinked = world.policy("pay for bo", on=PAY, users=["bo"], linked=False)
    documents = [PAY, unlinked, world.persona("Stewards"), {**READ_CHURN, "__state": "DELETED"}]
    simulated = what_if({"op": "put_policies", "documents": documents}, documents=[CHURN, READ_CHURN])
    assert pairs(simulated) == (["bo Pay"], ["ana Churn"])
    assert simulated.notes == {0: ["1 document is neither a purpose nor a policy of a purpose: left out"]}


def test_personas_come_and_go_with_memberships_and_with_themselves() -> None:
    stewards = world.persona("Stewards", groups=["eng"])
    guid, documents = stewards["__guid"], [CHURN, stewards]
    joined = what_if({"op": "add_group", "username": "bo", "name": "/eng"}, documents=documents)
    assert told(joined, joined.personas, Side.GAINED) == {("bo", guid)}
    deleted = {"op": "put_policies", "documents": [{**stewards, "__state": "DELETED"}]}
    gone = what_if(deleted, documents=documents)
    assert told(gone, gone.personas, Side.LOST) == {("ana", guid)}


def test_what_has_no_effect_or_is_not_there_is_noted() -> None:
    simulated = what_if(
        {"op": "add_group", "username": "ana", "name": "eng"},
        {"op": "remove_role", "username": "ana", "name": "analyst"},
        {"op": "add_role", "username": "bo", "name": "new one"},
        {"op": "add_group", "username": "bo", "name": "newcomers"},
    )
    assert simulated.notes == {
        0: ["nothing changes: it is so already"],
        1: ["nothing changes: 'ana' does not directly hold role 'analyst'"],
        2: ["the directory knows no role 'new one': taken for a new one"],
        3: ["the directory knows no group 'newcomers': taken for a new one without roles"],
    }
    named = world.policy("newcomers", on=PAY, groups=["newcomers"])
    join = {"op": "add_group", "username": "bo", "name": "newcomers"}
    assert pairs(what_if(join, documents=[CHURN, PAY, named])) == (["bo Pay"], [])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (7, ""),
        ({}, ".op"),
        ({"op": ["add_group"]}, ".op"),
        ({"op": "drop_table"}, ".op"),
        ({"op": "add_group", "username": "ana"}, ".name"),
        ({"op": "add_group", "username": "ghost", "name": "eng"}, ".username"),
        ({"op": "add_group", "username": "ana", "name": "data"}, ".name"),
        ({"op": "add_group", "username": "ana", "name": "a\0"}, ".name"),
        ({"op": "add_role", "username": 1, "name": "analyst"}, ".username"),
        ({"op": "delete_policy", "guid": "nope"}, ".guid"),
        ({"op": "disable_purpose", "guid": "nope"}, ".guid"),
        ({"op": "put_policy"}, ".policy"),
        ({"op": "put_policy", "policy": {}}, ".purpose"),
        ({"op": "put_policy", "policy": {"purpose": "nope", "type": "allow"}}, ".purpose"),
        ({"op": "put_policy", "policy": {"purpose": CHURN["__guid"]}}, ".type"),
        ({"op": "put_policy", "policy": {"purpose": CHURN["__guid"], "type": "permit"}}, ".type"),
        ({"op": "put_policy", "policy": {"guid": READ_CHURN["__guid"], "users": "bo"}}, ".users"),
        ({"op": "put_policy", "policy": {"guid": READ_CHURN["__guid"], "priority": True}}, ".priority"),
        ({"op": "put_policy", "policy": {"guid": READ_CHURN["__guid"], "enabled": "no"}}, ".enabled"),
        ({"op": "put_policy", "policy": {"guid": READ_CHURN["__guid"], "owner": "bo"}}, ".owner"),
        ({"op": "put_policy", "policy": {"guid": READ_CHURN["__guid"], "schedule": [{"startTime": "x"}]}}, ".schedule"),
        ({"op": "put_policy", "policy": {**READ_CHURN, "policyCategory": "persona"}}, ".policy"),
        ({"op": "put_policies", "documents": {}}, ".documents"),
        ({"op": "put_policies", "documents": [CHURN, {}]}, ".documents[1]"),
        ({"op": "put_policies", "documents": [{**READ_CHURN, "policyPriority": "high"}]}, ".documents[0]"),
        ({"op": "put_policies", "documents": [{**READ_CHURN, "relationshipList": [1]}]}, ".documents[0]"),
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_made_is_named_and_nothing_is_simulated(change: Any, field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        what_if({"op": "enable_purpose", "guid": CHURN["__guid"]}, change)
    assert list(refused.value.fields) == [f"changes[1]{field}"]


def test_every_wrong_change_is_named() -> None:
    with pytest.raises(InvalidRequest, match="2 changes cannot be made") as refused:
        what_if({"op": "x"}, {"op": "delete_policy", "guid": READ_CHURN["__guid"]}, {})
    assert list(refused.value.fields) == ["changes[0].op", "changes[2].op"]
