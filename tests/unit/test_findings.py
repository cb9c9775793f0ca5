"""In random worlds: every finding's proof answers what it says, and what is untidy is found."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from purposeapp.discovery.entities import snapshot_of
from purposeapp.discovery.findings import findings
from purposeapp.discovery.simulation import simulate
from purposeapp.discovery.subjects import purpose_viewers
from purposeapp.domain.difference import Side
from purposeapp.domain.findings import FindingKind, Proof, Tenant, outliers
from purposeapp.domain.model import Group, Mode, Policy, Purpose, Via
from purposeapp.domain.population import Population
from purposeapp.domain.realm import Member, Realm
from purposeapp.domain.standing import Mark, Standings
from purposeapp.policyindex.memory import MemoryPolicyIndex
from tests.random_people import members, realms
from tests.random_worlds import GUIDS, policies, purposes, times

rows = st.lists(policies, max_size=10, unique_by=lambda each: each.guid).map(
    lambda many: [
        replace(each, category="purpose", purpose_guid=each.purpose_guid or GUIDS[0]) for each in many
    ]
)
some_purposes = st.lists(purposes, max_size=4, unique_by=lambda each: each.guid)


def answered(proof: Proof, index: MemoryPolicyIndex, population: Population, now: float) -> dict[str, Any]:
    """What the API would say, for the pointers that proofs use."""
    asked = urlsplit(proof.path)
    if proof.body is not None:
        simulated = simulate(
            proof.body["changes"], mode=Mode.EFFECTIVE, policies=index, population=population, now=now
        )
        return {f"/totals/{side}": simulated.difference.total(side) for side in Side}
    guid = unquote(asked.path.split("/")[4])
    viewers = purpose_viewers(guid, mode=Mode.EFFECTIVE, policies=index, population=population, now=now)
    vias = [Via(each) for each in parse_qs(asked.query).get("via", [])]
    counts = {f"/counts/{via}": count for via, count in viewers.counts.items()}
    return {"/total": len(viewers.users(vias=vias)), **counts}


@settings(max_examples=150, deadline=None)
@given(realms, members, some_purposes, rows, times)
def test_every_proof_answers_what_it_says(realm, people, given_purposes, given_rows, now):
    index = MemoryPolicyIndex(given_purposes, given_rows)
    population = Population.of(realm, people)
    found = findings(Tenant(snapshot_of(index, now=now), population, now)).found
    for _, finding in found:
        for proof in finding.proof():
            answer = answered(proof, index, population, now)
            assert {pointer: answer[pointer] for pointer in proof.expect} == proof.expect, finding
    assert len({key for key, _ in found}) == len(found)


@settings(max_examples=100, deadline=None)
@given(realms, members, some_purposes, rows, times)
def test_what_does_nothing_changes_nothing_when_it_goes(realm, people, given_purposes, given_rows, now):
    index = MemoryPolicyIndex(given_purposes, given_rows)
    tenant = Tenant(snapshot_of(index, now=now), Population.of(realm, people), now)
    idle = (
        FindingKind.SHADOWED,
        FindingKind.DUPLICATE,
        FindingKind.DEAD,
        FindingKind.NOBODY,
        FindingKind.ORPHAN,
    )
    for _, finding in findings(tenant, kinds=idle).found:
        assert [proof.expect for proof in finding.proof()] == [{"/totals/gained": 0, "/totals/lost": 0}], (
            finding
        )


@settings(max_examples=100, deadline=None)
@given(realms, members, some_purposes, rows, times)
def test_shadowed_is_what_the_pages_call_shadowed(realm, people, given_purposes, given_rows, now):
    index = MemoryPolicyIndex(given_purposes, given_rows)
    tenant = Tenant(snapshot_of(index, now=now), Population.of(realm, people), now)
    found = findings(tenant, kinds=[FindingKind.SHADOWED]).found
    marked = [
        (entry.purpose.guid, policy.guid)
        for entry in tenant.entries
        for policy in entry.policies
        if Mark.SHADOWED in Standings(entry.purpose, entry.policies, tenant.population, now).of(policy).marks
    ]
    assert sorted((each.detail["purpose"], each.entity.id) for _, each in found) == sorted(marked)


@given(st.lists(st.frozensets(st.integers(0, 9)), max_size=40))
def test_everybody_is_counted_at_once(audiences):
    counts = outliers._counts((outliers.FrozenBitMap(each) for each in audiences), people=10)
    assert list(counts) == [sum(user in each for each in audiences) for user in range(10)]


def found_outliers(extra: int, *, peers: int = 20) -> list[str]:
    """Who stands out where everybody in a group sees two purposes, and one of them some more."""
    realm = Realm(groups={"g": Group("g", "eng", "/eng")})
    people = [Member(f"{n:02}", f"user-{n:02}", groups=("g",)) for n in range(peers)]
    shared = [Purpose(f"s{n}", f"s{n}") for n in range(2)]
    own = [Purpose(f"o{n}", f"o{n}") for n in range(extra)]
    select = frozenset({"select"})
    rules = [
        *(Policy(f"a{p.guid}", "a", "allow", purpose_guid=p.guid, groups=frozenset({"eng"}), actions=select) for p in shared),
        *(Policy(f"a{p.guid}", "a", "allow", purpose_guid=p.guid, users=frozenset({"user-03"}), actions=select) for p in own),
    ]  # fmt: skip
    index = MemoryPolicyIndex([*shared, *own], rules)
    tenant = Tenant(snapshot_of(index, now=0.0), Population.of(realm, people), 0.0)
    return [finding.entity.id for _, finding in findings(tenant, kinds=[FindingKind.OUTLIER]).found]


def test_far_more_is_far_more_and_a_few_peers_are_none():
    assert found_outliers(7) == ["user-03"]
    assert found_outliers(6) == []
    assert found_outliers(7, peers=9) == []
