"""What a verifier believes, and the attacks it has to see through."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import OctKey

from purposeapp.domain.errors import InvalidToken, KeysUnavailable
from purposeapp.tokens.jwks import StaticKeys
from purposeapp.tokens.verify import TokenVerifier, TrustedIssuer
from tests.mint import (
    AUDIENCE,
    ISSUER,
    NOW,
    CountingSource,
    b64,
    claims,
    ec,
    ed25519,
    mint,
    only,
    public,
    rsa,
    verifier,
)


def refusal(token: str, check: TokenVerifier | None = None) -> str:
    with pytest.raises(InvalidToken) as refused:
        (check or verifier()).verify(token, now=NOW)
    assert str(refused.value) == "A valid bearer token is required"  # one face for all of them
    return refused.value.reason


def test_a_good_token_says_who_is_asking() -> None:
    believed = verifier().verify(mint(), now=NOW)
    assert (believed.issuer, believed.subject) == (ISSUER, claims()["sub"])
    assert (believed.username, believed.session_id, believed.token_id) == ("ana", "5d2f6f4e", "onrtac:1b2c")
    assert (believed.expires_at, believed.issued_at) == (NOW + 290, NOW - 10)
    assert (believed.authorized_party, believed.scopes) == ("web", {"openid", "profile"})


@pytest.mark.parametrize(
    ("alg", "key"),
    [
        *((alg, rsa()) for alg in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")),
        ("ES256", ec()),
        ("ES384", ec("P-384")),
        ("ES512", ec("P-521")),
        ("EdDSA", ed25519()),
        ("Ed25519", ed25519()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_public_key_algorithm_is_understood(alg: str, key: Any) -> None:
    assert verifier(key).verify(mint(alg=alg, key=key), now=NOW).username == "ana"


HEADERS: dict[str, tuple[Any, str]] = {
    **{f"alg {alg}": ({"alg": alg}, "algorithm_not_allowed") for alg in ("none", "None", "NONE", "nOnE", "")},
    **{
        f"alg {alg}": ({"alg": alg}, "algorithm_not_allowed")
        for alg in ("HS256", "rs256", "RS256 ", "ES256K")
    },
    "alg missing": ({"alg": ...}, "malformed"),
    "alg a list": ({"alg": ["RS256"]}, "malformed"),
    "another algorithm of the same key": ({"alg": "RS512"}, "bad_signature"),
    "an algorithm of another kind of key": ({"alg": "ES256"}, "key_not_fit"),
    "crit": ({"crit": ["exp"]}, "header_not_allowed"),
    "crit empty": ({"crit": []}, "header_not_allowed"),
    "b64": ({"b64": False}, "header_not_allowed"),
    "b64 with crit": ({"b64": False, "crit": ["b64"]}, "header_not_allowed"),
    "zip": ({"zip": "DEF"}, "header_not_allowed"),
    "cty": ({"cty": "JWT"}, "header_not_allowed"),
    "enc": ({"enc": "A256GCM"}, "header_not_allowed"),
    "kid of nobody": ({"kid": "nobody"}, "unknown_key"),
    "kid a path": ({"kid": "../../../../dev/null"}, "unknown_key"),
    "kid a query": ({"kid": "x' UNION SELECT 'secret"}, "unknown_key"),
    "kid a command": ({"kid": "|sleep 9"}, "unknown_key"),
    "kid unicode": ({"kid": "rsa-1\u200b"}, "unknown_key"),
    "kid a number": ({"kid": 1}, "malformed"),
    "kid null": ({"kid": None}, "malformed"),
    "kid empty": ({"kid": ""}, "malformed"),
    "kid long": ({"kid": "k" * 257}, "malformed"),
    "kid missing among several keys": ({"kid": ...}, "unknown_key"),
    "typ logout": ({"typ": "logout+jwt"}, "not_an_access_token"),
    "typ of a nested token": ({"typ": "JWE"}, "not_an_access_token"),
    "typ a number": ({"typ": 7}, "malformed"),
}


@pytest.mark.parametrize(("header", "reason"), HEADERS.values(), ids=HEADERS.keys())
def test_headers_refused(header: dict[str, Any], reason: str) -> None:
    assert refusal(mint(header=header)) == reason


@pytest.mark.parametrize("typ", ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", ...])
def test_media_types_of_access_tokens(typ: object) -> None:
    assert verifier().verify(mint(header={"typ": typ}), now=NOW).username == "ana"


@pytest.mark.parametrize("name", ["jku", "x5u", "x5c", "jwk", "x5t"])
def test_keys_offered_by_the_token_are_not_looked_at(name: str) -> None:
    mine = rsa("mine")
    offer = {"jku": "http://127.0.0.1:9/jwks", "jwk": public(mine)["keys"][0]}.get(
        name, "http://127.0.0.1:9/"
    )
    source = CountingSource(StaticKeys(public(rsa())))
    forged = mint(key=mine, header={name: offer, "kid": "rsa-1"})
    assert refusal(forged, verifier(source=source)) == "bad_signature"
    assert source.asked == ["rsa-1"]
    assert verifier().verify(mint(header={name: offer}), now=NOW).username == "ana"


def test_an_hmac_with_the_public_key_is_no_signature() -> None:
    for secret in (rsa().as_pem(), rsa().as_der(), json.dumps(public(rsa())).encode()):
        forged = mint(alg="HS256", key=OctKey.import_key(b64(secret)), header={"kid": "rsa-1"})
        assert refusal(forged) == "algorithm_not_allowed"


def test_no_key_is_looked_for_with_an_algorithm_that_is_not_allowed() -> None:
    source = CountingSource(StaticKeys(public(rsa())))
    check = verifier(source=source, algorithms=frozenset({"ES256"}))
    assert refusal(mint(header={"alg": "none"}), check) == "algorithm_not_allowed"
    assert refusal(mint(), check) == "algorithm_not_allowed"
    assert source.asked == []


CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "exp past": ({"exp": NOW - 31}, "expired"),
    "exp missing": ({"exp": ...}, "missing_claim"),
    "exp null": ({"exp": None}, "missing_claim"),
    "exp a string": ({"exp": str(NOW + 100)}, "malformed_claim"),
    "exp a bool": ({"exp": True}, "malformed_claim"),
    "exp a list": ({"exp": [NOW + 100]}, "malformed_claim"),
    "exp far away": ({"exp": 10**15}, "lifetime_too_long"),
    "iat missing": ({"iat": ...}, "missing_claim"),
    "iat a bool": ({"iat": False}, "malformed_claim"),
    "iat ahead": ({"iat": NOW + 31}, "not_yet_valid"),
    "iat ten years ago": ({"iat": NOW - 315_360_000}, "lifetime_too_long"),
    "nbf ahead": ({"nbf": NOW + 31}, "not_yet_valid"),
    "nbf a string": ({"nbf": "0"}, "malformed_claim"),
    "iss missing": ({"iss": ...}, "missing_claim"),
    "iss with a slash": ({"iss": ISSUER + "/"}, "unknown_issuer"),
    "iss in capitals": ({"iss": ISSUER.upper()}, "unknown_issuer"),
    "iss a part": ({"iss": ISSUER[:-1]}, "unknown_issuer"),
    "iss a list": ({"iss": [ISSUER]}, "malformed_claim"),
    "iss of another realm": ({"iss": ISSUER.replace("acme", "umbrella")}, "unknown_issuer"),
    "aud missing": ({"aud": ...}, "wrong_audience"),
    "aud of others": ({"aud": ["account", "purposeapp2"]}, "wrong_audience"),
    "aud a part": ({"aud": "purpose"}, "wrong_audience"),
    "aud an object": ({"aud": {AUDIENCE: 1}}, "malformed_claim"),
    "aud null": ({"aud": None}, "malformed_claim"),
    "aud with a number": ({"aud": [AUDIENCE, 1]}, "malformed_claim"),
    "azp does not stand in": ({"aud": "account", "azp": AUDIENCE}, "wrong_audience"),
    "azp a list": ({"azp": ["web"]}, "malformed_claim"),
    "sub missing": ({"sub": ...}, "missing_claim"),
    "sub empty": ({"sub": ""}, "missing_claim"),
    "sub a number": ({"sub": 1}, "malformed_claim"),
    "sub with NUL": ({"sub": "u\x00admin"}, "malformed_claim"),
    "sub half a surrogate pair": ({"sub": "u\ud800"}, "malformed_claim"),
    "sub with a line break": ({"sub": "u\r\nadmin"}, "malformed_claim"),
    "sub long": ({"sub": "u" * 256}, "malformed_claim"),
    "username with NUL": ({"preferred_username": "ana\x00"}, "malformed_claim"),
    "username half a surrogate pair": ({"preferred_username": "\udc00"}, "malformed_claim"),
    "username with an escape": ({"preferred_username": "\x1b[2Jana"}, "malformed_claim"),
    "username a list": ({"preferred_username": ["ana"]}, "malformed_claim"),
    "sid with NUL": ({"sid": "\x00"}, "malformed_claim"),
    "scope a list": ({"scope": ["openid"]}, "malformed_claim"),
    "ID token of Keycloak": ({"typ": "ID"}, "not_an_access_token"),
    "refresh token": ({"typ": "Refresh"}, "not_an_access_token"),
    "offline token": ({"typ": "Offline"}, "not_an_access_token"),
    "logout token": ({"typ": "Logout"}, "not_an_access_token"),
    "bound to a key (DPoP)": ({"typ": "DPoP"}, "not_an_access_token"),
    "typ in small letters": ({"typ": "bearer"}, "not_an_access_token"),
    "typ a list": ({"typ": ["Bearer"]}, "not_an_access_token"),
    "ID token of others, by nonce": ({"typ": ..., "nonce": "n"}, "not_an_access_token"),
    "ID token of others, by at_hash": ({"typ": ..., "at_hash": "h"}, "not_an_access_token"),
    "security event": ({"typ": ..., "events": {}}, "not_an_access_token"),
}


@pytest.mark.parametrize(("changes", "reason"), CLAIMS.values(), ids=CLAIMS.keys())
def test_claims_refused_though_well_signed(changes: dict[str, Any], reason: str) -> None:
    assert refusal(mint(**changes)) == reason


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW - 29},
        {"iat": NOW + 29},
        {"nbf": NOW + 29},
        {"aud": AUDIENCE},
        {"typ": ...},
        {"nonce": "n"},
        {"exp": NOW + 290.5},
        {"groups": ["g"] * 2_000},
        {"realm_access": {"roles": [[[[]]]]}, "groups": [{}] * 100},
    ],
    ids=str,
)
def test_claims_accepted(changes: dict[str, Any]) -> None:
    assert verifier().verify(mint(**changes), now=NOW).username == "ana"


def test_names_are_kept_letter_by_letter() -> None:
    for name in ("straße", "ﬁle", "ａlice", "a\u200bb", "\u202egnp", "ısparta", "Ana"):
        assert verifier().verify(mint(preferred_username=name), now=NOW).username == name


def test_the_username_comes_from_the_claim_that_the_issuer_uses_or_else_from_the_subject() -> None:
    by_mail = verifier(username_claim="email")
    assert by_mail.verify(mint(email="ana@example.com"), now=NOW).username == "ana@example.com"
    client = verifier().verify(mint(preferred_username=..., sub="batch-job"), now=NOW)
    assert client.username == "batch-job"


def test_an_authorized_party_stands_in_for_the_audience_only_where_configured() -> None:
    check = verifier(audience=frozenset(), authorized_parties=frozenset({"web"}))
    assert check.verify(mint(aud="account"), now=NOW).authorized_party == "web"
    assert refusal(mint(aud="account", azp="other"), check) == "wrong_audience"
    assert refusal(mint(aud="account", azp=...), check) == "wrong_audience"


def test_trust_that_would_let_everybody_in_cannot_be_had() -> None:
    keys = StaticKeys(public(rsa()))
    with pytest.raises(ValueError, match="audience"):
        TrustedIssuer(ISSUER, frozenset(), keys)
    with pytest.raises(ValueError, match="audience"):
        TrustedIssuer(ISSUER, frozenset({""}), keys)
    with pytest.raises(ValueError, match="HS256"):
        TrustedIssuer(ISSUER, frozenset({AUDIENCE}), keys, algorithms=frozenset({"RS256", "HS256"}))
    with pytest.raises(ValueError, match="name"):
        TrustedIssuer("", frozenset({AUDIENCE}), keys)


def test_each_issuer_is_held_to_its_own_keys() -> None:
    other = "https://sso.example.com/realms/umbrella"
    check = TokenVerifier(
        only(
            TrustedIssuer(ISSUER, frozenset({AUDIENCE}), StaticKeys(public(rsa()))),
            TrustedIssuer(other, frozenset({AUDIENCE}), StaticKeys(public(rsa("theirs")))),
        )
    )
    assert check.verify(mint(iss=other, key=rsa("theirs")), now=NOW).issuer == other
    assert refusal(mint(iss=other), check) == "unknown_key"
    assert refusal(mint(iss=other, header={"kid": "theirs"}), check) == "bad_signature"


def test_an_issuer_found_by_a_lenient_look_up_is_not_believed() -> None:
    trust = TrustedIssuer(ISSUER, frozenset({AUDIENCE}), StaticKeys(public(rsa())))
    assert refusal(mint(iss=ISSUER + "/"), TokenVerifier(lambda _issuer: trust)) == "unknown_issuer"


def test_keys_that_cannot_be_had_are_no_verdict_on_the_token() -> None:
    class Nowhere:
        generation = 0

        def key(self, kid: str | None) -> None:
            raise KeysUnavailable

    with pytest.raises(KeysUnavailable):
        verifier(source=Nowhere()).verify(mint(), now=NOW)


GOOD = mint()


@settings(deadline=None)
@given(st.text(max_size=300) | st.binary(max_size=300).map(b64))
def test_noise_is_refused_and_nothing_else_happens(noise: str) -> None:
    for token in (
        noise,
        f"{noise}.{noise}.{noise}",
        GOOD + noise[:1] + ".",
        f"{b64(noise.encode(errors='replace'))}.e30.",
    ):
        refusal(token)


@settings(deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.characters())
def test_a_token_with_one_letter_changed_is_refused(position: int, letter: str) -> None:
    changed = GOOD[:position] + letter + GOOD[position + 1 :]
    if changed != GOOD:
        refusal(changed)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*sorted(claims()), "nbf", "nonce"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            ),
            max_leaves=5,
        ),
        min_size=1,
    )
)
def test_signed_nonsense_is_refused_or_understood_but_never_an_accident(nonsense: dict[str, Any]) -> None:
    try:
        believed = verifier().verify(mint(**nonsense), now=NOW)
    except InvalidToken:
        return
    assert believed.issuer == ISSUER
    assert believed.expires_at <= NOW + 90_000


def test_every_reason_is_documented() -> None:
    root = Path(__file__).parents[2]
    sources = "".join(path.read_text() for path in (root / "purposeapp" / "tokens").glob("*.py"))
    reasons = set(re.findall(r'InvalidToken\("(\w+)"\)', sources))
    documented = set(re.findall(r"\| `(\w+)` \|$", (root / "docs" / "tokens.md").read_text(), re.MULTILINE))
    assert reasons == documented
