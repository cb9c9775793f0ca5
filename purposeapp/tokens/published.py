"""What an issuer publishes: its discovery document and its key set, fetched and read. When, is for `jwks` to say."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from purposeapp.tokens.fetch import Fetch, FetchFailed
from purposeapp.tokens.keys import Key, usable_keys

KeysById = Mapping[str | None, Key]
"""Keys by `kid`; under None the set's only key, for tokens that name none."""


class PublishedKeys:
    """The key set at `url`, or where the discovery document of `issuer` says when `url` is None."""

    def __init__(self, url: str | None, issuer: str | None, fetch: Fetch) -> None:
        if not url and not issuer:
            raise ValueError("a JWKS URL or an issuer with a discovery document is needed")
        self._url = url
        self._issuer = issuer or ""
        self._fetch = fetch
        self._discovered: str | None = None

    def load(self) -> KeysById:
        """Fetch once. Raises FetchFailed when there is no answer, or none that gives a key that may verify."""
        try:
            self._discovered = self._url or self._discovered or self._discover()
            keys = by_id(usable_keys(_json(self._fetch(self._discovered))))
        except (FetchFailed, ValueError, RecursionError) as error:
            self._discovered = None  # it may have moved
            raise FetchFailed("no key set to be had") from error
        if not keys:
            raise FetchFailed("no key that may verify")
        return keys

    def _discover(self) -> str:
        """The `jwks_uri`; the document must be its issuer's own (OpenID Connect Discovery section 4.3)."""
        document = _json(self._fetch(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"))
        if not isinstance(document, dict) or document.get("issuer") != self._issuer:
            raise ValueError("a discovery document of another issuer")
        url = document.get("jwks_uri")
        if not isinstance(url, str) or (_is_secure(self._issuer) and not _is_secure(url)):
            raise ValueError("no acceptable jwks_uri")
        return url


def by_id(keys: tuple[Key, ...]) -> KeysById:
    """Index keys by their `kid`."""
    index: dict[str | None, Key] = {key.kid: key for key in keys if key.kid is not None}
    if len(keys) == 1:
        index[None] = keys[0]
    return index


def _json(body: bytes) -> object:
    return json.loads(body.decode("utf-8"))


def _is_secure(url: str) -> bool:
    return urlsplit(url).scheme == "https"
