"""Addresses, and the requests that are made for a question, without a server."""

import ast
import json
from pathlib import Path

import pytest
from elasticsearch.dsl.query import Terms

import purposeapp.policyindex.elasticsearch as package
from purposeapp.policyindex.elasticsearch import Fields, queries
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.queries import MAX_TERMS, Partition
from tests.world import subject

FIELDS = Fields(type_name="__typeName.keyword")
SOURCES = sorted(Path(package.__file__).parent.glob("*.py"))


def hosts(url: str) -> list[str]:
    with open_client(url, request_timeout=1.0) as client:
        return sorted(node.base_url for node in client.transport.node_pool.all())


def authorization(url: str, **credentials: str) -> str | None:
    with open_client(url, request_timeout=1.0, **credentials) as client:
        return client._headers.get("authorization")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://es:9200", ["http://es:9200"]),
        ("http://es", ["http://es:9200"]),
        (" https://es.example/search/ ", ["https://es.example:9200/search"]),
        ("http://user:pw@a:1,b:2,http://c", ["http://a:1", "http://b:2", "http://c:9200"]),
        ("http://[::1]:9201", ["http://[::1]:9201"]),
        ("https://u%40x:p%2Cq%2F@a,b", ["https://a:9200", "https://b:9200"]),
    ],
)
def test_a_url_has_one_address_or_several(url, expected):
    assert hosts(url) == expected


def test_credentials_come_from_the_url_and_better_ones_by_keyword():
    url = "http://u%40x:p%2Cq@a,b"
    assert authorization(url) == "Basic dUB4OnAscQ=="  # u@x:p,q
    assert authorization("http://a,u:pw@b") == "Basic dTpwdw=="  # u:pw
    assert authorization(url, username="u", password="pw") == "Basic dTpwdw=="
    assert authorization(url, username="u", password="pw", api_key="key") == "ApiKey key"
    assert (
        authorization("http://a", username="u", password="ñ") == "Basic dTrDsQ=="
    )  # UTF-8, as servers expect
    assert authorization("http://a") is None


@pytest.mark.parametrize("key", ["ñ", "id key", "key\n", "\0"])
def test_what_is_no_api_key_is_refused_before_it_is_sent(key):
    with pytest.raises(ValueError, match="encoded form"):
        authorization("http://a", api_key=key)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "es:9200",
        "postgresql://sesame@es",
        "http://",
        "http://,",
        "http://u:sesame@",
        "http://u:sesame/x@es:9200",
        "http://es:sesame",
        "http://es:99999",
        "http://[sesame",
    ],
)
def test_what_is_no_url_is_refused_without_being_quoted(url):
    with pytest.raises(ValueError) as refused:
        open_client(url, request_timeout=1.0)
    assert "sesame" not in str(refused.value)
    assert refused.value.__context__ is None or "sesame" not in str(refused.value.__context__)


def test_names_with_two_underscores_stay_as_they_are():
    """The DSL's default would make `.guid` of it, which finds nothing and says nothing."""
    assert Terms("__guid", ["g"]).to_dict() == {"terms": {"__guid": ["g"]}}
    (body,) = queries.purposes(FIELDS, guids=["g"], names=["n"])
    text = json.dumps(body)
    assert '"__guid": ["g"]' in text
    assert '"__state"' in text
    assert '"__typeName.keyword"' in text


def test_every_query_filters_type_and_state_first():
    who = subject("ana", "eng", roles=["analyst"])
    bodies = [
        queries.parents_listed(FIELDS, who, Partition()),
        queries.policies_naming(FIELDS, who),
        queries.policies_under(FIELDS, "g", "default/x"),
        queries.live_policies(FIELDS),
        queries.personas_naming(FIELDS, who, ["default/x"]),
        queries.persona_names(FIELDS, outside="default/", part=Partition()),
        *queries.purposes(FIELDS, guids=["g"]),
    ]
    for body in bodies:
        first, second = body["query"]["bool"]["filter"][:2]
        assert list(first["term"]) == ["__typeName.keyword"]
        assert second == {"term": {"__state": {"value": "ACTIVE"}}}


def test_nothing_wanted_finds_nothing():
    assert list(queries.purposes(FIELDS)) == []
    (body,) = queries.purposes(FIELDS, guids=["\ud800"])
    assert body["query"]["bool"]["filter"][-1] == {"match_none": {}}


def test_more_names_than_one_terms_query_holds_are_several():
    groups = [f"group-{number}" for number in range(2 * MAX_TERMS)]
    body = queries.policies_naming(FIELDS, subject("ana", *groups))
    clauses = body["query"]["bool"]["filter"][-1]["bool"]["should"]
    sizes = [len(each["terms"]["policyGroups"]) for each in clauses if "policyGroups" in each["terms"]]
    assert sizes == [MAX_TERMS, MAX_TERMS, 1]  # and `public`


def test_halves_of_a_partition_share_out_its_hashes():
    assert Partition().options == {}
    for part in (Partition(), Partition(2, 3)):
        hashes = {value for value in range(60) if value % part.of == part.number}
        first, second = ({v for v in range(60) if v % half.of == half.number} for half in part.halves())
        assert first | second == hashes
        assert not first & second


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_query_is_ever_cut_short_for_speed(path):
    """`timeout` and `terminate_after` answer with what was found so far; node.py's time-out is that of the socket."""
    tree = ast.parse(path.read_text())
    written = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    keywords = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    forbidden = {"terminate_after"} | ({"timeout"} if path.name != "node.py" else set())
    assert not forbidden & (written | keywords)
