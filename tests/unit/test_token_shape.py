"""The text of a token: one way to write it, one way to read it."""

import json
from typing import Any

import pytest

from purposeapp.domain.errors import InvalidToken
from purposeapp.tokens.compact import decode_base64url, parse_compact, strict_object
from tests.mint import NOW, b64, claims, mint, verifier

GOOD = mint()
HEADER, PAYLOAD, SIGNATURE = GOOD.split(".")


def with_payload(text: str | bytes) -> str:
    return mint(text if isinstance(text, bytes) else text.encode())


def in_claims(extra: str) -> str:
    return json.dumps(claims())[:-1] + f", {extra}}}"


TEXTS: dict[str, str] = {
    "empty": "",
    "one part": HEADER,
    "two parts": f"{HEADER}.{PAYLOAD}",
    "no signature": f"{HEADER}.{PAYLOAD}.",
    "four parts": f"{GOOD}.{SIGNATURE}",
    "five parts (JWE)": f"{GOOD}.{SIGNATURE}.{SIGNATURE}",
    "space before": f" {GOOD}",
    "space behind": f"{GOOD} ",
    "newline behind": f"{GOOD}\n",
    "twice": f"{GOOD} {GOOD}",
    "scheme left in": f"Bearer {GOOD}",
    "padding": f"{HEADER}.{PAYLOAD}.{SIGNATURE}==",
    "standard alphabet": f"{HEADER}.{PAYLOAD}.+/{SIGNATURE[2:]}",
    "not ASCII": f"{HEADER}.{PAYLOAD}.é{SIGNATURE[1:]}",
    "digits of another script": f"{HEADER}.{PAYLOAD}.٣{SIGNATURE[1:]}",
    "JSON serialization": json.dumps({"protected": HEADER, "payload": PAYLOAD, "signature": SIGNATURE}),
    "header a list": mint(header=b'["RS256"]'),
    "header empty": f".{PAYLOAD}.{SIGNATURE}",
    "header twice alg": mint(header=b'{"alg":"RS256","kid":"rsa-1","alg":"RS256"}'),
    "header with BOM": mint(header=b'\xef\xbb\xbf{"alg":"RS256","kid":"rsa-1"}'),
    "claims twice sub": with_payload(in_claims('"sub": "admin"')),
    "claims twice in depth": with_payload(in_claims('"x": {"a": 1, "a": 2}')),
    "claims with BOM": with_payload(b"\xef\xbb\xbf" + json.dumps(claims()).encode()),
    "claims in UTF-16": with_payload(json.dumps(claims()).encode("utf-16")),
    "claims in UTF-16 without BOM": with_payload(json.dumps(claims()).encode("utf-16-le")),
    "claims in Latin-1": with_payload(json.dumps(claims(x="é"), ensure_ascii=False).encode("latin-1")),
    "claims no object": with_payload("[]"),
    "claims empty": with_payload(b""),
    "NaN": with_payload(in_claims('"x": NaN')),
    "Infinity": with_payload(in_claims('"x": -Infinity')),
    "a float beyond all bounds": with_payload(in_claims('"x": 1e400')),
    "5,000 digits": with_payload(in_claims(f'"x": {"9" * 5_000}')),
    "10,000 brackets": with_payload(in_claims(f'"x": {"[" * 10_000}{"]" * 10_000}')),
    "10,000 open brackets": with_payload("[" * 10_000),
    "17 levels": with_payload(in_claims(f'"x": {"[" * 17}{"]" * 17}')),
    "comment": with_payload(in_claims('"x": 1 /* */')),
    "something behind": with_payload(json.dumps(claims()) + "{}"),
}


@pytest.mark.parametrize("token", TEXTS.values(), ids=TEXTS.keys())
def test_texts_refused(token: str) -> None:
    with pytest.raises(InvalidToken) as refused:
        verifier().verify(token, now=NOW)
    assert refused.value.reason in {"malformed", "bad_signature"}
    assert (refused.value.reason == "bad_signature") == (token == TEXTS["no signature"])


def test_unused_bits_give_no_second_spelling_of_a_signature() -> None:
    # 256 bytes of RSA signature leave four unused bits in the last letter: 16 spellings, one of them ours.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    first = alphabet.index(GOOD[-1])
    assert first % 16 == 0
    for other in alphabet[first + 1 : first + 16]:
        with pytest.raises(InvalidToken, match="valid bearer token"):
            verifier().verify(GOOD[:-1] + other, now=NOW)


def test_a_token_beyond_the_size_is_not_looked_at() -> None:
    large = mint(groups=["x" * 100] * 500)
    assert len(large) > 65_536
    with pytest.raises(InvalidToken) as refused:
        verifier().verify(large, now=NOW)
    assert refused.value.reason == "too_large"
    with pytest.raises(InvalidToken) as refused:
        parse_compact("\ud800" * 70_000, max_bytes=65_536)
    assert refused.value.reason == "too_large"


@pytest.mark.parametrize(
    "document",
    [
        {"brackets in text": "[" * 50 + '"{' * 50},
        {"flat": [[1]] * 50},
        {"escapes": '\\"[\\' * 20},
        {"open": ["]]]" * 20]},
    ],
    ids=lambda document: next(iter(document)),
)
def test_brackets_that_are_no_depth(document: dict[str, Any]) -> None:
    assert strict_object(json.dumps(document).encode()) == document


def test_base64url_is_canonical_or_nothing() -> None:
    for length in range(8):
        data = bytes(range(250, 250 + min(length, 6))) + b"\xff" * max(0, length - 6)
        assert decode_base64url(b64(data)) == data
    for text in ("A", "AB", "AAB", "AA==", "A A", "AA\n", "A+AA", "A/AA"):
        with pytest.raises(ValueError):
            decode_base64url(text)
