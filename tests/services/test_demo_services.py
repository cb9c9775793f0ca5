"""The demo in real servers: the same company and the same answers as from memory."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from purposeapp.demo import PASSWORD, company, documents
from purposeapp.demo.errors import NotTheDemo
from purposeapp.demo.keycloak import replace_realm
from purposeapp.demo.services import Keycloak, load_services
from purposeapp.directory.keycloak import KeycloakDirectory, connect
from purposeapp.domain.model import Mode
from purposeapp.domain.resolve import resolve
from purposeapp.policyindex.elasticsearch import ElasticsearchPolicyIndex
from purposeapp.policyindex.elasticsearch import connect as connect_elasticsearch
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.memory import MemoryPolicyIndex
from tests.servers import KeycloakAdmin, fresh_index, need, servers
from tests.services.realm import PATIENT, fresh_realm

pytestmark = pytest.mark.service

NOW = 1_781_524_800.0


@dataclass(frozen=True)
class Place:
    """Where this run's copy of the company is."""

    name: str
    said: tuple[str, ...]


def load(name: str) -> tuple[str, ...]:
    said: list[str] = []
    keycloak = Keycloak(need("keycloak"), servers().keycloak_admin, servers().keycloak_admin_password)
    with closing(open_client(need("elasticsearch"), request_timeout=60)) as client:
        load_services(client, name, keycloak, name, said.append)
    return tuple(said)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with fresh_index(need("elasticsearch")) as name:
        try:
            yield Place(name, load(name))
        finally:
            KeycloakAdmin.connect().delete_realm(name)


def test_everybody_gets_the_same_answer_as_from_memory(place: Place) -> None:
    memory = MemoryPolicyIndex.from_documents(documents())
    with (
        closing(connect_elasticsearch(need("elasticsearch"), deadline=30)) as reader,
        closing(connect(servers().keycloak_database_url, **PATIENT)) as pool,
    ):
        index = ElasticsearchPolicyIndex(reader, place.name)
        directory = KeycloakDirectory(pool, place.name)
        for each in company().people:
            person = directory.by_username(each.username)
            assert person is not None, each.username
            assert person.enabled == each.enabled
            assert {group.path for group in person.groups} == set(each.groups)
            for mode in Mode:
                found, expected = (
                    resolve(source.evidence(person.subject), person.subject, mode=mode, now=NOW).grants
                    for source in (index, memory)
                )
                assert [grant.purpose.guid for grant in found] == [grant.purpose.guid for grant in expected]


def test_roles_in_a_cycle_and_attributes_survive_the_import(place: Place) -> None:
    with closing(connect(servers().keycloak_database_url, **PATIENT)) as pool:
        peter = KeycloakDirectory(pool, place.name).by_username("peter.lindqvist")
    assert peter is not None
    assert {"data-steward", "glossary-editor", "catalogue-reviewer", "$member"} <= peter.subject.roles
    assert {"acme-employee", "catalogue-reader"} <= set(peter.default_roles)
    assert peter.attributes["designation"] == ("Data Steward",)


def test_people_can_sign_in(place: Place) -> None:
    assert KeycloakAdmin.connect().user_token(place.name, "purposeapp", "zoë.keller", PASSWORD)


def test_loading_again_replaces_what_was_loaded(place: Place) -> None:
    assert load(place.name) == place.said


def test_an_index_that_is_not_the_demo_is_left_alone() -> None:
    with (
        fresh_index(need("elasticsearch")) as name,
        closing(open_client(need("elasticsearch"), request_timeout=60)) as client,
    ):
        client.indices.create(index=name)
        with pytest.raises(NotTheDemo, match="was not made by the demo"):
            load(name)
        assert client.indices.exists(index=name)


def test_a_realm_that_is_not_the_demo_is_left_alone() -> None:
    with fresh_realm(KeycloakAdmin.connect()) as realm:
        with pytest.raises(NotTheDemo, match="was not made by the demo"):
            replace_realm(
                need("keycloak"), servers().keycloak_admin, servers().keycloak_admin_password, realm
            )
        assert KeycloakAdmin.connect().get(realm)["realm"] == realm
