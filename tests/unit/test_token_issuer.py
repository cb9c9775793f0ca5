"""Tokens of our own take the same path as everybody's."""

import json

import pytest

from purposeapp.domain.errors import InvalidToken
from purposeapp.tokens.issuer import LocalIssuer, new_key
from purposeapp.tokens.jwks import StaticKeys
from purposeapp.tokens.verify import TokenVerifier, TrustedIssuer
from tests.mint import AUDIENCE, ISSUER, NOW, ec, only, rsa


def local(pem: str | None = None) -> LocalIssuer:
    return LocalIssuer(ISSUER, AUDIENCE, pem or rsa().as_pem(private=True).decode())


def trusting(issuer: LocalIssuer) -> TokenVerifier:
    trust = TrustedIssuer(issuer.issuer, frozenset({issuer.audience}), StaticKeys(issuer.jwks()))
    return TokenVerifier(only(trust))


def test_our_own_token_is_believed_for_fifteen_minutes() -> None:
    issuer = local()
    token = issuer.issue("7", "ana", NOW, session_id="s-1")
    claims = trusting(issuer).verify(token, now=NOW + 899)
    assert (claims.subject, claims.username, claims.session_id) == ("7", "ana", "s-1")
    assert claims.expires_at == NOW + 900
    with pytest.raises(InvalidToken) as refused:
        trusting(issuer).verify(token, now=NOW + 931)
    assert refused.value.reason == "expired"


def test_no_two_tokens_are_the_same() -> None:
    issuer = local()
    ids = {trusting(issuer).verify(issuer.issue("7", "ana", NOW), now=NOW).token_id for _ in range(3)}
    assert len(ids) == 3
    assert None not in ids


def test_the_published_keys_are_public_and_named_by_their_thumbprint() -> None:
    (key,) = local().jwks()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}
    assert key["kid"] == rsa().thumbprint()
    json.dumps(key)


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "secret",
        rsa().as_pem(private=False).decode(),
        ec().as_pem(private=True).decode(),
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ],
    ids=["empty", "a password", "a public key", "an EC key", "a broken key"],
)
def test_a_key_that_cannot_sign_is_refused_with_the_cure(pem: str) -> None:
    with pytest.raises(ValueError, match="private RSA key of 2048 bits"):
        local(pem or " ")


def test_a_new_key_can_sign() -> None:
    assert local(new_key()).jwks() != local(new_key()).jwks()
