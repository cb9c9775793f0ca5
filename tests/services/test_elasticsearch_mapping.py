"""Indexes that are mapped otherwise than Atlas's usual one: understood, or refused with the cure."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from purposeapp.domain.errors import PoliciesMisconfigured
from purposeapp.policyindex.elasticsearch import ElasticsearchPolicyIndex, connect, inspect_mapping
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.load import MAPPING, bulk_load, create_index
from tests.servers import fresh_index, need
from tests.world import persona, policy, purpose, subject

pytestmark = pytest.mark.service

SALES, RISK = purpose("Sales"), purpose("Risk")
DOCUMENTS = [
    SALES,
    RISK,
    policy("linked", on=SALES, groups=["eng"]),
    policy("by name", on=RISK, users=["ana"], linked=False),
    persona("Mine", users=["ana"]),
]
ANA = subject("ana", "eng")
TEXT = {"type": "text"}


@pytest.fixture(scope="module")
def client() -> Iterator[Elasticsearch]:
    with open_client(need("elasticsearch"), request_timeout=60.0) as made:
        yield made


@pytest.fixture
def name() -> Iterator[str]:
    with fresh_index(need("elasticsearch")) as made:
        yield made


@pytest.fixture
def reader():
    made = connect(need("elasticsearch"), deadline=20.0)
    yield made
    made.close()


def mapped(**changes: Mapping[str, Any] | None) -> dict[str, Any]:
    """The usual mapping, with these fields mapped so, or not at all."""
    mapping = deepcopy(dict(MAPPING))
    mapping["properties"] = {
        field: how for field, how in {**mapping["properties"], **changes}.items() if how is not None
    }
    return mapping


def sees_everything(index: ElasticsearchPolicyIndex) -> bool:
    listed = {each.name for each in index.listed_purposes(ANA)}
    evidence = {each.name for each in index.evidence(ANA).policies}
    personas = [each.name for each in index.personas(ANA)]
    return (listed, evidence, personas) == ({"Sales", "Risk"}, {"linked", "by name"}, ["Mine"])


def test_the_usual_mapping_has_the_type_in_a_keyword_below(client, reader, name):
    create_index(client, name)
    bulk_load(client, name, DOCUMENTS)
    assert inspect_mapping(reader, name).type_name == "__typeName.keyword"
    assert sees_everything(ElasticsearchPolicyIndex(reader, name))


@pytest.mark.parametrize("normalizer", [{}, {"normalizer": "lowercase"}], ids=["as written", "lowercase"])
def test_a_type_that_is_a_keyword_itself_is_understood(client, reader, name, normalizer):
    create_index(client, name, mapping=mapped(__typeName={"type": "keyword", **normalizer}))
    bulk_load(client, name, DOCUMENTS)
    assert inspect_mapping(reader, name).type_name == "__typeName"
    assert sees_everything(ElasticsearchPolicyIndex(reader, name))


def test_an_index_without_any_relationships_joins_by_name(client, reader, name):
    create_index(client, name, mapping=mapped(relationshipList=None))
    unlinked = [{k: v for k, v in each.items() if k != "relationshipList"} for each in DOCUMENTS]
    bulk_load(client, name, unlinked)
    assert sees_everything(ElasticsearchPolicyIndex(reader, name))


def test_an_alias_is_as_good_as_its_index(client, reader, name):
    create_index(client, name)
    bulk_load(client, name, DOCUMENTS)
    client.indices.put_alias(index=name, name=f"{name}-alias")
    assert sees_everything(ElasticsearchPolicyIndex(reader, f"{name}-alias"))


@pytest.mark.parametrize(
    ("field", "how"),
    [
        ("__typeName", TEXT),
        ("__typeName", None),
        ("__guid", TEXT),
        ("__guid", None),
        ("__state", TEXT),
        ("qualifiedName", TEXT),
        ("policyCategory", TEXT),
        ("policyUsers", TEXT),
        ("policyUsers", {"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}),
        ("policyGroups", {"type": "long"}),
        ("policyRoles", TEXT),
        ("personaUsers", TEXT),
        ("personaGroups", TEXT),
        ("relationshipList", {"type": "object", "properties": {"endGuid": {"type": "keyword"}}}),
        ("relationshipList", {"type": "nested", "properties": {"endGuid": TEXT}}),
    ],
)
def test_what_would_find_nothing_in_silence_is_refused_by_name(client, reader, name, field, how):
    create_index(client, name, mapping=mapped(**{field: how}))
    with pytest.raises(PoliciesMisconfigured) as refused:
        inspect_mapping(reader, name)
    (problem,) = refused.value.problems
    assert field in problem
    assert name in problem
    assert "reindex" in problem
    assert name not in str(refused.value), "that is for the operator"
    with pytest.raises(PoliciesMisconfigured):
        ElasticsearchPolicyIndex(reader, name).listed_purposes(ANA)


def test_all_that_is_wrong_is_said_at_once(client, reader, name):
    create_index(client, name, mapping={"properties": {"message": TEXT}})
    with pytest.raises(PoliciesMisconfigured) as refused:
        inspect_mapping(reader, name)
    assert len(refused.value.problems) == 4


def test_indices_of_an_alias_that_disagree_are_refused(client, reader, name):
    with fresh_index(need("elasticsearch")) as other:
        create_index(client, name)
        create_index(client, other, mapping=mapped(policyUsers=TEXT))
        for each in (name, other):
            client.indices.put_alias(index=each, name=f"{name}-alias")
        with pytest.raises(PoliciesMisconfigured) as refused:
            inspect_mapping(reader, f"{name}-alias")
        assert "it is keyword and text" in refused.value.problems[0]


@pytest.mark.parametrize("ask", [lambda index: index.check(), lambda index: index.listed_purposes(ANA)])
def test_an_index_that_is_not_there_is_refused_with_the_cure(reader, name, ask: Callable[..., object]):
    for missing in (name, f"{name}*"):
        with pytest.raises(PoliciesMisconfigured) as refused:
            ask(ElasticsearchPolicyIndex(reader, missing))
        assert "ELASTICSEARCH_INDEX" in refused.value.problems[0]


def test_an_index_that_goes_away_is_an_error_and_one_that_comes_is_seen(client, reader, name):
    index = ElasticsearchPolicyIndex(reader, name)
    with pytest.raises(PoliciesMisconfigured):
        index.check()
    create_index(client, name)
    bulk_load(client, name, DOCUMENTS)
    assert sees_everything(index)
    client.indices.delete(index=name)
    with pytest.raises(PoliciesMisconfigured):
        index.listed_purposes(ANA)


def test_an_id_is_not_the_guid_and_does_not_matter(client, reader, name):
    create_index(client, name)
    bulk_load(client, name, DOCUMENTS)
    hits = client.search(index=name, size=10)["hits"]["hits"]
    assert not {hit["_id"] for hit in hits} & {hit["_source"]["__guid"] for hit in hits}
    assert ElasticsearchPolicyIndex(reader, name).purpose(hits[0]["_id"]) is None
