"""Which published keys may verify: the others are passed over, and the rest of the set still works."""

from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey

from purposeapp.tokens.jwks import StaticKeys
from purposeapp.tokens.keys import usable_key, usable_keys
from tests.mint import b64, ec, ed25519, public, rsa

GOOD: dict[str, Any] = public(rsa())["keys"][0]


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


UNUSABLE: dict[str, Any] = {
    "for encryption": {**GOOD, "use": "enc"},
    "use unheard of": {**GOOD, "use": "SIG"},
    "operations without verify": {**GOOD, "key_ops": ["encrypt"]},
    "operations no list": {**GOOD, "key_ops": "verify"},
    "for an encryption algorithm": {**GOOD, "alg": "RSA-OAEP"},
    "for an algorithm of another type": {**GOOD, "alg": "ES256"},
    "for an algorithm unheard of": {**GOOD, "alg": "ES521"},
    "alg a list": {**GOOD, "alg": ["RS256"]},
    "RSA with a private half": rsa().as_dict(private=True),
    "EC with a private half": ec().as_dict(private=True),
    "a shared secret": OctKey.generate_key(256).as_dict(),
    "a shared secret called RSA": {**GOOD, "k": "AAAA"},
    "RSA of 2047 bits": {**GOOD, "n": number(2**2046 + 1)},
    "RSA of 8193 bits": {**GOOD, "n": number(2**8192 + 1)},
    "exponent 1": {**GOOD, "e": "AQ"},
    "exponent 3": {**GOOD, "e": "Aw"},
    "exponent even": {**GOOD, "e": number(65_538)},
    "exponent huge": {**GOOD, "e": number(2**64 + 1)},
    "modulus no text": {**GOOD, "n": 7},
    "modulus with padding": {**GOOD, "n": GOOD["n"] + "=="},
    "modulus missing": {name: value for name, value in GOOD.items() if name != "n"},
    "kid a number": {**GOOD, "kid": 7},
    "no point of the curve": {**public(ec())["keys"][0], "y": b64(b"\x01" * 32)},
    "a point of another curve": {**public(ec())["keys"][0], "crv": "P-384"},
    "a curve of coins": public(ECKey.generate_key("secp256k1"))["keys"][0],
    "a curve for agreement": public(OKPKey.generate_key("X25519"))["keys"][0],
    "a type unheard of": {"kty": "AKP", "kid": "pq", "pub": "AAAA"},
    "kty a list": {**GOOD, "kty": ["RSA"]},
    "no key": {},
    "no object": "RSA",
    "null": None,
}


@pytest.mark.parametrize("jwk", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_passed_over_and_the_rest_still_works(jwk: Any) -> None:
    assert usable_key(jwk) is None
    assert StaticKeys({"keys": [jwk, *public(rsa("two"))["keys"]]}).key("two") is not None


@pytest.mark.parametrize(
    ("jwk", "algorithms"),
    [
        (GOOD, {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}),
        ({**GOOD, "alg": "PS384", "use": "sig", "key_ops": ["verify"]}, {"PS384"}),
        (public(ec("P-521"))["keys"][0], {"ES512"}),
        (public(ed25519())["keys"][0], {"EdDSA", "Ed25519"}),
    ],
    ids=["RSA", "RSA for one algorithm", "EC", "OKP"],
)
def test_what_a_key_can_do(jwk: dict[str, Any], algorithms: set[str]) -> None:
    key = usable_key(jwk)
    assert key is not None
    assert key.algorithms == algorithms


def test_two_keys_of_one_id_are_ambiguous_and_a_third_is_not() -> None:
    same = {**public(rsa("two"))["keys"][0], "kid": "rsa-1"}
    found = usable_keys({"keys": [GOOD, same, *public(ec())["keys"]]})
    assert [key.kid for key in found] == ["ec-P-256"]


def test_an_encryption_key_of_the_same_id_takes_nothing_away() -> None:
    assert [key.kid for key in usable_keys({"keys": [{**GOOD, "use": "enc"}, GOOD]})] == ["rsa-1"]


def test_keys_do_not_print_themselves() -> None:
    assert "RSAKey" not in repr(usable_key(GOOD))


def test_fixed_keys_without_a_usable_one_are_a_mistake() -> None:
    for jwks in ({"keys": []}, {"keys": [UNUSABLE["for encryption"]]}, {}, {"keys": {}}):
        with pytest.raises(ValueError):
            StaticKeys(jwks)
