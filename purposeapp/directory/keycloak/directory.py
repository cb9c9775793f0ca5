"""The directory port on Keycloak's tables."""

from collections.abc import Sequence
from typing import LiteralString

from psycopg.rows import TupleRow

from purposeapp.directory.keycloak import realm_sql, sql
from purposeapp.directory.keycloak.inspect import inspect_schema
from purposeapp.directory.keycloak.members import member_of, realm_of
from purposeapp.directory.keycloak.person import person_of
from purposeapp.directory.keycloak.pool import KeycloakPool, read
from purposeapp.directory.keycloak.search import USERS, begins_with, found_in
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.domain.finding import Found
from purposeapp.domain.model import Person
from purposeapp.domain.realm import MEMBER_ATTRIBUTES, Member, Realm


class KeycloakDirectory:
    """The people of one realm, by its name: one statement for each question, nothing kept between two of them.

    Knows the users that Keycloak keeps in its own tables (service accounts, and federated users once imported).
    What reads the whole realm may have connections of its own, `bulk`, with a longer deadline: then it never keeps a
    look-up waiting.
    """

    def __init__(self, pool: KeycloakPool, realm: str, *, bulk: KeycloakPool | None = None) -> None:
        self._pool = pool
        self._bulk = bulk or pool
        self._realm = realm

    def by_username(self, username: str) -> Person | None:
        """See the port. Keycloak stores names through Java's `toLowerCase`, which `str.lower` agrees with."""
        return self._find(sql.PERSON_BY_USERNAME, username.lower())

    def by_id(self, user_id: str) -> Person | None:
        """See the port. An id is usually a UUID, but an imported realm may have chosen others."""
        return self._find(sql.PERSON_BY_ID, user_id)

    def peek_by_id(self, user_id: str) -> None:
        """See the port. Nothing is kept here."""

    def realm(self) -> Realm:
        """See the port. Organizations' groups are none of the realm's."""
        (row,) = self._rows(self._bulk, realm_sql.STRUCTURE)[0]
        return realm_of(row)

    def member_by_username(self, username: str) -> Member | None:
        return self._find_member(sql.MEMBER_BY_USERNAME, username.lower())

    def member_by_id(self, user_id: str) -> Member | None:
        return self._find_member(sql.MEMBER_BY_ID, user_id)

    def members(self, after: str = "", *, limit: int) -> Sequence[Member]:
        """See the port. A chunk of 5,000 is good: a few hundred milliseconds, most of them in the database."""
        rows = self._rows(
            self._bulk, realm_sql.MEMBERS, after=after, limit=limit, attributes=list(MEMBER_ATTRIBUTES)
        )
        return [member_of(row) for row in rows if row[0] is not None]

    def count(self) -> int:
        return int(self._rows(self._bulk, realm_sql.COUNT)[0][0])

    def search(self, prefix: str, *, limit: int) -> Sequence[Found]:
        if not _storable(prefix):
            return []
        return found_in(self._rows(self._pool, USERS, prefix=begins_with(prefix), limit=limit))

    def check(self) -> str:
        """See the port. The error names every missing table, column or grant, and the cure."""
        if problems := inspect_schema(self._pool):
            raise DirectoryUnavailable("; ".join(problems))
        self._rows(self._pool, sql.REALM)
        return f"realm {self._realm} in Keycloak's database"

    def _find(self, statement: LiteralString, key: str) -> Person | None:
        if not _storable(key):
            return None
        (row,) = self._rows(self._pool, statement, prepare=True, key=key)[0]
        return None if row is None else person_of(row)

    def _find_member(self, statement: LiteralString, key: str) -> Member | None:
        if not _storable(key):
            return None
        row = self._rows(self._pool, statement, prepare=True, key=key, attributes=list(MEMBER_ATTRIBUTES))[0]
        return None if row[0] is None else member_of(row)

    def _rows(
        self, pool: KeycloakPool, statement: LiteralString, *, prepare: bool = False, **parameters: object
    ) -> list[TupleRow]:
        """The rows of a statement, at least one: without any there is no such realm."""
        rows = read(pool, statement, {"realm": self._realm, **parameters}, prepare=prepare)
        if not rows:
            # A mistyped realm must not look like a realm without people.
            raise DirectoryUnavailable(
                f"Keycloak's database has no realm {self._realm!r}; check the tenant's realm name"
            )
        return rows


def _storable(text: str) -> bool:
    """Whether PostgreSQL could hold this text at all; what it could not hold, nobody is called."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False
