"""The lists are the same bytes from a snapshot as from its source, page by page, whoever gave the cursor."""

import math
from typing import Any
from urllib.parse import urlencode

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from purposeapp.api import lists
from purposeapp.api.legacy import read_user_purposes
from purposeapp.api.queries import PurposesQuery, read_query_string
from purposeapp.directory.memory import MemoryDirectory
from purposeapp.discovery.asking import Asked, Caller
from purposeapp.discovery.freshness import Consistency, Ports
from purposeapp.discovery.personas import accessible_personas
from purposeapp.discovery.purposes import listed_purposes
from purposeapp.discovery.written import WRITERS, Json
from purposeapp.domain.model import Mode, Person, Subject
from purposeapp.domain.page import SORT_FIELDS, Sort
from purposeapp.domain.snapshot import Change
from purposeapp.policyindex.base import PolicyIndex
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex
from purposeapp.wiring import TenantServices
from tests.random_worlds import Plain, changes, subjects, times

CALLER = Caller(Person("1", "ana"), trusted=False)

sorts = st.sampled_from([*SORT_FIELDS, *(f"-{name}" for name in SORT_FIELDS)])
queries = st.fixed_dictionaries(
    {},
    optional={
        "mode": st.sampled_from(list(Mode)),
        "sort": sorts,
        "limit": st.integers(1, 5),
        "q": st.sampled_from(["", "risk", "SALES", "strasse"]),
        "classification": st.sampled_from(["", "PII", "none"]),
        "fields": st.sampled_from(["", "name", "id,updateTime"]),
        "include": st.sampled_from(["", "policies", "policies,reasons"]),
    },
)
bodies = st.fixed_dictionaries(
    {"username": st.just("ana"), "groups": st.just([])},
    optional={
        "limit": st.integers(1, 5),
        "offset": st.integers(0, 7) | st.just(10**30),
        "attributes": st.sampled_from([[], ["name", "denyAssetTabs", "nonsense"], ["__guid", "isEnabled"]]),
    },
)


def source_and_snapshot(world: Change, moment: float) -> tuple[PolicyIndex, PolicyIndex]:
    """An index that is asked each time, and one that answers from a snapshot taken of it at a moment."""
    source = Plain.after([world]).index()
    snapshot = SnapshotPolicyIndex(source, max_age=math.inf, writers=WRITERS, wall_clock=lambda: moment)
    snapshot.refresh()
    return source, snapshot


def ports(policies: PolicyIndex) -> Ports:
    tenant = TenantServices(
        slug="acme",
        policies=policies,
        directory=MemoryDirectory(),
        issuers=(),
        local_issuer=None,
        auditor_role="access-auditor",
    )
    return tenant.at(Consistency())


def accessible(policies: PolicyIndex, asked: Asked, parameters: Json, now: float) -> Json:
    query = read_query_string(urlencode(parameters), PurposesQuery)
    cursors = lists.Cursors("/", "acme", CALLER, asked, query)
    return lists.accessible(asked, query, ports=ports(policies), cursors=cursors, now=now)


@settings(max_examples=400, deadline=None)
@given(world=changes, who=subjects, enabled=st.booleans(), parameters=queries, now=times, moment=times)
def test_by_cursor(
    world: Change, who: Subject, enabled: bool, parameters: Json, now: float, moment: float
) -> None:
    source, snapshot = source_and_snapshot(world, moment)
    asked = Asked(who, Person("2", who.username, enabled=enabled))
    while True:
        ours, theirs = (accessible(each, asked, parameters, now) for each in (snapshot, source))
        assert orjson.dumps(ours) == orjson.dumps(theirs)
        if theirs["next"] is None:
            return
        parameters = {**parameters, "cursor": theirs["next"]}


@settings(max_examples=200, deadline=None)
@given(world=changes, who=subjects, body=bodies, shape=st.sampled_from([lists.FLAT, lists.HEADER]))
def test_by_offset(world: Change, who: Subject, body: Json, shape: lists.PurposeShape) -> None:
    question = read_user_purposes(body)
    ours, theirs = (
        lists.user_purposes(
            Asked(who, None),
            question,
            ports=ports(each),
            shape=shape,
        )
        for each in reversed(source_and_snapshot(world, 0.0))
    )
    assert orjson.dumps(ours) == orjson.dumps(theirs)


@settings(max_examples=100, deadline=None)
@given(world=changes, who=subjects)
def test_without_a_limit(world: Change, who: Subject) -> None:
    source, snapshot = source_and_snapshot(world, 0.0)
    ours, theirs = (listed_purposes(Asked(who, None), policies=each) for each in (snapshot, source))
    assert (ours.shown.grants(), ours.total) == (list(theirs.shown.grants()), theirs.total)


@settings(max_examples=200, deadline=None)
@given(
    world=changes,
    who=subjects,
    mode=st.sampled_from(list(Mode)),
    sort=sorts,
    words=st.sampled_from(["", "own"]),
    with_reasons=st.booleans(),
)
def test_personas(world: Change, who: Subject, **question: Any) -> None:
    source, snapshot = source_and_snapshot(world, 0.0)
    question["sort"] = Sort.parse(question["sort"])
    asked = Asked(who, None)
    ours, theirs = (
        accessible_personas(asked, policies=each, after=None, limit=1, **question)
        for each in (snapshot, source)
    )
    assert ours == theirs
