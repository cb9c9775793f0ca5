"""What a token says, once its types are right; whether we believe it is for `verify` to say."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from purposeapp.domain.errors import InvalidToken

MAX_TEXT = 255
"""Longest subject, username or id, in characters: OpenID Connect Core section 2 bounds `sub` so, Keycloak its names."""
MAX_ISSUER = 2048


@dataclass(frozen=True, slots=True)
class Claims:
    """Who is asking, believed. Times are epoch seconds. `subject` is unique within `issuer`, and `username` a label."""

    issuer: str
    subject: str
    username: str
    expires_at: float
    issued_at: float
    token_id: str | None
    session_id: str | None
    authorized_party: str | None
    scopes: frozenset[str]


def read_claims(members: Mapping[str, object], *, username_claim: str) -> Claims:
    """The claims we use, of the right types. Raises InvalidToken: `missing_claim`, `malformed_claim`.

    The username is `username_claim`, or the subject where there is none (clients' tokens of some issuers).
    """
    subject = required_text(members, "sub")
    return Claims(
        issuer=required_text(members, "iss", MAX_ISSUER),
        subject=subject,
        username=text(members, username_claim) or subject,
        expires_at=required_time(members, "exp"),
        issued_at=required_time(members, "iat"),
        token_id=text(members, "jti"),
        session_id=text(members, "sid"),
        authorized_party=text(members, "azp"),
        scopes=frozenset((text(members, "scope", MAX_ISSUER) or "").split()),
    )


def read_audience(members: Mapping[str, object]) -> frozenset[str]:
    """The `aud` of a token: one string or several (RFC 7519 section 4.1.3); empty when it has none."""
    audience = members.get("aud", [])
    if isinstance(audience, str):
        return frozenset({audience})
    if not isinstance(audience, list) or not all(isinstance(each, str) for each in audience):
        raise InvalidToken("malformed_claim")
    return frozenset(audience)


def required_text(members: Mapping[str, object], name: str, longest: int = MAX_TEXT) -> str:
    """As `text`; a claim that is not there, null or empty is `missing_claim`."""
    value = text(members, name, longest)
    if not value:
        raise InvalidToken("missing_claim")
    return value


def text(members: Mapping[str, object], name: str, longest: int = MAX_TEXT) -> str | None:
    """A claim that databases, logs and headers can carry as it is: bounded, without control characters and halves of
    surrogate pairs. It is compared and kept letter by letter: nothing is folded or normalised."""
    value = members.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest:
        raise InvalidToken("malformed_claim")
    if not value.isprintable() and any(unicodedata.category(char) in ("Cc", "Cs") for char in value):
        raise InvalidToken("malformed_claim")
    return value


def required_time(members: Mapping[str, object], name: str) -> float:
    """As `time`, and `missing_claim` when it is not there."""
    value = time(members, name)
    if value is None:
        raise InvalidToken("missing_claim")
    return value


def time(members: Mapping[str, object], name: str) -> float | None:
    """A NumericDate (RFC 7519 section 2) in epoch seconds; a bool is no number, nor is a numeral in quotes."""
    value = members.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidToken("malformed_claim")
    return float(value)
