"""The directory port on Keycloak's tables."""

from typing import LiteralString

from purposeapp.directory.keycloak import sql
from purposeapp.directory.keycloak.inspect import inspect_schema
from purposeapp.directory.keycloak.person import person_of
from purposeapp.directory.keycloak.pool import KeycloakPool, read
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.domain.model import Person


class KeycloakDirectory:
    """The people of one realm, by its name: one statement for each question, nothing kept between two of them.

    Knows the users that Keycloak keeps in its own tables (service accounts, and federated users once imported).
    """

    def __init__(self, pool: KeycloakPool, realm: str) -> None:
        self._pool = pool
        self._realm = realm

    def by_username(self, username: str) -> Person | None:
        """See the port. Keycloak stores names through Java's `toLowerCase`, which `str.lower` agrees with."""
        return self._find(sql.PERSON_BY_USERNAME, username.lower())

    def by_id(self, user_id: str) -> Person | None:
        """See the port. An id is usually a UUID, but an imported realm may have chosen others."""
        return self._find(sql.PERSON_BY_ID, user_id)

    def check(self) -> str:
        """See the port. The error names every missing table, column or grant, and the cure."""
        if problems := inspect_schema(self._pool):
            raise DirectoryUnavailable("; ".join(problems))
        if not read(self._pool, sql.REALM, {"realm": self._realm}):
            raise self._no_realm()
        return f"realm {self._realm} in Keycloak's database"

    def _find(self, statement: LiteralString, key: str) -> Person | None:
        if not _storable(key):
            return None
        rows = read(self._pool, statement, {"realm": self._realm, "key": key})
        if not rows:
            raise self._no_realm()
        (row,) = rows[0]
        return None if row is None else person_of(row)

    def _no_realm(self) -> DirectoryUnavailable:
        # A mistyped realm must not look like a realm without people.
        return DirectoryUnavailable(
            f"Keycloak's database has no realm {self._realm!r}; check the tenant's realm name"
        )


def _storable(text: str) -> bool:
    """Whether PostgreSQL could hold this text at all; what it could not hold, nobody is called."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False
