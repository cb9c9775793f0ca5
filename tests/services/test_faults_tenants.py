"""Two tenants with the same usernames, group names and guids, in one process and one Redis: nothing crosses.

Whatever one tenant's answers hand out (cursors, revisions, tags) is shown to the other one, at random, while both change.
"""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
import pytest

from deploy.native.daemon import wait_until
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.load import bulk_load, create_index
from tests import world
from tests.servers import fresh_index, need, redis_server, servers
from tests.services.faulty import GROUPS, PURPOSES, USER, USER_PURPOSES, write_person
from tests.services.history import Somebody
from tests.services.keycloak_copy import keycloak_copy
from tests.services.service import Service, running_service

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("tenants")]

PATIENCE = 20.0
QUESTIONS = 400
ASKERS = 6

BOLT = """
INSERT INTO realm (id, name, default_role) VALUES ('bolt-id', 'bolt', 'role-0');
INSERT INTO keycloak_group (id, name, parent_group, realm_id)
SELECT 'bolt-' || id, name, ' ', 'bolt-id' FROM keycloak_group WHERE name = ANY(%(groups)s);
INSERT INTO user_entity (id, username, email_constraint, enabled, realm_id)
SELECT 'bolt-' || id, username, email_constraint, true, 'bolt-id' FROM user_entity WHERE username = %(user)s;
UPDATE realm SET admin_events_enabled = true;
"""

MAKE_BOLT = (
    "from purposeapp.models import Tenant; Tenant.objects.create(slug='bolt', name='Bolt', audience='purposeapp',"
    " issuer='https://bolt.example.com', local_issuer=True, keycloak_realm='bolt', elasticsearch_index='{index}')"
)


@dataclass
class Tenant:
    """`mine` is how the names of its purposes begin; `handed_out` what its answers have given."""

    mine: str
    realm: str
    token: str
    handed_out: dict[str, list[str]] = field(
        default_factory=lambda: {"cursor": [], "consistency": [], "tag": []}
    )

    def note(self, answer: httpx.Response) -> None:
        body = answer.json()
        found = {
            "cursor": body.get("next"),
            "consistency": f"at-least:{answer.headers['X-Access-Revision']}",
            "tag": answer.headers.get("ETag"),
        }
        for kind, value in found.items():
            if value:
                self.handed_out[kind] = [*self.handed_out[kind], value][-20:]


def documents_of(mine: str) -> list[Any]:
    """The same guids for every tenant."""
    found = []
    for number, group in enumerate(GROUPS):
        purpose = world.purpose(f"{mine} {number}", guid=f"purpose-{number}")
        found += [purpose, world.policy(f"policy {number}", on=purpose, groups=[group])]
    return found


@pytest.fixture(scope="module")
def tenants() -> Iterator[tuple[Service, "psycopg.Connection[Any]", list[Tenant]]]:
    with ExitStack() as stack:
        indices = [stack.enter_context(fresh_index(need("elasticsearch"))) for _ in range(2)]
        client = stack.enter_context(open_client(servers().elasticsearch_url, request_timeout=30))
        for index, mine in zip(indices, ("acme", "bolt"), strict=True):
            create_index(client, index)
            bulk_load(client, index, documents_of(mine))
        keycloak = stack.enter_context(keycloak_copy())
        database: psycopg.Connection[Any] = stack.enter_context(keycloak.superuser())
        psycopg.ClientCursor(database).execute(BOLT, {"groups": GROUPS, "user": USER})
        redis = stack.enter_context(redis_server())
        settings = {
            "ELASTICSEARCH_URL": servers().elasticsearch_url,
            "ELASTICSEARCH_INDEX": indices[0],
            "KEYCLOAK_DATABASE_URL": keycloak.reader_url,
            "KEYCLOAK_REALM": "acme",
            "REDIS_URL": redis.url,
        }
        make = ("shell", "--verbosity", "0", "-c", MAKE_BOLT.format(index=indices[1]))
        service = stack.enter_context(running_service(make, **settings))
        both = [
            Tenant(mine, f"{mine}-id", service.manage("token", USER, "--tenant", slug))
            for mine, slug in (("acme", "default"), ("bolt", "bolt"))
        ]
        yield service, database, both


def test_nothing_crosses(tenants: tuple[Service, "psycopg.Connection[Any]", list[Tenant]]) -> None:
    service, database, both = tenants
    for tenant in both:
        write_person(database, Somebody(USER, frozenset(GROUPS)), tenant.realm)
        assert wait_until(
            lambda tenant=tenant: service.get(PURPOSES, tenant.token).json()["total"] == 8, PATIENCE
        )
    with ThreadPoolExecutor(ASKERS) as pool:
        asked = [pool.submit(ask, service, both, random.Random(seed)) for seed in range(QUESTIONS)]
        for number, each in enumerate(asked):
            if number % 20 == 0:
                change(database, both, random.Random(number))
            each.result()


def change(database: "psycopg.Connection[Any]", both: list[Tenant], chance: random.Random) -> None:
    """Somebody of one tenant is moved; the other one's namesake is not."""
    groups = frozenset(chance.sample(GROUPS, 5))
    write_person(database, Somebody(USER, groups), chance.choice(both).realm)


def ask(service: Service, both: list[Tenant], chance: random.Random) -> None:
    asking, other = chance.sample(both, 2)
    if chance.random() < 0.2:
        body = {"username": USER, "groups": GROUPS}
        check(asking, service.post(USER_PURPOSES, body, asking.token))
        return
    usual = {"limit": 3} if chance.random() < 0.8 else {}
    answer = service.get(PURPOSES, asking.token, **usual)
    check(asking, answer)
    asking.note(answer)
    kind = chance.choice(list(other.handed_out))
    if not other.handed_out[kind]:
        return
    foreign = chance.choice(other.handed_out[kind])
    if kind == "tag":
        headers = {"Authorization": f"Bearer {asking.token}", "If-None-Match": foreign}
        check(asking, service.http.get(PURPOSES, params=usual, headers=headers))
    elif kind == "cursor":
        assert service.get(PURPOSES, asking.token, **usual, cursor=foreign).status_code == 400
    else:
        check(asking, service.get(PURPOSES, asking.token, **usual, consistency=foreign))


def check(asking: Tenant, answer: httpx.Response) -> None:
    """One's own purposes, and not "as you have it" for what the other one has."""
    assert answer.status_code == 200, answer.text
    names = [each["name"] for each in answer.json()["purposes"]]
    assert names
    assert all(name.startswith(asking.mine) for name in names)


def test_who_is_disabled_in_one_is_not_in_the_other(
    tenants: tuple[Service, "psycopg.Connection[Any]", list[Tenant]],
) -> None:
    service, database, (acme, bolt) = tenants
    assert wait_until(lambda: service.get(PURPOSES, acme.token).status_code == 200, PATIENCE)
    write_person(database, Somebody(USER, frozenset(GROUPS), enabled=False), bolt.realm)
    assert wait_until(lambda: service.get(PURPOSES, bolt.token).status_code == 401, PATIENCE)
    for _ in range(10):
        assert service.get(PURPOSES, acme.token).status_code == 200
        assert service.get(PURPOSES, bolt.token).status_code == 401
