"""Tokens that were verified a moment ago. A signature costs more than all the rest of a warm answer.

What was verified is believed again only while everything it was believed by still stands: the token has not expired, its
issuer is trusted on the very same conditions, and the issuer's keys have not been fetched anew since. Refusals are not
remembered: they are cheap, but for forged signatures, and those are never twice the same.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from purposeapp.tokens.claims import Claims
from purposeapp.tokens.jwks import REFRESH_AFTER, STALE_AFTER
from purposeapp.tokens.verify import TokenVerifier, TrustedIssuer, Verified

REMEMBERED_FOR = STALE_AFTER - REFRESH_AFTER
"""Seconds after which a token is verified again. It is also what makes keys be fetched anew: a key that is old enough to be
refreshed is noticed by a verification, and what was verified just before must be forgotten when the key is too old."""

MOST = 16_384
"""Tokens remembered, at about one KiB each."""


class RememberingVerifier:
    """As the `verifier` that it asks. Safe to share between threads."""

    def __init__(self, verifier: TokenVerifier, *, most: int = MOST) -> None:
        self._verifier = verifier
        self._most = most
        self._entries: dict[bytes, _Entry] = {}
        self._storing = Lock()

    def verify(self, token: str, *, now: float) -> Claims:
        """As TokenVerifier.verify: `now` is epoch seconds; raises InvalidToken and KeysUnavailable."""
        claims = self.recall(token, now=now, issuer_of=self._verifier.issuer_of)
        if claims is None:
            verified = self._verifier.verified(token, now=now)
            self._remember(_name(token), verified, now)
            claims = verified.claims
        return claims

    def recall(
        self, token: str, *, now: float, issuer_of: Callable[[str], TrustedIssuer | None]
    ) -> Claims | None:
        """Who presents this token, if that is known already. Waits for nothing, unless `issuer_of` does."""
        entry = self._entries.get(_name(token))
        if entry is None or not entry.since <= now < entry.until:
            return None
        verified = entry.verified
        trust = issuer_of(verified.claims.issuer)
        stands = trust is verified.trust and trust.keys.generation == verified.generation
        return verified.claims if stands else None

    def _remember(self, name: bytes, verified: Verified, now: float) -> None:
        until = min(now + REMEMBERED_FOR, verified.claims.expires_at + self._verifier.leeway)
        with self._storing:
            # The oldest is the first to lose its worth as well: nothing is believed for long.
            self._entries.pop(name, None)
            if len(self._entries) >= self._most:
                del self._entries[next(iter(self._entries))]
            self._entries[name] = _Entry(verified, now, until)


@dataclass(frozen=True, slots=True)
class _Entry:
    """Between the moments `since` and `until`; a clock that was set back is no reason to believe somebody longer."""

    verified: Verified
    since: float
    until: float


def _name(token: str) -> bytes:
    """The whole token, header and signature too, in 32 bytes; and no secret lies in memory longer than it must."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
