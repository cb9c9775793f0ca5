"""Makes tokens of every kind, good and bad, with real keys; the mint writes what it is told and checks nothing."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from joserfc.jwa import JWS_ALGORITHMS
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from purposeapp.tokens.jwks import StaticKeys
from purposeapp.tokens.verify import TokenVerifier, TrustedIssuer

ISSUER = "https://sso.example.com/realms/acme"
AUDIENCE = "purposeapp"
NOW = 1_800_000_000.0
_ALGORITHMS = {model.name: model for model in JWS_ALGORITHMS}
SigningKey = RSAKey | ECKey | OKPKey | OctKey


@cache
def rsa(kid: str = "rsa-1", bits: int = 2048) -> RSAKey:
    return RSAKey.generate_key(bits, {"kid": kid})


@cache
def ec(curve: str = "P-256") -> ECKey:
    return ECKey.generate_key(curve, {"kid": f"ec-{curve}"})


@cache
def ed25519() -> OKPKey:
    return OKPKey.generate_key("Ed25519", {"kid": "ed-1"})


def public(*keys: SigningKey, **members: Any) -> dict[str, Any]:
    """The key set that an issuer with these keys publishes."""
    return {"keys": [{**key.as_dict(private=False), **members} for key in keys]}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims(**changes: Any) -> dict[str, Any]:
    """Claims of a good access token; a change to `...` leaves that claim out."""
    good = {
        "iss": ISSUER,
        "aud": ["account", AUDIENCE],
        "sub": "8a6e0804-2bd0-4672-b79d-d97027f9071a",
        "preferred_username": "ana",
        "iat": int(NOW) - 10,
        "exp": int(NOW) + 290,
        "jti": "onrtac:1b2c",
        "sid": "5d2f6f4e",
        "azp": "web",
        "scope": "openid profile",
        "typ": "Bearer",
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not ...}


def mint(
    payload: Mapping[str, Any] | bytes | None = None,
    *,
    key: SigningKey | None = None,
    alg: str = "RS256",
    header: Mapping[str, Any] | bytes | None = None,
    **changes: Any,
) -> str:
    """A compact JWS over `payload` (default: good claims with `changes`), whatever its header says."""
    signer = key or rsa()
    if payload is None:
        payload = claims(**changes)
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    if not isinstance(header, bytes):
        named = {"alg": alg, "typ": "JWT", "kid": signer.kid, **(header or {})}
        header = json.dumps({name: value for name, value in named.items() if value is not ...}).encode()
    signing_input = f"{b64(header)}.{b64(body)}"
    return f"{signing_input}.{b64(_ALGORITHMS[alg].sign(signing_input.encode(), signer))}"


@dataclass
class CountingSource:
    """Keys that count how often they are asked for."""

    keys: StaticKeys
    asked: list[str | None] = field(default_factory=list)
    generation: int = 0

    def key(self, kid: str | None) -> Any:
        self.asked.append(kid)
        return self.keys.key(kid)


def verifier(*keys: SigningKey, **conditions: Any) -> TokenVerifier:
    """A verifier that trusts ISSUER with these keys (default: the mint's own)."""
    source = conditions.pop("source", None) or StaticKeys(public(*(keys or (rsa(), ec(), ed25519()))))
    trust = TrustedIssuer(ISSUER, conditions.pop("audience", frozenset({AUDIENCE})), source, **conditions)
    return TokenVerifier(only(trust))


def only(*trusted: TrustedIssuer) -> Callable[[str], TrustedIssuer | None]:
    return {each.issuer: each for each in trusted}.get
