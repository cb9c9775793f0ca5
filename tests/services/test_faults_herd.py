"""Hundreds ask at once what nobody has asked before: each question goes to its source once."""

import asyncio
import logging
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache

import httpx
import pytest

from deploy.native.daemon import wait_until
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.load import bulk_load, create_index
from purposeapp.tokens.issuer import LocalIssuer, new_key
from tests.servers import fresh_index, need, servers
from tests.services.faulty import PURPOSES, first_documents
from tests.services.gate import Gate, gate
from tests.services.keycloak_copy import KeycloakCopy, keycloak_copy
from tests.services.service import Service, running_service

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("herd")]

HERD = 500
PATIENCE = 20.0
KEY = new_key()
ISSUER = LocalIssuer("https://purposeapp.example.com", "purposeapp", KEY)


@dataclass
class World:
    """A service, and what its sources are asked: Keycloak's database writes down every statement."""

    keycloak: KeycloakCopy
    elasticsearch: Gate
    settings: dict[str, str]

    def statements(self) -> Counter[str]:
        """How many there were about each user."""
        log = self.keycloak.server.daemon.log.read_text(errors="replace")
        return Counter(re.findall(r"^.*DETAIL: .*'(user-\d+)'", log, re.MULTILINE))


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with ExitStack() as stack:
        index = stack.enter_context(fresh_index(need("elasticsearch")))
        client = stack.enter_context(open_client(servers().elasticsearch_url, request_timeout=30))
        create_index(client, index)
        bulk_load(client, index, first_documents().values())
        elasticsearch = stack.enter_context(gate(servers().elasticsearch_url))
        keycloak = stack.enter_context(keycloak_copy(users=2 * HERD))
        with keycloak.superuser() as database:
            database.execute("UPDATE realm SET admin_events_enabled = true")
            database.execute("ALTER SYSTEM SET log_statement = 'all'")
            database.execute("SELECT pg_reload_conf()")
        settings = {
            "ELASTICSEARCH_URL": elasticsearch.url,
            "ELASTICSEARCH_INDEX": index,
            "KEYCLOAK_DATABASE_URL": keycloak.reader_url,
            "KEYCLOAK_REALM": "acme",
            "LOCAL_ISSUER": ISSUER.issuer,
            "SIGNING_KEY": KEY,
        }
        yield World(keycloak, elasticsearch, settings)


@pytest.fixture
def service(world: World) -> Iterator[Service]:
    """One that has just been started, so it knows nobody."""
    with running_service(**world.settings) as running:
        yield running


@cache
def token(user: int) -> str:
    return ISSUER.issue(f"user-{user}", f"user-{user}", time.time())


def ask_at_once(service: Service, users: Iterable[int]) -> list[httpx.Response]:
    return asyncio.run(_all(service.url, [token(user) for user in users]))


async def _all(url: str, tokens: list[str]) -> list[httpx.Response]:
    limits = httpx.Limits(max_connections=len(tokens))
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits, trust_env=False) as client:
        asked = (client.get(PURPOSES, headers={"Authorization": f"Bearer {token}"}) for token in tokens)
        return list(await asyncio.gather(*asked))


def is_followed(service: Service) -> bool:
    dependencies = service.get("/healthz/ready").json()["dependencies"]
    return (
        all(each["status"] == "up" for each in dependencies)
        and service.get(PURPOSES, token(0)).status_code == 200
    )


def test_all_ask_about_one(world: World, service: Service) -> None:
    assert wait_until(lambda: is_followed(service), PATIENCE)
    before = world.statements()
    answers = ask_at_once(service, [7] * HERD)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert world.statements() - before == {"user-7": 1}


def test_each_asks_about_themselves(world: World, service: Service) -> None:
    assert wait_until(lambda: is_followed(service), PATIENCE)
    before = world.statements()
    users = range(10, 10 + HERD)
    answers = ask_at_once(service, users)
    assert {answer.status_code for answer in answers} == {200}
    assert world.statements() - before == {f"user-{user}": 1 for user in users}


def test_everybody_is_forgotten_at_once(world: World, service: Service) -> None:
    assert wait_until(lambda: is_followed(service), PATIENCE)
    users = range(10, 10 + HERD)
    ask_at_once(service, users)
    before = world.statements()
    with world.keycloak.superuser() as database:
        database.execute(FORGET_EVERYBODY)
    assert wait_until(
        lambda: service.get(PURPOSES, token(10)).is_success and world.statements() != before, PATIENCE
    )
    answers = ask_at_once(service, users)
    assert {answer.status_code for answer in answers} == {200}
    assert world.statements() - before == {f"user-{user}": 1 for user in users}


def test_all_ask_of_a_process_that_has_just_begun(world: World) -> None:
    """The policies are read whole once, and nobody waits for that in vain."""
    world.elasticsearch.passed.clear()
    with running_service(**world.settings) as service:
        answers = ask_at_once(service, [7] * HERD)
        assert {answer.status_code for answer in answers} == {200}
        assert wait_until(lambda: is_followed(service), PATIENCE)
    opened = [path for path in world.elasticsearch.passed if "/_pit?" in path]
    assert len(opened) == 1


FORGET_EVERYBODY = """
INSERT INTO admin_event_entity (id, admin_event_time, realm_id, operation_type, resource_type, resource_path)
VALUES (gen_random_uuid()::text, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, 'acme-id', 'UPDATE',
        'COMPONENT', 'components/ldap')
"""
