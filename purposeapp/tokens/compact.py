"""The outer shape of a JWS in compact form (RFC 7515 section 7.1), read more strictly than JSON and base64 libraries do.

Two readers who see different things in one token are how tokens are forged, so whatever can be read in two ways is
refused: padding, unused bits, white space, duplicate names, byte order marks, other encodings of text, endless numbers.
"""

import base64
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from purposeapp.domain.errors import InvalidToken

MAX_DEPTH = 16
MAX_DIGITS = 18
MAX_KEY_ID = 256

# The last group's unused bits must be zero: otherwise several texts stand for the same bytes.
_B64 = r"((?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?)"
_BASE64URL = re.compile(_B64)
_COMPACT = re.compile(rf"{_B64}\.{_B64}\.{_B64}")
# Takes every string whole, closed or not, so that it runs in linear time over anything.
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.?)*"?|[\[{]|[\]}]', re.DOTALL)
# Parameters that change what a signature covers, or how the payload is to be read; none has a use in an access token.
_FORBIDDEN_PARAMETERS = frozenset({"crit", "b64", "zip", "cty", "enc"})


@dataclass(frozen=True, slots=True)
class CompactJws:
    """A well-formed JWS whose signature nobody has checked yet.

    `signing_input` is what the signature covers; `media_type` is the header's `typ`, lower-cased and without `application/`.
    """

    algorithm: str
    key_id: str | None
    media_type: str | None
    payload: bytes
    signing_input: bytes
    signature: bytes


def parse_compact(token: str, *, max_bytes: int) -> CompactJws:
    """Take a token apart. Raises InvalidToken: `too_large`, `malformed`, `header_not_allowed`."""
    if len(token) > max_bytes:
        raise InvalidToken("too_large")
    parts = _COMPACT.fullmatch(token)
    if parts is None:
        raise InvalidToken("malformed")
    header, payload, signature = (_decode(part) for part in parts.groups())
    parameters = strict_object(header)
    if not _FORBIDDEN_PARAMETERS.isdisjoint(parameters):
        raise InvalidToken("header_not_allowed")
    algorithm = parameters.get("alg")
    if not isinstance(algorithm, str):
        raise InvalidToken("malformed")
    return CompactJws(
        algorithm=algorithm,
        key_id=_key_id(parameters),
        media_type=_media_type(parameters),
        payload=payload,
        signing_input=token[: parts.start(3) - 1].encode("ascii"),
        signature=signature,
    )


def strict_object(document: bytes) -> Mapping[str, object]:
    """A JSON object in UTF-8 with unique names, finite numbers and bounded depth; else InvalidToken(`malformed`)."""
    try:
        text = document.decode("utf-8")
        _refuse_depth(text)
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=_integer,
            parse_float=_finite,
            parse_constant=_no_constant,
        )
    except (ValueError, RecursionError):
        raise InvalidToken("malformed") from None
    if not isinstance(value, dict):
        raise InvalidToken("malformed")
    return value


def decode_base64url(text: str) -> bytes:
    """Bytes of canonical base64url without padding (RFC 7515 section 2). Raises ValueError for anything else."""
    if _BASE64URL.fullmatch(text) is None:
        raise ValueError("not canonical base64url")
    return _decode(text)


def _decode(canonical: str) -> bytes:
    return base64.urlsafe_b64decode(canonical + "=" * (-len(canonical) % 4))


def _key_id(parameters: Mapping[str, object]) -> str | None:
    key_id = parameters.get("kid")
    if key_id is None and "kid" not in parameters:
        return None
    if not isinstance(key_id, str) or not 0 < len(key_id) <= MAX_KEY_ID:
        raise InvalidToken("malformed")
    return key_id


def _media_type(parameters: Mapping[str, object]) -> str | None:
    media_type = parameters.get("typ")
    if media_type is None and "typ" not in parameters:
        return None
    if not isinstance(media_type, str):
        raise InvalidToken("malformed")
    return media_type.lower().removeprefix("application/")


def _refuse_depth(text: str) -> None:
    # Counting brackets is cheap and an upper bound; only a suspect is walked.
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for found in _BRACKETS.finditer(text):
        if found[0] in "[{":
            depth += 1
        elif found[0] in "]}":
            depth -= 1
        if depth > MAX_DEPTH:
            raise ValueError("nested too deeply")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate name")
    return members


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("number too long")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("number out of range")
    return number


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
