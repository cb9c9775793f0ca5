"""Who may no longer ask is refused in time, however well known they were a moment ago: at the edge and behind it."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey

from deploy.native.daemon import wait_until
from purposeapp.events import MAX_AGE
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.load import bulk_load, create_index
from tests.mint import ISSUER, mint, public, rsa
from tests.servers import fresh_index, need, servers
from tests.services.faulty import EVENT, GROUPS, PURPOSES, USER, USER_PURPOSES, first_documents, write_person
from tests.services.history import Somebody
from tests.services.keycloak_copy import KeycloakCopy, keycloak_copy
from tests.services.liar import liar
from tests.services.service import Service, running_service

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("refusals")]

PATIENCE = 10.0
KEY_LIFE = 60.0
"""Seconds for which a key that its issuer withdrew may be believed."""

AUDITOR = "user-2"
OWN_PATHS = ["/whoami", PURPOSES, "/api/meta/personas/accessible"]

Ask = Callable[[], httpx.Response]


@dataclass
class World:
    """A service whose tokens an identity provider signs with `keys`, and the database of its people."""

    service: Service
    keycloak: KeycloakCopy
    keys: list[RSAKey] = field(default_factory=lambda: [rsa("old"), rsa("new")])

    def token(self, user: str, *, kid: str = "new") -> str:
        now = int(time.time())
        return mint(key=rsa(kid), sub=user, preferred_username=user, iat=now, exp=now + 3_000)

    def asks(self, token: str) -> list[Ask]:
        """What people ask about themselves, as the edge answers it and as Django does."""
        body = {"username": USER, "groups": GROUPS}
        usual = [lambda path=path: self.service.get(path, token) for path in OWN_PATHS]
        unusual = [
            lambda path=path: self.service.get(path, token, consistency="fast") for path in OWN_PATHS[1:]
        ]
        return [*usual, *unusual, lambda: self.service.post(USER_PURPOSES, body, token)]

    def run(self, statement: str, user: str) -> None:
        """As an administrator of Keycloak does it."""
        with self.keycloak.superuser() as database, database.transaction():
            database.execute(statement, {"user": user})
            database.execute(EVENT, {"username": user, "realm": "acme-id"})


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with ExitStack() as stack:
        index = stack.enter_context(fresh_index(need("elasticsearch")))
        client = stack.enter_context(open_client(servers().elasticsearch_url, request_timeout=30))
        create_index(client, index)
        bulk_load(client, index, first_documents().values())
        keycloak = stack.enter_context(keycloak_copy())
        with keycloak.superuser() as database:
            database.execute("UPDATE realm SET admin_events_enabled = true")
            database.execute(
                "INSERT INTO keycloak_role (id, name, realm_id, client_role)"
                " VALUES ('auditor', 'access-auditor', 'acme-id', false)"
            )
            database.execute(GIVE, {"user": AUDITOR})
            write_person(database, Somebody(USER, frozenset(GROUPS[:2])))
            write_person(database, Somebody(AUDITOR))
        keys = [rsa("old"), rsa("new")]
        provider = stack.enter_context(liar(lambda *_request: (200, public(*keys))))
        settings = {
            "ELASTICSEARCH_URL": servers().elasticsearch_url,
            "ELASTICSEARCH_INDEX": index,
            "KEYCLOAK_DATABASE_URL": keycloak.reader_url,
            "KEYCLOAK_REALM": "acme",
            "OIDC_ISSUER": ISSUER,
            "OIDC_AUDIENCE": "purposeapp",
            "OIDC_JWKS_URL": f"{provider.url}/keys",
        }
        service = stack.enter_context(running_service(**settings))
        yield World(service, keycloak, keys)


def statuses(asks: list[Ask]) -> set[int]:
    return {ask().status_code for ask in asks}


def in_time(asks: list[Ask], *, before: Any, after: Any, read: Callable[[httpx.Response], Any]) -> None:
    """From MAX_AGE seconds on, every answer is as after the change; until then it may be as before it."""
    changed_at, agreed_at = time.monotonic(), 0.0
    while not agreed_at or time.monotonic() - agreed_at < MAX_AGE:
        for ask in asks:
            asked_at = time.monotonic()
            found = read(ask())
            assert found == after or (found == before and asked_at - changed_at <= MAX_AGE)
        agreed_at = agreed_at or (time.monotonic() if time.monotonic() - changed_at > MAX_AGE else 0.0)


def test_who_is_disabled(world: World) -> None:
    asks = world.asks(world.token(USER))
    for _ in range(3):
        assert wait_until(lambda: statuses(asks) == {200}, PATIENCE)
        world.run("UPDATE user_entity SET enabled = false WHERE id = %(user)s", USER)
        in_time(asks, before=200, after=401, read=status)
        world.run("UPDATE user_entity SET enabled = true WHERE id = %(user)s", USER)
        in_time(asks, before=401, after=200, read=status)


TAKE = "DELETE FROM user_role_mapping WHERE user_id = %(user)s AND role_id = 'auditor'"
GIVE = "INSERT INTO user_role_mapping (user_id, role_id) VALUES (%(user)s, 'auditor')"


def test_who_is_an_auditor_no_more_asks_about_nobody_else(world: World) -> None:
    token = world.token(AUDITOR)
    asks: list[Ask] = [
        lambda: world.service.get(PURPOSES, token, username=USER),
        lambda: world.service.post(USER_PURPOSES, {"username": USER, "groups": []}, token),
        lambda: world.service.get("/api/service/roles/effective", token, username=USER),
    ]
    assert wait_until(lambda: statuses(asks) == {200}, PATIENCE)
    world.run(TAKE, AUDITOR)
    in_time(asks, before=200, after=403, read=status)
    world.run(GIVE, AUDITOR)
    in_time(asks, before=403, after=200, read=status)


def test_who_is_an_auditor_no_more_is_in_no_other_groups(world: World) -> None:
    """Those that an auditor names are taken as given, at the edge too."""
    token = world.token(AUDITOR)
    asks: list[Ask] = [
        lambda: world.service.post(USER_PURPOSES, {"username": AUDITOR, "groups": GROUPS[5:6]}, token),
        lambda: world.service.get(PURPOSES, token, groups=GROUPS[5]),
    ]
    for_all, with_the_group = 1, 2
    assert wait_until(lambda: {total(ask()) for ask in asks} == {with_the_group}, PATIENCE)
    world.run(TAKE, AUDITOR)
    in_time(asks, before=with_the_group, after=for_all, read=total)
    world.run(GIVE, AUDITOR)
    in_time(asks, before=for_all, after=with_the_group, read=total)


def status(answer: httpx.Response) -> int:
    return answer.status_code


def total(answer: httpx.Response) -> int:
    body = answer.json()
    return int(body["totalCount"] if "totalCount" in body else body["total"])


def test_a_key_that_its_issuer_withdrew(world: World) -> None:
    """Within a minute, though the same token was believed a moment ago; tokens of the other key don't notice."""
    old, new = (world.asks(world.token(USER, kid=kid)) for kid in ("old", "new"))
    assert wait_until(lambda: statuses([*old, *new]) == {200}, PATIENCE)
    withdrawn_at = time.monotonic()
    world.keys.pop(0)
    while (asked_at := time.monotonic()) - withdrawn_at < KEY_LIFE + 2:
        believed = statuses(old)
        assert statuses(new) == {200}
        if believed == {401}:
            break
        assert asked_at - withdrawn_at <= KEY_LIFE
        time.sleep(0.2)
    for _ in range(20):
        assert statuses(old) == {401}
