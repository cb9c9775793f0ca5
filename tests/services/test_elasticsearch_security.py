"""An Elasticsearch with TLS and passwords: the least that we need to be allowed, and what a wrong set-up says."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from purposeapp.domain.errors import PoliciesMisconfigured, PoliciesUnavailable
from purposeapp.policyindex.elasticsearch import ElasticsearchPolicyIndex, connect
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.load import bulk_load, create_index
from purposeapp.policyindex.elasticsearch.reader import MAX_PAGE
from tests.servers import need
from tests.services.secured import ADMIN, PASSWORD, READER, Secured, secured_elasticsearch
from tests.world import policy, purpose, subject

pytestmark = pytest.mark.service

INDEX = "atlas"
DEADLINE = 10.0
MANY = MAX_PAGE + 1
ANA = subject("ana", "eng")
SALES = purpose("Sales")


@pytest.fixture(scope="module")
def server() -> Iterator[Secured]:
    need("elasticsearch")
    with secured_elasticsearch() as started:
        with open_client(
            f"https://{started.host}",
            request_timeout=60.0,
            username=ADMIN,
            password=PASSWORD,
            ca_certs=started.ca_certs,
        ) as loader:
            for index in (INDEX, "secret"):
                create_index(loader, index)
                many = [policy(f"p{number}", on=SALES, groups=["eng"]) for number in range(MANY)]
                bulk_load(loader, index, [SALES, *many])
        yield started


def works(index: ElasticsearchPolicyIndex) -> bool:
    """Every kind of request: field capabilities, aggregation, search, and a snapshot for more than a page."""
    listed = [each.name for each in index.listed_purposes(ANA)]
    return listed == ["Sales"] and len(index.evidence(ANA).policies) == MANY


def test_a_user_who_may_only_read_the_index_is_enough(server):
    url = f"https://{READER}:{quote(PASSWORD, safe='')}@{server.host}"
    assert works(ElasticsearchPolicyIndex(connect(url, deadline=DEADLINE, ca_certs=server.ca_certs), INDEX))


def test_credentials_may_be_kept_out_of_the_url(server):
    reader = connect(
        f"https://{server.host}",
        deadline=DEADLINE,
        username=READER,
        password=PASSWORD,
        ca_certs=server.ca_certs,
    )
    assert works(ElasticsearchPolicyIndex(reader, INDEX))


@pytest.mark.parametrize(
    ("credentials", "index"),
    [
        ({}, INDEX),
        ({"username": READER, "password": "sesame?"}, INDEX),
        ({"username": "nobody", "password": PASSWORD}, INDEX),
        ({"api_key": "c2VzYW1lOnNlc2FtZQ=="}, INDEX),
        ({"username": READER, "password": PASSWORD}, "secret"),
    ],
    ids=["none", "wrong password", "unknown user", "wrong key", "another index"],
)
def test_refused_credentials_are_told_to_the_operator_without_being_quoted(
    server, credentials, index, caplog
):
    reader = connect(f"https://{server.host}", deadline=DEADLINE, ca_certs=server.ca_certs, **credentials)
    with pytest.raises(PoliciesMisconfigured) as refused:
        ElasticsearchPolicyIndex(reader, index).check()
    assert "ELASTICSEARCH_API_KEY" in refused.value.problems[0]
    for words in (str(refused.value), caplog.text):
        assert "sesame" not in words
        assert "c2VzYW1l" not in words


def test_a_certificate_of_an_unknown_authority_is_refused_with_the_cure(server):
    reader = connect(f"https://{server.host}", deadline=DEADLINE, username=READER, password=PASSWORD)
    with pytest.raises(PoliciesMisconfigured) as refused:
        ElasticsearchPolicyIndex(reader, INDEX).check()
    assert "ELASTICSEARCH_CA_CERTS" in refused.value.problems[0]


def test_plain_http_to_a_tls_port_is_unavailable(server):
    with pytest.raises(PoliciesUnavailable):
        ElasticsearchPolicyIndex(connect(f"http://{server.host}", deadline=DEADLINE), INDEX).check()
