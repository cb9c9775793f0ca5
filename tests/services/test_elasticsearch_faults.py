"""Two real nodes with a half of the shards each, one of which is frozen, killed and brought back.

Elasticsearch's own default answers such a cluster's searches with what is left, as HTTP 200. Ours: right, or an error.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic
from typing import Any

import pytest

from deploy.native.daemon import wait_until
from deploy.native.elasticsearch import ElasticsearchNode
from purposeapp.domain.errors import PoliciesUnavailable
from purposeapp.domain.model import Policy
from purposeapp.policyindex.base import PolicyIndex
from purposeapp.policyindex.elasticsearch import ElasticsearchPolicyIndex, connect
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.load import bulk_load, create_index
from purposeapp.policyindex.memory import MemoryPolicyIndex
from tests.servers import elasticsearch_cluster
from tests.world import guid_of, persona, persona_role, policy, purpose, subject

log = logging.getLogger(__name__)
pytestmark = pytest.mark.service

INDEX = "atlas"
DEADLINE = 1.5
LONGEST = 4 * DEADLINE
PATIENCE = 60
NAMES = ["name", "__createdBy"]

PURPOSES = [purpose(f"Purpose {number:03}") for number in range(200)]
PERSONAS = [persona(f"Persona {number:02}", users=["ana"] if number % 2 else None) for number in range(40)]
POLICIES = [
    policy(
        f"{kind} {each['name']}",
        on=each,
        type=kind,
        groups=["eng"] if kind == "allow" else None,
        users=["ana"] if kind == "deny" else None,
        linked=number % 3 > 0,
    )
    for number, each in enumerate(PURPOSES)
    for kind in ("allow", "deny")
]
DOCUMENTS = [*PURPOSES, *POLICIES, *PERSONAS]
ANA = subject("ana", "eng", roles=[persona_role(each) for each in PERSONAS])
GUIDS = [each["__guid"] for each in PURPOSES]
SOME_GUID = guid_of("purpose", "Purpose 007")


def evidence(index: PolicyIndex) -> tuple[set[Policy], set[str]]:
    found = index.evidence(ANA)
    return set(found.policies), {each.guid for each in found.purposes}


QUESTIONS: dict[str, Callable[[PolicyIndex], Any]] = {
    "listed": lambda index: {each.guid for each in index.listed_purposes(ANA)},
    "evidence": evidence,
    "personas": lambda index: set(index.personas(ANA)),
    "purpose": lambda index: index.purpose(SOME_GUID),
    "policies": lambda index: set(index.policies_of(SOME_GUID)),
    "attributes": lambda index: index.attributes(GUIDS, NAMES),
}


@pytest.fixture(scope="module")
def nodes() -> Iterator[list[ElasticsearchNode]]:
    with elasticsearch_cluster() as cluster:
        with open_client(cluster[0].url, request_timeout=60.0) as loader:
            create_index(loader, INDEX, shards=4)
            bulk_load(loader, INDEX, DOCUMENTS)
        yield cluster


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    reference = MemoryPolicyIndex.from_documents(DOCUMENTS)
    return {name: ask(reference) for name, ask in QUESTIONS.items()}


@pytest.fixture(params=["first node", "both nodes"])
def index(request: pytest.FixtureRequest, nodes: list[ElasticsearchNode]) -> Iterator[PolicyIndex]:
    """The index as asked through the node that stays, and through either node."""
    addresses = [node.url for node in nodes]
    reader = connect(
        ",".join(addresses if request.param == "both nodes" else addresses[:1]), deadline=DEADLINE
    )
    made = ElasticsearchPolicyIndex(reader, INDEX)
    assert wait_until(lambda: answered(QUESTIONS["listed"], made) is not None, PATIENCE)
    yield made
    reader.close()


def answered(ask: Callable[[PolicyIndex], Any], index: PolicyIndex) -> Any:
    """The answer, or None for PoliciesUnavailable; fails when the question takes much longer than its deadline."""
    asker = ThreadPoolExecutor(1)
    try:
        return asker.submit(ask, index).result(timeout=LONGEST * 2)
    except PoliciesUnavailable:
        return None
    finally:
        asker.shutdown(wait=False)


def right_or_refused(index: PolicyIndex, expected: dict[str, Any]) -> dict[str, bool]:
    """Ask everything; which questions were answered. A wrong answer fails the test."""
    outcome = {}
    for name, ask in QUESTIONS.items():
        began = monotonic()
        answer = answered(ask, index)
        took = monotonic() - began
        log.info("%s: %s after %.2f s", name, "refused" if answer is None else "answered", took)
        assert answer is None or answer == expected[name], f"{name} was wrong"
        assert took < LONGEST, f"{name} hung"
        outcome[name] = answer is not None
    return outcome


@contextmanager
def frozen(node: ElasticsearchNode) -> Iterator[None]:
    node.daemon.freeze()
    try:
        yield
    finally:
        node.daemon.thaw()


def test_all_is_well_before(index, expected):
    assert all(right_or_refused(index, expected).values())


def test_a_frozen_node_is_waited_for_until_the_deadline_and_answers_again_when_it_thaws(
    nodes, index, expected
):
    with frozen(nodes[1]):
        for _ in range(2):
            assert not right_or_refused(index, expected)["listed"]
    assert wait_until(lambda: all(right_or_refused(index, expected).values()), PATIENCE)


def test_a_killed_node_makes_errors_not_shorter_answers_until_it_is_back(nodes, index, expected):
    try:
        nodes[1].daemon.kill()
        for _ in range(5):
            outcome = right_or_refused(index, expected)
            assert not outcome["listed"]
            assert not outcome["attributes"]
    finally:
        nodes[1].start()
    assert wait_until(lambda: all(right_or_refused(index, expected).values()), PATIENCE)
