"""The local issuer: signs access tokens of our own, which take the same path as Keycloak's when they come back."""

import json
import uuid
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

ALGORITHM = "RS256"
LIFETIME = 900
KEY_BITS = 2048


class LocalIssuer:
    """Issues tokens as `issuer` for `audience`, signed with a PEM-encoded RSA private key of 2048 bits or more.

    Raises ValueError if the key is none of that kind.
    """

    def __init__(self, issuer: str, audience: str, private_key_pem: str) -> None:
        self.issuer = issuer
        self.audience = audience
        self._key = _signing_key(private_key_pem)
        self._kid = self._key.thumbprint()  # RFC 7638: every process finds the same name for the same key

    def issue(
        self,
        subject: str,
        username: str,
        now: float,
        lifetime: float = LIFETIME,
        *,
        session_id: str | None = None,
    ) -> str:
        """An access token (RFC 9068) for the person with id `subject`, valid from `now` for `lifetime` seconds."""
        issued_at = int(now)
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.audience,
            "client_id": self.audience,
            "sub": subject,
            "preferred_username": username,
            "iat": issued_at,
            "exp": issued_at + int(lifetime),
            "jti": str(uuid.uuid4()),
        }
        if session_id is not None:
            claims["sid"] = session_id
        header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": self._kid}
        return jws.serialize_compact(header, json.dumps(claims), self._key, algorithms=[ALGORITHM])

    def jwks(self) -> dict[str, Any]:
        """The public half, as the JSON Web Key Set that verifiers fetch."""
        public = self._key.as_dict(private=False, use="sig", alg=ALGORITHM, kid=self._kid)
        return {"keys": [public]}


def new_key() -> str:
    """A fresh PEM private key to sign with."""
    return RSAKey.generate_key(KEY_BITS).as_pem(private=True).decode("ascii")


def _signing_key(pem: str) -> RSAKey:
    cure = "the signing key must be a PEM private RSA key of 2048 bits or more"
    if "PRIVATE KEY" not in pem:
        raise ValueError(cure)
    try:
        key = RSAKey.import_key(pem)
    except (JoseError, ValueError, TypeError):
        raise ValueError(cure) from None
    if not key.is_private or key.raw_value.key_size < KEY_BITS:
        raise ValueError(cure)
    return key
