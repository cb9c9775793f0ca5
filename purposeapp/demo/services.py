"""Puts Acme Retail into Elasticsearch and Keycloak.

Loading again gives the same state. What was not made here is never overwritten: an index or realm of the same name
without the demo's mark is an error.
"""

from dataclasses import dataclass

from elasticsearch import Elasticsearch

from purposeapp.demo.errors import NotTheDemo
from purposeapp.demo.keycloak import replace_realm
from purposeapp.demo.people import company
from purposeapp.demo.policies import documents
from purposeapp.demo.progress import Progress
from purposeapp.policyindex.elasticsearch.load import MAPPING, bulk_load, create_index

INDEX_MARK = {"purposeapp_demo": True}


@dataclass(frozen=True, slots=True)
class Keycloak:
    """Where Keycloak is, and its administrator (of the realm `master`)."""

    url: str
    username: str
    password: str


def load_services(
    client: Elasticsearch, index: str, keycloak: Keycloak, realm: str, progress: Progress
) -> None:
    """Fill an Elasticsearch index with the policies and a Keycloak realm with the people.

    Raises NotTheDemo when either name is taken; errors of the two servers come through as they are.
    """
    load_index(client, index)
    progress(f"Elasticsearch index {index}: {sum(1 for _ in documents())} documents")
    replace_realm(keycloak.url, keycloak.username, keycloak.password, realm)
    progress(f"Keycloak realm {realm}: {len(company().people)} users")


def load_index(client: Elasticsearch, index: str) -> None:
    """Make the index anew. Raises NotTheDemo when one of that name was not made here."""
    if client.indices.exists(index=index):
        mappings = client.indices.get_mapping(index=index).body
        if any(each["mappings"].get("_meta") != INDEX_MARK for each in mappings.values()):
            raise NotTheDemo(
                f"The index {index} exists and was not made by the demo; give another name or delete it"
            )
        client.indices.delete(index=index)
    create_index(client, index, mapping={**MAPPING, "_meta": INDEX_MARK})
    bulk_load(client, index, documents())
