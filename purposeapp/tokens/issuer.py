"""The local issuer: signs access tokens of our own, which take the same path as Keycloak's when they come back."""

import json
import os
import secrets
import uuid
from pathlib import Path
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


def load_or_create_key(path: Path) -> str:
    """The PEM private key in `path`, made on first use, readable by its owner only.

    Several processes may start at once: the file appears whole or not at all, and all of them read the first one's.
    """
    if not path.exists():
        _create_once(path, RSAKey.generate_key(KEY_BITS).as_pem(private=True))
    return path.read_text("ascii")


def _create_once(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike a rename, this never replaces what another process put there first
    except FileExistsError:
        pass
    finally:
        draft.unlink()


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
