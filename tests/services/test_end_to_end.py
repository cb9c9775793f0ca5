"""The whole product on real servers: Acme Retail in Elasticsearch and Keycloak, asked over HTTP with Keycloak's own tokens."""

import base64
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from pyatlan.client.atlan import AtlanClient

from deploy.native.daemon import wait_until
from purposeapp.demo import PASSWORD, company
from purposeapp.demo.local import load_local
from purposeapp.directory.djangoauth import DjangoDirectory
from purposeapp.discovery.simulation import OPERATIONS
from purposeapp.policyindex.database import DatabasePolicyIndex
from tests.conftest import Serve
from tests.servers import KeycloakAdmin, administration, fresh_index, need, servers, sources
from tests.services.service import Service, running_service

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("end-to-end")]

PURPOSES, PERSONAS = "/api/meta/purposes/accessible", "/api/meta/personas/accessible"
USER_PURPOSES = "/api/meta/purposes/user"
EXPLAIN, SIMULATE = "/api/meta/access/explain", "/api/meta/access/simulate"
CLIENT = "purposeapp"

_SIMULATED = frozenset(OPERATIONS)


@dataclass(frozen=True)
class Acme:
    """The demo company on real servers, and the service in front of them."""

    service: Service
    keycloak: KeycloakAdmin
    realm: str

    def token(self, username: str) -> str:
        return self.keycloak.user_token(self.realm, CLIENT, username, PASSWORD)

    def tokens(self, username: str, scope: str = "openid") -> dict[str, str]:
        """All that Keycloak gives out at a login: access, refresh and ID token."""
        form = {
            "grant_type": "password",
            "client_id": CLIENT,
            "username": username,
            "password": PASSWORD,
            "scope": scope,
        }
        url = f"{self.keycloak.url}/realms/{self.realm}/protocol/openid-connect/token"
        return dict(httpx.post(url, data=form).raise_for_status().json())


@pytest.fixture(scope="module")
def acme() -> Iterator[Acme]:
    """`manage.py demo --into services`, then the service as a company would run it."""
    keycloak = KeycloakAdmin.connect()
    realm = f"acme-{secrets.token_hex(4)}"
    with fresh_index(need("elasticsearch")) as index:
        settings = {
            **sources(index, realm),
            **administration(),
            "OIDC_ISSUER": f"{keycloak.url}/realms/{realm}",
            "OIDC_AUDIENCE": CLIENT,
        }
        try:
            with running_service(**settings) as service:
                service.manage("demo", "--into", "services")
                yield Acme(service, keycloak, realm)
        finally:
            keycloak.delete_realm(realm)


def people() -> list[str]:
    return [person.username for person in company().people if person.enabled and not person.client]


def test_the_same_questions_get_the_same_answers_on_both(acme: Acme, serve: Serve) -> None:
    load_local("default", lambda _done: None)
    directory = DjangoDirectory("default")
    everybody = [person for name in people() if (person := directory.by_username(name))]
    local = serve(everybody, policies=DatabasePolicyIndex("default"), directory=directory)
    assert len(everybody) > 50
    for person in everybody:
        token = acme.token(person.username)
        for path in (
            f"{PURPOSES}?limit=500&include=reasons",
            f"{PURPOSES}?limit=500&include=reasons&mode=listed",
            f"{PERSONAS}?limit=500&mode=effective",
            f"{PERSONAS}?limit=500&mode=listed",
        ):
            ours = local.get(path, as_=person.username).json()
            theirs = acme.service.http.get(path, headers={"Authorization": f"Bearer {token}"}).json()
            for answer in (ours, theirs):
                answer.pop("revision")
            assert ours == theirs, person.username
        _same_whoami(
            local.get("/whoami", as_=person.username).json(), acme.service.get("/whoami", token).json()
        )


def _same_whoami(ours: dict, theirs: dict) -> None:
    """Equal but for ids, which each directory gives out itself, and Keycloak's own roles."""
    for key in ("username", "workspaceRole", "designation", "profileRole", "profileRoleOther", "permissions"):
        assert ours[key] == theirs[key], (key, ours["username"])
    assert {group["path"] for group in ours["groups"]} == {group["path"] for group in theirs["groups"]}
    keycloaks = {"offline_access", "uma_authorization"}
    names = {
        role["name"] for role in theirs["roles"] if not role["name"].startswith("default-roles-")
    } - keycloaks
    assert names == {role["name"] for role in ours["roles"]} - keycloaks


def test_whoami_is_what_keycloak_says(acme: Acme) -> None:
    body = acme.service.get("/whoami", acme.token("priya.nair")).json()
    mine = f"{acme.realm}/users/{body['userId']}"
    assert {role["name"] for role in body["roles"]} == {
        role["name"] for role in acme.keycloak.get(f"{mine}/role-mappings/realm/composite")
    }
    assert {group["path"] for group in body["groups"]} == {
        group["path"] for group in acme.keycloak.get(f"{mine}/groups")
    }
    defaults = acme.keycloak.get(f"{acme.realm}/roles/default-roles-{acme.realm}/composites/realm")
    assert set(body["defaultRoles"]) == {role["name"] for role in defaults}


def test_bad_tokens_get_one_and_the_same_401(acme: Acme) -> None:
    good = acme.tokens("priya.nair")
    access = good["access_token"]
    assert acme.service.get("/whoami", access).status_code == 200
    header, payload, signature = access.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    admin = httpx.post(
        f"{acme.keycloak.url}/realms/master/protocol/openid-connect/token",
        data={
            "grant_type": "password",
            "client_id": "admin-cli",
            "username": servers().keycloak_admin,
            "password": servers().keycloak_admin_password,
        },
    ).json()
    bad = {
        "ID token": good["id_token"],
        "refresh token": good["refresh_token"],
        "foreign realm": admin["access_token"],
        "alg none": f"{_part({'alg': 'none'})}.{payload}.",
        "another user": f"{header}.{_part({**claims, 'preferred_username': 'nadia.rahman'})}.{signature}",
        "unknown kid": f"{_part({'alg': 'RS256', 'kid': 'nobody'})}.{payload}.{signature}",
    }
    answers = {
        name: acme.service.http.get(
            "/whoami", headers={"Authorization": f"Bearer {token}", "X-Request-Id": "same"}
        )
        for name, token in bad.items()
    }
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(bad, 401)
    assert len({answer.content for answer in answers.values()}) == 1
    assert len({answer.headers["WWW-Authenticate"] for answer in answers.values()}) == 1


def _part(content: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def test_a_rotated_key_is_accepted_without_a_restart(acme: Acme) -> None:
    before = acme.token("priya.nair")
    acme.keycloak.post(
        f"{acme.realm}/components",
        {
            "name": "rotated",
            "providerId": "rsa-generated",
            "providerType": "org.keycloak.keys.KeyProvider",
            "config": {"priority": ["200"], "enabled": ["true"], "active": ["true"], "keySize": ["2048"]},
        },
    )
    after = acme.token("priya.nair")
    assert _kid(before) != _kid(after)
    assert acme.service.get("/whoami", before).status_code == 200
    # A made-up kid of another test may just have used up the one fetch that is allowed in five seconds.
    assert wait_until(lambda: acme.service.get("/whoami", after).status_code == 200, 15)


def _kid(token: str) -> str:
    header = token.split(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(header + "=="))["kid"])


def test_pyatlan_reads_whoami(acme: Acme) -> None:
    """A real client of the catalogue, pointed at this service, finds what it looks for."""
    for username, expected in (("priya.nair", False), (_somebody_with("$admin"), True)):
        client = AtlanClient(base_url=acme.service.url, api_key=acme.token(username))
        assert client.role_cache.is_api_token_user() is expected


def _somebody_with(role: str) -> str:
    return next(person.username for person in company().people if person.enabled and role in person.roles)


def test_an_auditor_asks_about_others_and_a_stranger_does_not(acme: Acme) -> None:
    token = acme.token("nadia.rahman")
    mine = acme.service.get(PURPOSES, acme.token("priya.nair"), limit=500).json()["purposes"]
    hers = acme.service.get(PURPOSES, token, username="PRIYA.NAIR", limit=500).json()["purposes"]
    assert hers == mine
    assert acme.service.get(PURPOSES, token, username="nobody.at.all").status_code == 404
    assert acme.service.get(PURPOSES, acme.token("priya.nair"), username="nadia.rahman").status_code == 403


@pytest.mark.parametrize("mode", ["effective", "listed"])
def test_who_sees_a_purpose_is_the_inverse_of_what_each_sees(acme: Acme, mode: str) -> None:
    token = acme.token("nadia.rahman")
    pairs: set[tuple[str, str]] = set()
    guids: set[str] = set()
    for username in people():
        body = acme.service.get(PURPOSES, token, username=username, mode=mode, limit=500).json()
        pairs.update((username, purpose["id"]) for purpose in body["purposes"])
        guids.update(purpose["id"] for purpose in body["purposes"])
    assert len(guids) > 10
    told = {
        (subject["id"], guid)
        for guid in guids
        for subject in acme.service.get(
            f"/api/meta/purposes/{guid}/subjects", token, mode=mode, limit=500
        ).json()["subjects"]
    }
    enabled = set(people())
    assert {pair for pair in told if pair[0] in enabled} == pairs
    guid = sorted(guids)[0]
    question = {"changes": [{"op": "disable_purpose", "guid": guid}], "mode": mode, "limit": 500}
    headers = {"Authorization": f"Bearer {token}"}
    lost = acme.service.http.post("/api/meta/access/simulate", json=question, headers=headers).json()["lost"]
    viewers = {name for name, of in told if of == guid}
    assert {each["username"] for each in lost} == (viewers if mode == "effective" else set())


def test_why_is_what_the_lists_say_and_what_is_suggested_works(acme: Acme) -> None:
    token, username = acme.token("nadia.rahman"), "priya.nair"
    headers = {"Authorization": f"Bearer {token}"}
    seen = {
        mode: {
            each["id"]
            for each in acme.service.get(PURPOSES, token, username=username, mode=mode, limit=500).json()[
                "purposes"
            ]
        }
        for mode in ("listed", "effective")
    }
    everybodys = {
        each["id"]
        for name in people()
        for each in acme.service.get(PURPOSES, token, username=name, mode="listed", limit=500).json()[
            "purposes"
        ]
    }
    assert everybodys - seen["effective"]
    tried = set()
    for guid in sorted(everybodys | seen["effective"]):
        why = acme.service.get(EXPLAIN, token, username=username, purpose=guid).json()
        assert why["decision"] == {mode: guid in seen[mode] for mode in ("listed", "effective")}
        options = why["nearest"] or [{"change": [each for cut in why["cutSet"] for each in cut["change"]]}]
        for option in options:
            if _SIMULATED.issuperset(change["op"] for change in option["change"]):
                body = {"changes": option["change"], "limit": 500}
                told = acme.service.http.post(SIMULATE, json=body, headers=headers).json()
                pairs = told["gained" if why["nearest"] else "lost"]
                assert (username, guid) in {(each["username"], each["purpose"]) for each in pairs}, option
                tried.update(change["op"] for change in option["change"])
    assert {"add_group", "name_user"} <= tried


def test_a_body_sent_in_chunks(acme: Acme) -> None:
    body = json.dumps({"username": "priya.nair", "groups": []}).encode()
    headers = {"Authorization": f"Bearer {acme.token('priya.nair')}", "Content-Type": "application/json"}
    in_chunks = acme.service.http.post(USER_PURPOSES, content=iter([body[:10], body[10:]]), headers=headers)
    at_once = acme.service.http.post(USER_PURPOSES, content=body, headers=headers)
    assert in_chunks.status_code == at_once.status_code == 200
    assert in_chunks.json() == at_once.json()
    huge = acme.service.http.post(USER_PURPOSES, content=iter([b"x" * 700_000] * 2), headers=headers)
    assert huge.status_code == 413


def test_a_refusal_of_a_large_body_leaves_the_connection_in_order(acme: Acme) -> None:
    for _attempt in range(20):
        for size, status in ((900_000, 401), (3_000_000, 401)):
            refused = acme.service.http.post(
                USER_PURPOSES, content=b"x" * size, headers={"Content-Type": "application/json"}
            )
            assert refused.status_code == status
            assert acme.service.get("/healthz/live").status_code == 200
