"""Beyond one answer of Elasticsearch: exact at any size, and the round trips that a question costs."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from elasticsearch import Elasticsearch

from purposeapp.policyindex.elasticsearch import ElasticsearchPolicyIndex, ElasticsearchReader
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.load import bulk_load, create_index
from tests.servers import fresh_index, need
from tests.world import persona, persona_role, policy, purpose, segment_of, subject

pytestmark = pytest.mark.service

MANY = 12_000
ANA = subject("ana", "eng", roles=["analyst"])


@pytest.fixture(scope="module")
def client() -> Iterator[Elasticsearch]:
    with open_client(need("elasticsearch"), request_timeout=60.0) as made:
        yield made


@contextmanager
def index_of(client: Elasticsearch, documents: list[dict]) -> Iterator[ElasticsearchPolicyIndex]:
    with fresh_index(need("elasticsearch")) as name:
        create_index(client, name, shards=2)
        bulk_load(client, name, documents)
        yield ElasticsearchPolicyIndex(ElasticsearchReader(client, deadline=60.0, concurrency=4), name)


class RoundTrips:
    """Counts the requests that a client sends while the block lasts."""

    def __init__(self, client: Elasticsearch, monkeypatch: pytest.MonkeyPatch) -> None:
        self.paths: list[str] = []
        send = client.transport.perform_request

        def counted(method: str, target: str, **options: object) -> object:
            self.paths.append(target.partition("?")[0].rpartition("/")[2])
            return send(method, target, **options)

        monkeypatch.setattr(client.transport, "perform_request", counted)

    def taken(self) -> list[str]:
        paths, self.paths = self.paths, []
        return paths


@pytest.mark.parametrize("linked", [True, False], ids=["linked", "by name"])
def test_12000_purposes_are_12000_purposes(client, linked):
    purposes = [purpose(f"Purpose {number:05}") for number in range(MANY)]
    policies = [policy(f"of {each['name']}", on=each, groups=["public"], linked=linked) for each in purposes]
    guids = {each["__guid"] for each in purposes}
    with index_of(client, [*purposes, *policies]) as index:
        listed = index.listed_purposes(ANA)
        assert len(listed) == MANY
        assert {each.guid for each in listed} == guids
        evidence = index.evidence(ANA)
        assert len(evidence.policies) == len(evidence.purposes) == MANY
        assert {each.purpose_guid for each in evidence.policies} == guids
        assert set(index.attributes(sorted(guids), ["name"])) == guids


def test_12000_personas_with_an_unusual_prefix_hide_none(client):
    personas = [
        persona(f"Persona {number:05}", qualifiedName=f"tenant/{segment_of(str(number))}")
        for number in range(MANY)
    ]
    mine = personas[::1_000]
    with index_of(client, personas) as index:
        who = subject("ana", roles=[persona_role(each) for each in mine])
        assert {each.guid for each in index.personas(who)} == {each["__guid"] for each in mine}


def test_a_typical_question_is_two_round_trips(client, monkeypatch):
    sales = purpose("Sales")
    documents = [sales, policy("read", on=sales, groups=["eng"]), mine := persona("Mine")]
    with index_of(client, documents) as index:
        trips = RoundTrips(client, monkeypatch)
        index.check()
        assert trips.taken() == ["_field_caps", "_search"]
        index.listed_purposes(ANA)
        assert trips.taken() == ["_search"] * 2
        index.evidence(ANA)
        assert trips.taken() == ["_search"] * 2
        index.listed_purposes(subject("nobody"))
        assert trips.taken() == ["_search"]
        index.personas(ANA)
        assert trips.taken() == ["_search"]
        index.personas(subject("ana", roles=[persona_role(mine)]))
        assert trips.taken() == ["_search"] * 2
        index.purpose(sales["__guid"])
        assert trips.taken() == ["_search"]


def test_more_than_a_page_is_read_from_a_snapshot_which_is_closed_again(client, monkeypatch):
    sales = purpose("Sales")
    many = [policy(f"p{number}", on=sales, users=["ana"]) for number in range(10_001)]
    with index_of(client, [sales, *many]) as index:
        index.check()
        trips = RoundTrips(client, monkeypatch)
        assert len(index.evidence(ANA).policies) == 10_001
        # The path of a snapshot's opening and of its closing both end in _pit.
        assert trips.taken() == ["_search", "_pit", "_search", "_search", "_pit", "_search"]
