"""From a bearer token's text to `Claims`: everything that has to hold, in the order in which it is cheap to refuse.

The rules are those of RFC 7519, RFC 8725 and its successor, RFC 9068 (access tokens), and of what Keycloak puts into its
tokens; docs/tokens.md tells them one by one. Nothing here opens a connection: an issuer's `KeySource` may.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from purposeapp.domain.errors import InvalidToken
from purposeapp.tokens.claims import MAX_ISSUER, Claims, read_audience, read_claims, required_text, time
from purposeapp.tokens.compact import CompactJws, parse_compact, strict_object
from purposeapp.tokens.jwks import KeySource
from purposeapp.tokens.keys import ASYMMETRIC_ALGORITHMS, verified_payload

__all__ = ["Claims", "TokenVerifier", "TrustedIssuer", "Verified"]

MAX_LIFETIME = 86_400.0
"""Longest `exp` less `iat` in seconds that a verifier accepts unless told otherwise."""

_ACCESS_TOKEN_MEDIA_TYPE = "at+jwt"  # noqa: S105
_MEDIA_TYPES = frozenset({None, "jwt", _ACCESS_TOKEN_MEDIA_TYPE})
_KEYCLOAK_ACCESS_TOKEN_TYPE = "Bearer"  # noqa: S105
# An ID token has one of the first three (OpenID Connect Core), a logout token or security event the last (RFC 8417).
_NOT_AN_ACCESS_TOKEN = frozenset({"nonce", "at_hash", "c_hash", "events"})


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """An issuer whose tokens we believe, and the conditions.

    `issuer` is compared with `iss` letter by letter. A token is for us when its `aud` has one of `audience`, or when
    its `azp` (the client it was made for) is one of `authorized_parties`. At least one of the two must be given:
    else a token made for any other service of the same issuer would open this one.
    Raises ValueError for conditions that would let everybody in, and for algorithms with shared secrets.
    """

    issuer: str
    audience: frozenset[str]
    keys: KeySource
    algorithms: frozenset[str] = ASYMMETRIC_ALGORITHMS
    authorized_parties: frozenset[str] = frozenset()
    username_claim: str = "preferred_username"

    def __post_init__(self) -> None:
        if not self.issuer:
            raise ValueError("a trusted issuer needs a name, exactly the `iss` of its tokens")
        if not any(self.audience) and not any(self.authorized_parties):
            raise ValueError(
                "name an audience or an authorized party: otherwise tokens made for others would do"
            )
        if unknown := self.algorithms - ASYMMETRIC_ALGORITHMS:
            raise ValueError(f"only public-key algorithms may be allowed, not {', '.join(sorted(unknown))}")


@dataclass(frozen=True, slots=True)
class Verified:
    """Claims, and what they were believed by: the conditions, and which fetch of the issuer's keys (`KeySource`)."""

    claims: Claims
    trust: TrustedIssuer
    generation: int


class TokenVerifier:
    """Verifies access tokens of the issuers that `issuer_of` knows. Safe to share between threads.

    `leeway` and `max_lifetime` are seconds: how far clocks may differ, and how long a token may live (`exp` less `iat`).
    `max_bytes` bounds the token's text before anything looks at it.
    """

    def __init__(
        self,
        issuer_of: Callable[[str], TrustedIssuer | None],
        *,
        leeway: float = 30,
        max_lifetime: float = MAX_LIFETIME,
        max_bytes: int = 65_536,
    ) -> None:
        self.issuer_of = issuer_of
        self.leeway = leeway
        self._max_lifetime = max_lifetime
        self._max_bytes = max_bytes

    def verify(self, token: str, *, now: float) -> Claims:
        """Who presents this token at `now` (epoch seconds).

        Raises InvalidToken, whose reason docs/tokens.md lists, and KeysUnavailable when the issuer's keys cannot be had.
        """
        return self.verified(token, now=now).claims

    def verified(self, token: str, *, now: float) -> Verified:
        """As `verify`, with what the answer rests on."""
        jws = parse_compact(token, max_bytes=self._max_bytes)
        members = strict_object(jws.payload)  # hearsay, until the signature over these bytes is checked
        trust = self._trusted(required_text(members, "iss", MAX_ISSUER))
        generation = trust.keys.generation  # keys that come from here on did not make the signature good
        _verify_signature(jws, trust)
        _require_access_token(jws.media_type, members)
        claims = read_claims(members, username_claim=trust.username_claim)
        self._require_time(claims, time(members, "nbf"), now)
        _require_audience(trust, read_audience(members), claims.authorized_party)
        return Verified(claims, trust, generation)

    def _trusted(self, issuer: str) -> TrustedIssuer:
        trust = self.issuer_of(issuer)
        if trust is None or trust.issuer != issuer:
            raise InvalidToken("unknown_issuer")
        return trust

    def _require_time(self, claims: Claims, not_before: float | None, now: float) -> None:
        if claims.expires_at + self.leeway <= now:
            raise InvalidToken("expired")
        if claims.issued_at - self.leeway > now or (not_before or 0) - self.leeway > now:
            raise InvalidToken("not_yet_valid")
        if claims.expires_at - claims.issued_at > self._max_lifetime:
            raise InvalidToken("lifetime_too_long")


def _verify_signature(jws: CompactJws, trust: TrustedIssuer) -> None:
    # Before a key is looked for: nobody can make us fetch keys with `none`.
    if jws.algorithm not in trust.algorithms:
        raise InvalidToken("algorithm_not_allowed")
    key = trust.keys.key(jws.key_id)
    if key is None:
        raise InvalidToken("unknown_key")
    verified_payload(jws, key, trust.algorithms)


def _require_access_token(media_type: str | None, members: Mapping[str, object]) -> None:
    """Refuse what the same key signs for other uses: ID, refresh, logout tokens (RFC 8725 section 3.11)."""
    keycloak_type = members.get("typ")
    if media_type not in _MEDIA_TYPES or keycloak_type not in (None, _KEYCLOAK_ACCESS_TOKEN_TYPE):
        raise InvalidToken("not_an_access_token")
    declared = media_type == _ACCESS_TOKEN_MEDIA_TYPE or keycloak_type == _KEYCLOAK_ACCESS_TOKEN_TYPE
    if not declared and not _NOT_AN_ACCESS_TOKEN.isdisjoint(members):
        raise InvalidToken("not_an_access_token")


def _require_audience(trust: TrustedIssuer, audience: frozenset[str], authorized_party: str | None) -> None:
    if audience.isdisjoint(trust.audience) and authorized_party not in trust.authorized_parties:
        raise InvalidToken("wrong_audience")
