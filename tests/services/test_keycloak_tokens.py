"""Keycloak's own tokens, and what can be made of them, against its published keys."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from joserfc.jwk import OctKey

from purposeapp.domain.errors import InvalidToken
from purposeapp.tokens.claims import Claims
from purposeapp.tokens.compact import decode_base64url, strict_object
from purposeapp.tokens.jwks import RemoteKeys
from purposeapp.tokens.verify import TokenVerifier, TrustedIssuer
from tests.mint import b64, mint, only, rsa
from tests.servers import TIMEOUT_SECONDS, KeycloakAdmin
from tests.services.realm import fresh_realm

pytestmark = pytest.mark.service

AUDIENCE = "purposeapp"
PASSWORD = "correct horse"
AUDIENCE_MAPPER = {
    "name": "audience",
    "protocol": "openid-connect",
    "protocolMapper": "oidc-audience-mapper",
    "config": {"included.custom.audience": AUDIENCE, "access.token.claim": "true", "id.token.claim": "false"},
}


@dataclass(frozen=True)
class Realm:
    admin: KeycloakAdmin
    name: str

    @property
    def issuer(self) -> str:
        return f"{self.admin.url}/realms/{self.name}"

    def grant(self, client: str = "app", **form: str) -> dict[str, Any]:
        """The answer of the token endpoint: `access_token`, `id_token`, `refresh_token`."""
        asked = {
            "grant_type": "password",
            "client_id": client,
            "username": "ANA",
            "password": PASSWORD,
            "scope": "openid",
        }
        url = f"{self.issuer}/protocol/openid-connect/token"
        answer = httpx.post(url, data={**asked, **form}, timeout=TIMEOUT_SECONDS, trust_env=False)
        content: dict[str, Any] = answer.raise_for_status().json()
        return content

    def access_token(self, client: str = "app") -> str:
        return str(self.grant(client)["access_token"])

    def keys(self) -> dict[str, Any]:
        url = f"{self.issuer}/protocol/openid-connect/certs"
        content: dict[str, Any] = httpx.get(url, timeout=TIMEOUT_SECONDS, trust_env=False).json()
        return content

    def trust(self) -> TrustedIssuer:
        return TrustedIssuer(self.issuer, frozenset({AUDIENCE}), RemoteKeys(issuer=self.issuer))


def client(name: str, *mappers: dict[str, Any], **more: Any) -> dict[str, Any]:
    direct = {"publicClient": True, "directAccessGrantsEnabled": True}
    return {"clientId": name, "protocolMappers": list(mappers), **direct, **more}


REALM: dict[str, Any] = {
    "clients": [
        client("app", AUDIENCE_MAPPER),
        client("stranger"),
        client("robot", AUDIENCE_MAPPER, publicClient=False, secret="robot's", serviceAccountsEnabled=True),
    ],
    "users": [
        {
            "username": "ana",
            "enabled": True,
            "email": "ana@example.com",
            "firstName": "Ana",
            "lastName": "Ng",
            "credentials": [{"type": "password", "value": PASSWORD, "temporary": False}],
        }
    ],
}


@pytest.fixture(scope="module")
def realm() -> Iterator[Realm]:
    admin = KeycloakAdmin.connect()
    with fresh_realm(admin, **REALM) as name:
        yield Realm(admin, name)


@pytest.fixture
def verifier(realm: Realm) -> TokenVerifier:
    return TokenVerifier(only(realm.trust()))


def believed(check: TokenVerifier, token: str, later: float = 0) -> Claims:
    return check.verify(token, now=time.time() + later)


def refusal(check: TokenVerifier, token: str, later: float = 0) -> str:
    with pytest.raises(InvalidToken) as refused:
        believed(check, token, later)
    return refused.value.reason


def payload(token: str) -> bytes:
    return decode_base64url(token.split(".")[1])


def signing_key(realm: Realm) -> dict[str, Any]:
    key: dict[str, Any] = next(key for key in realm.keys()["keys"] if key["use"] == "sig")
    return key


def test_an_access_token_is_believed(realm: Realm, verifier: TokenVerifier) -> None:
    claims = believed(verifier, realm.access_token())
    (ana,) = realm.admin.get(f"{realm.name}/users", username="ana")
    assert (claims.subject, claims.username) == (ana["id"], "ana")
    assert (claims.issuer, claims.authorized_party) == (realm.issuer, "app")
    assert "openid" in claims.scopes
    assert claims.session_id
    assert claims.token_id


def test_a_clients_own_token_is_its_service_account(realm: Realm, verifier: TokenVerifier) -> None:
    token = realm.grant("robot", grant_type="client_credentials", client_secret="robot's")["access_token"]
    assert believed(verifier, token).username == "service-account-robot"


def test_it_runs_out(realm: Realm, verifier: TokenVerifier) -> None:
    token = realm.access_token()
    lifetime = realm.admin.get(realm.name)["accessTokenLifespan"]
    assert refusal(verifier, token, later=lifetime + 31) == "expired"


def test_what_else_the_realm_signs_is_no_access_token(realm: Realm, verifier: TokenVerifier) -> None:
    granted = realm.grant()
    assert refusal(verifier, granted["id_token"]) == "not_an_access_token"
    # A refresh token is signed with the realm's own secret, not with a public key.
    assert refusal(verifier, granted["refresh_token"]) == "algorithm_not_allowed"


def test_a_token_for_another_service_is_refused(realm: Realm, verifier: TokenVerifier) -> None:
    assert refusal(verifier, realm.access_token("stranger")) == "wrong_audience"


def test_forgeries_from_a_real_token_are_refused(realm: Realm, verifier: TokenVerifier) -> None:
    token = realm.access_token()
    claims, key = payload(token), signing_key(realm)
    head, body, signature = token.split(".")
    none = b64(json.dumps({"alg": "none", "typ": "JWT", "kid": key["kid"]}).encode())
    secret = OctKey.import_key(b64(json.dumps(key).encode()))
    encryption = next(each for each in realm.keys()["keys"] if each["use"] == "enc")
    admin = b64(claims.replace(b'"ana"', b'"root"'))
    forgeries = {
        f"{none}.{body}.": "algorithm_not_allowed",
        f"{none}.{body}.{signature}": "algorithm_not_allowed",
        mint(claims, alg="HS256", key=secret, header={"kid": key["kid"]}): "algorithm_not_allowed",
        mint(claims, key=rsa(), header={"kid": key["kid"]}): "bad_signature",
        mint(claims, key=rsa(), header={"kid": encryption["kid"]}): "unknown_key",
        mint(claims, key=rsa(), header={"kid": "unknown"}): "unknown_key",
        f"{head}.{admin}.{signature}": "bad_signature",
    }
    for forgery, reason in forgeries.items():
        assert refusal(verifier, forgery) == reason


def test_realms_do_not_vouch_for_each_other(realm: Realm, verifier: TokenVerifier) -> None:
    with fresh_realm(realm.admin, **REALM) as name:
        other = Realm(realm.admin, name)
        token = other.access_token()
        assert refusal(verifier, token) == "unknown_issuer"
        both = TokenVerifier(only(realm.trust(), other.trust()))
        assert believed(both, token).issuer == other.issuer
        relabelled = dict(strict_object(payload(token))) | {"iss": realm.issuer}
        forgery = mint(relabelled, key=rsa(), header={"kid": signing_key(other)["kid"]})
        assert refusal(both, forgery) == "unknown_key"


def test_a_rotated_key_is_accepted_without_a_restart(realm: Realm, verifier: TokenVerifier) -> None:
    before = realm.access_token()
    assert believed(verifier, before).username == "ana"
    realm.admin.post(
        f"{realm.name}/components",
        {
            "name": "rotated",
            "providerId": "rsa-generated",
            "providerType": "org.keycloak.keys.KeyProvider",
            "config": {"priority": ["200"], "enabled": ["true"], "active": ["true"], "algorithm": ["RS256"]},
        },
    )
    after = realm.access_token()
    assert after.split(".")[0] != before.split(".")[0]
    assert believed(verifier, after).username == "ana"
    assert believed(verifier, before).username == "ana"


@pytest.mark.parametrize(
    ("provider", "algorithm", "setting"),
    [
        ("rsa-generated", "PS256", {"algorithm": ["PS256"]}),
        ("ecdsa-generated", "ES256", {"ecdsaEllipticCurveKey": ["P-256"]}),
        ("eddsa-generated", "EdDSA", {"eddsaEllipticCurveKey": ["Ed25519"]}),
    ],
)
def test_other_algorithms_of_keycloak(
    realm: Realm, verifier: TokenVerifier, provider: str, algorithm: str, setting: dict[str, list[str]]
) -> None:
    realm.admin.post(
        f"{realm.name}/components",
        {
            "name": algorithm,
            "providerId": provider,
            "providerType": "org.keycloak.keys.KeyProvider",
            "config": {"priority": ["50"], "enabled": ["true"], "active": ["true"], **setting},
        },
    )
    name = f"app-{algorithm.lower()}"
    attributes = {"access.token.signed.response.alg": algorithm}
    realm.admin.post(f"{realm.name}/clients", client(name, AUDIENCE_MAPPER, attributes=attributes))
    token = realm.access_token(name)
    assert strict_object(decode_base64url(token.split(".")[0]))["alg"] == algorithm
    assert believed(verifier, token).username == "ana"
