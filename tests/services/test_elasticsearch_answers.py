"""What the index makes of answers that are late, partial, refused or nonsense: an error each time, never a shorter list."""

import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

import pytest

from purposeapp.domain.errors import PoliciesMisconfigured, PoliciesUnavailable
from purposeapp.policyindex.elasticsearch import ElasticsearchPolicyIndex, connect, inspect_mapping
from purposeapp.policyindex.elasticsearch.sweep import ONE_COPY
from tests.servers import free_ports
from tests.services.liar import Liar, liar
from tests.world import subject

DEADLINE = 0.5
PATIENCE = 10.0
ANA = subject("ana", "eng", roles=["analyst", "persona_x"])
WHOLE = {"total": 2, "successful": 2, "skipped": 1, "failed": 0}
CAPABILITIES = {
    "fields": {
        name: {"keyword": {"type": "keyword", "searchable": True, "aggregatable": True}}
        for name in ("__typeName.keyword", "__guid", "__state", "qualifiedName")
    }
}
EMPTY = {"timed_out": False, "_shards": WHOLE, "hits": {"hits": []}}
SOURCE = {
    "__guid": "g",
    "__typeName": "Purpose",
    "__state": "ACTIVE",
    "qualifiedName": "default/x",
    "name": "Sales",
}

QUESTIONS: dict[str, Callable[[ElasticsearchPolicyIndex], object]] = {
    "listed": lambda index: list(index.listed_purposes(ANA)),
    "evidence": lambda index: index.evidence(ANA),
    "personas": lambda index: index.personas(ANA),
    "purpose": lambda index: index.purpose("g"),
    "policies": lambda index: index.policies_of("g"),
    "attributes": lambda index: index.attributes(["g"], ["name"]),
    "check": lambda index: index.check(),
}

every_question = pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)


def answering(path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
    """A well-behaved server with nothing in it."""
    if "_field_caps" in path:
        return 200, CAPABILITIES
    counted = {"buckets": [], "sum_other_doc_count": 0}
    aggregations = {
        "links": {"parents": {"linked": counted}},
        "others": {"unlinked": counted},
        "names": counted,
    }
    hits = {"hits": [], "total": {"value": 0}}
    return 200, {**EMPTY, "hits": hits, "aggregations": aggregations}


@pytest.fixture
def server() -> Iterator[Liar]:
    with liar(answering) as started:
        yield started


@pytest.fixture
def index(server: Liar) -> Iterator[ElasticsearchPolicyIndex]:
    reader = connect(server.url, deadline=DEADLINE, pool_size=2)
    made = ElasticsearchPolicyIndex(reader, "atlas")
    made.check()
    yield made
    reader.close()


def search_answers(server: Liar, status: int, content: Any) -> None:
    """From now on this is the answer to everything but the question for the mapping."""
    server.answer = lambda path, headers, body: (
        (200, CAPABILITIES) if "_field_caps" in path else (status, content)
    )


@every_question
def test_a_well_behaved_server_is_believed(index, ask):
    assert ask(index) in ([], None, {}, index.evidence(ANA), "0 purpose policies on 2 shards")


def test_all_is_read_from_the_copies_that_the_tail_reads(server, index):
    empty_page = {**EMPTY, "pit_id": "point", "id": "point"}
    server.answer = lambda path, headers, body: (200, CAPABILITIES if "_field_caps" in path else empty_page)
    assert list(index.scan()) == []
    (opened,) = [path for path in server.requests if path.startswith("/atlas/_pit")]
    assert f"preference={ONE_COPY}" in opened, "another copy may be behind what the tail has told"


PARTIAL = {
    "a failed shard": {**EMPTY, "_shards": {**WHOLE, "failed": 1}},
    "no shard at all": {**EMPTY, "_shards": {**WHOLE, "total": 0}},
    "timed out": {**EMPTY, "timed_out": True},
    "ended early": {**EMPTY, "terminated_early": True},
    "shards unsaid": {"timed_out": False, "hits": {"hits": []}},
    "no hits": {"timed_out": False, "_shards": WHOLE},
    "no list of hits": {**EMPTY, "hits": {}, "aggregations": {}},
    "terms without their rest": {**EMPTY, "hits": {}, "aggregations": {"names": {"buckets": []}}},
    "hits without content": {**EMPTY, "hits": {"hits": [{"_id": "1"}]}},
    "no aggregations": {**EMPTY, "hits": {}},
    "empty object": {},
    "a list": [],
    "null": None,
    "no body": b"",
    "not JSON": b"<html>proxy</html>",
    "half a body": b'{"timed_out": false, "hits": {"hi',
}


@every_question
@pytest.mark.parametrize("content", PARTIAL.values(), ids=PARTIAL)
def test_less_than_the_whole_answer_is_no_answer(server, index, ask, content):
    if isinstance(content, dict) and ask is QUESTIONS["check"]:
        content = {**content, "hits": {}}  # it asks for no hits, but for their number
    search_answers(server, 200, content)
    with pytest.raises(PoliciesUnavailable):
        ask(index)


@every_question
@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 429, 500, 502, 503, 504])
def test_a_refusal_is_no_answer_and_its_words_stay_with_us(server, index, ask, status, caplog):
    secret = "the driver's words"
    search_answers(server, status, {"error": {"type": secret, "reason": secret}, "status": status})
    before = len(server.requests)
    with caplog.at_level(logging.DEBUG, logger="purposeapp"), pytest.raises(PoliciesUnavailable) as refused:
        ask(index)
    assert len(server.requests) == before + 1, "a refusal is not asked again"
    assert refused.value.__cause__ is not None
    assert secret not in str(refused.value)
    assert secret not in caplog.text


@pytest.mark.parametrize(
    "content",
    [
        b"<html>sesame</html>",
        b"",
        {"error": {"sesame": []}},
        {"error": ["sesame"]},
        {"error": None},
        ["sesame"],
    ],
    ids=repr,
)
def test_a_refusal_in_any_shape_is_no_answer(server, index, content, caplog):
    search_answers(server, 502, content)
    with pytest.raises(PoliciesUnavailable):
        index.check()
    assert "sesame" not in caplog.text


def test_the_second_query_counts_as_much_as_the_first(server, index):
    """The policies are complete, the purposes are not."""
    hit = {"_source": {**SOURCE, "__typeName": "AuthPolicy", "qualifiedName": "default/x/p"}}

    def second_partial(path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        if b"AuthPolicy" in body:
            return 200, {**EMPTY, "hits": {"hits": [hit]}}
        return 200, {**EMPTY, "hits": {"hits": [{"_source": SOURCE}]}, "_shards": {**WHOLE, "failed": 1}}

    server.answer = second_partial
    with pytest.raises(PoliciesUnavailable):
        index.evidence(ANA)


@pytest.mark.parametrize(
    ("error", "cure"),
    [("index_not_found_exception", "ELASTICSEARCH_INDEX"), ("security_exception", "ELASTICSEARCH_API_KEY")],
)
def test_the_operator_reads_the_cure_in_the_log_and_the_caller_does_not(server, index, error, cure, caplog):
    search_answers(server, 404, {"error": {"type": error}, "status": 404})
    with pytest.raises(PoliciesMisconfigured) as refused:
        index.check()
    assert cure in caplog.text
    assert cure in refused.value.problems[0]
    assert cure not in str(refused.value)


@every_question
def test_a_body_that_dribbles_in_is_waited_for_no_longer_than_the_deadline(server, index, ask):
    server.pause = DEADLINE / 5  # each byte comes in time; the whole takes minutes
    began = monotonic()
    with pytest.raises(PoliciesUnavailable):
        ask(index)
    assert monotonic() - began < 4 * DEADLINE, "it hung"


def test_a_question_finds_no_connection_free_and_says_so(server, index):
    server.pause = DEADLINE / 5
    with ThreadPoolExecutor(8) as askers:
        began = monotonic()
        answers = [askers.submit(index.purpose, "g") for _ in range(8)]
        assert all(isinstance(answer.exception(PATIENCE), PoliciesUnavailable) for answer in answers)
    assert monotonic() - began < 4 * DEADLINE, "they queued"
    server.pause = 0.0
    assert index.purpose("g") is None


def test_a_dead_node_among_several_costs_nothing_but_a_second_try(server):
    dead = f"http://127.0.0.1:{free_ports(1)[0]}"
    reader = connect(f"{dead},{server.url}", deadline=5.0)
    for _ in range(6):
        assert ElasticsearchPolicyIndex(reader, "atlas").purpose("g") is None


def test_no_node_at_all_is_unavailable_at_once():
    reader = connect(f"http://127.0.0.1:{free_ports(1)[0]}", deadline=30.0)
    began = monotonic()
    with pytest.raises(PoliciesUnavailable):
        ElasticsearchPolicyIndex(reader, "atlas").check()
    assert monotonic() - began < PATIENCE


def test_a_server_without_tls_behind_https_is_a_misconfiguration(server):
    reader = connect(server.url.replace("http://", "https://"), deadline=5.0)
    with pytest.raises(PoliciesMisconfigured) as refused:
        inspect_mapping(reader, "atlas")
    assert "ELASTICSEARCH_CA_CERTS" in refused.value.problems[0]


def test_no_request_asks_for_less_than_everything(server, index):
    """`timeout` and `terminate_after` turn slowness into missing grants; partial results are refused everywhere."""
    seen: list[tuple[str, Any]] = []

    def watching(path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        seen.append((path, json.loads(body or b"null")))
        return answering(path, headers, body)

    server.answer = watching
    for ask in QUESTIONS.values():
        ask(index)
    assert len(seen) >= len(QUESTIONS)
    for path, body in seen:
        assert "timeout" not in path
        assert "terminate_after" not in path
        assert not {"timeout", "terminate_after", "from"} & set(body)
        assert "allow_partial_search_results=false" in path
        assert path.startswith("/atlas/_search")
