"""Project Wycheproof's JOSE vectors against the signature layer (tests/vectors/README.md)."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from purposeapp.domain.errors import InvalidToken
from purposeapp.tokens.compact import parse_compact
from purposeapp.tokens.jwks import StaticKeys
from purposeapp.tokens.keys import ASYMMETRIC_ALGORITHMS, usable_key, verified_payload

VECTORS = json.loads(
    gzip.decompress((Path(__file__).parents[1] / "vectors" / "wycheproof_jose.json.gz").read_bytes())
)
REFUSED_THOUGH_VALID = {
    346: "the key says PS256, the token PS384: one key, one algorithm",
    350: "the same",
    347: "the key says ES521, which is no algorithm",
    351: "the same",
    372: "a character outside the alphabet, which RFC 7515 does not allow",
    373: "the same",
}


def accepts(jws: str, jwk: dict[str, Any]) -> bool:
    try:
        token = parse_compact(jws, max_bytes=65_536)
        key = StaticKeys(jwk).key(token.key_id) if "keys" in jwk else usable_key(jwk)
        if key is None:
            return False
        verified_payload(token, key, ASYMMETRIC_ALGORITHMS)
    except (InvalidToken, ValueError):  # ValueError: a key set without a usable key cannot even be set up
        return False
    return True


def test_signatures() -> None:
    accepted, wrong = 0, {}
    for group in VECTORS["signature"]:
        for number, comment, jws, result in group["tests"]:
            shared_secret = group["key"]["kty"] == "oct"  # never taken, by design
            expected = result == "valid" and not shared_secret and number not in REFUSED_THOUGH_VALID
            accepted += accepts(jws, group["key"])
            if accepts(jws, group["key"]) != expected:
                wrong[number] = comment
    assert wrong == {}
    assert accepted == 32
    assert sum(len(group["tests"]) for group in VECTORS["signature"]) == 401


@pytest.mark.parametrize("group", VECTORS["key"], ids=lambda group: group["comment"])
def test_key_sets(group: dict[str, Any]) -> None:
    shared_secrets = all(key["kty"] == "oct" for key in group["key"]["keys"])
    for number, comment, jws, result in group["tests"]:
        assert accepts(jws, group["key"]) == (result == "valid" and not shared_secrets), (number, comment)


def test_no_encrypted_token_is_taken_for_a_signed_one() -> None:
    assert len(VECTORS["encryption"]) == 139
    for jwe in VECTORS["encryption"]:
        with pytest.raises(InvalidToken):
            parse_compact(jwe, max_bytes=65_536)
