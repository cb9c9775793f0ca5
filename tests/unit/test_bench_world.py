"""The made-up companies that figures are taken on: always the same, believable, and with right answers known twice."""

import itertools
import json
import time
from collections import Counter
from datetime import UTC, datetime

import pytest

from bench.clients import Asked
from bench.measures import Spread, measure, percentile
from bench.oracle import Oracle
from bench.sizes import SIZES
from bench.truth import Reply, Truth
from bench.who import Roles
from bench.world import World
from purposeapp.domain.model import Mode, Subject
from purposeapp.domain.page import display_order
from purposeapp.domain.resolve import resolve
from purposeapp.policyindex.memory import MemoryPolicyIndex

TINY, SMALL = SIZES["XS"], SIZES["S"]


@pytest.fixture(scope="module")
def small():
    world = World(SMALL)
    return world, list(world.documents())


def of_type(documents, kind):
    return [each for each in documents if each["__typeName"] == kind]


def purpose_policies(documents):
    return [each for each in of_type(documents, "AuthPolicy") if each["policyCategory"] == "purpose"]


def share(items, condition):
    return sum(map(condition, items)) / len(items)


def test_a_company_is_the_same_every_time():
    one, other = World(TINY), World(TINY)
    assert list(one.documents()) == list(other.documents())
    assert list(one.people.users()) == list(other.people.users())
    assert one.people.groups == other.people.groups
    assert one.people.sample(20) == other.people.sample(20)


def test_anybody_can_be_made_without_the_others():
    people = World(TINY).people
    assert people.user(41) == list(people.users())[41]


def test_documents_are_streamed():
    first = list(itertools.islice(World(SIZES["M"]).documents(), 5))
    assert len({each["__guid"] for each in first}) == 5


def test_a_company_is_as_large_as_it_says(small):
    world, documents = small
    assert len(of_type(documents, "Purpose")) == SMALL.purposes
    assert len(purpose_policies(documents)) == SMALL.policies
    assert len(of_type(documents, "Persona")) == SMALL.personas
    assert len({each["__guid"] for each in documents}) == len(documents)
    assert len(world.people.groups) == SMALL.groups
    assert {len(user.groups) for user in world.people.sample(200)} == {SMALL.groups_per_user}


def test_the_mix_is_the_one_described(small):
    _, documents = small
    policies, purposes = purpose_policies(documents), of_type(documents, "Purpose")
    assert share(policies, lambda each: each["policyType"] == "allow") == pytest.approx(0.80, abs=0.03)
    assert share(policies, lambda each: each["policyType"] == "deny") == pytest.approx(0.09, abs=0.02)
    assert share(policies, lambda each: "relationshipList" not in each) == pytest.approx(0.02, abs=0.01)
    assert share(policies, lambda each: not each["isPolicyEnabled"]) == pytest.approx(0.05, abs=0.02)
    assert share(policies, lambda each: each["policyPriority"] == 1) == pytest.approx(0.03, abs=0.01)
    assert share(policies, lambda each: "policyValiditySchedule" in each) == pytest.approx(0.04, abs=0.02)
    public = {
        each["qualifiedName"].rpartition("/")[0]
        for each in policies
        if each.get("policyGroups") == ["public"]
    }
    assert len(public) == pytest.approx(0.01 * len(purposes), abs=1)
    assert share(purposes, lambda each: each["__state"] == "DELETED") == pytest.approx(0.01, abs=0.002)
    assert any(each.get("policyRoles") for each in policies)
    assert any(each.get("policyUsers") == ["{USER}"] for each in policies)


def test_group_sizes_fall_like_a_power_of_their_rank(small):
    world, _ = small
    sizes = Counter(group for user in world.people.sample(500) for group in user.groups)
    first, tenth, last = (
        sum(sizes[rank] for rank in ranks) for ranks in (range(10), range(95, 105), range(990, 1000))
    )
    assert first > 3 * tenth > 6 * last


def test_the_oracle_and_the_domain_agree_about_everybody():
    world = World(TINY)
    documents = list(world.documents())
    oracle, roles, index = Oracle(documents), Roles(world.people), MemoryPolicyIndex.from_documents(documents)
    now = time.time()
    differing = 0
    for user in world.people.users():
        who = roles.who(user)
        subject = Subject(*who)
        listed = [each.guid for each in sorted(index.listed_purposes(subject), key=display_order)]
        grants = resolve(index.evidence(subject), subject, mode=Mode.EFFECTIVE, now=now).grants
        assert listed == oracle.listed(who)
        effective = [grant.purpose.guid for grant in grants]
        assert effective == oracle.effective(who, datetime.fromtimestamp(now, UTC))
        differing += listed != effective
    assert differing > TINY.users / 2


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, None),
        ({"totalCount": 10_000}, "count"),
        ({"purposes": []}, "page"),
        ({"hasMore": None}, "count"),
    ],
)
def test_a_wrong_answer_is_told_from_a_right_one(change, fault):
    world = World(TINY)
    truth = Truth(Oracle(world.documents()), Roles(world.people))
    user = world.people.user(0)
    right = truth.purposes(user, "listed")
    body = {
        "purposes": [{"guid": guid} for guid in right],
        "count": len(right),
        "totalCount": len(right),
        "hasMore": False,
        "approximateCount": False,
    }
    assert truth.fault_of_listed(user, Reply(200, json.dumps(body | change).encode())) == fault
    shuffled = json.dumps(body | {"purposes": body["purposes"][::-1]}).encode()
    assert truth.fault_of_listed(user, Reply(200, shuffled)) == "order"
    assert truth.fault_of_listed(user, Reply(503, b"")) == "unavailable"
    assert truth.fault_of_listed(user, Reply(401, b"")) == "status 401"


def test_percentiles_are_values_that_were_measured():
    ordered = list(range(1, 101))
    assert [percentile(ordered, share) for share in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert percentile([7], 99) == 7


def test_figures_are_per_request_and_in_milliseconds():
    asked = [Asked("q", "a", seconds) for seconds in (0.001, 0.003, 0.002)]
    found = measure(
        "x",
        [each.seconds for each in asked],
        wall=0.5,
        app_cpu=0.03,
        elastic_cpu=0.06,
        searches=6,
        faults=["unavailable", "short", None],
    )
    assert (found.p50, found.p99, found.slowest) == (2.0, 3.0, 3.0)
    assert (found.per_second, found.app_cpu_ms, found.elastic_cpu_ms, found.searches) == (
        6.0,
        10.0,
        20.0,
        2.0,
    )
    assert (found.wrong, found.unavailable) == (1, 1)
    assert Spread.of([3, 1, 2]) == Spread(1, 2, 3)
