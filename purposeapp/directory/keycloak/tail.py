"""What is new in a realm, by the record that Keycloak keeps of what administrators do.

An event is written by a node of Keycloak with the time of its own clock, and is seen when its transaction ends; so the
last minute, by the database's clock, is read each time, and what was seen is passed over.

Not everything makes an event: users register, and directories are synchronised. But every row that is written is counted
by PostgreSQL. Rows beyond what the events around that time can explain mean that anything may have changed. A session
of PostgreSQL hands in its counts at the latest ten seconds after its transaction (and a standby has none at all), so
such changes are found later than others, and a single one among many events only when everything is read anew.
"""

import re
from collections.abc import Callable
from time import monotonic
from typing import LiteralString

from psycopg import errors
from psycopg.rows import TupleRow

from purposeapp.directory.base import DirectoryChanges
from purposeapp.directory.keycloak import tail_sql
from purposeapp.directory.keycloak.pool import KeycloakPool, read
from purposeapp.domain.errors import DirectoryUnavailable

WINDOW_MS = 60_000
"""How far the clocks of Keycloak's nodes may be behind the database's, and a transaction may go on after its event."""

EXPLAINED_MS = 15_000
"""How long after an event its rows may be counted."""

ROWS_OF_AN_EVENT = 20
"""Rows that one event explains: a user made with groups and attributes is so many."""

MAX_EVENTS = 10_000

_OF_A_USER = re.compile(r"users/([^/]+)(?:/|$)")

_OF_THE_STRUCTURE = frozenset(
    {"GROUP", "REALM_ROLE", "CLIENT_ROLE", "REALM_ROLE_MAPPING", "CLIENT_ROLE_MAPPING", "CLIENT"}
)
"""Types of resources that are groups, roles, or (beyond those of a user) edges between them."""

_OF_NOBODY = frozenset(
    {
        *("AUTH_FLOW", "AUTH_EXECUTION", "AUTH_EXECUTION_FLOW", "AUTHENTICATOR_CONFIG", "REQUIRED_ACTION"),
        *("CLIENT_SCOPE", "CLIENT_SCOPE_MAPPING", "PROTOCOL_MAPPER", "CLIENT_INITIAL_ACCESS_MODEL"),
        *("CLIENT_SCOPE_CLIENT_MAPPING", "REALM_SCOPE_MAPPING", "CLUSTER_NODE", "USER_PROFILE"),
        *("IDENTITY_PROVIDER", "IDENTITY_PROVIDER_MAPPER", "USER_LOGIN_FAILURE", "USER_SESSION"),
        *("AUTHORIZATION_RESOURCE_SERVER", "AUTHORIZATION_RESOURCE"),
        *("AUTHORIZATION_SCOPE", "AUTHORIZATION_POLICY"),
    }
)
"""Types of resources on which nobody's groups and roles depend. Of all others that are not a user's, everybody's may."""

_KNOWN = _OF_THE_STRUCTURE | _OF_NOBODY

_EVENTS_OFF = (
    "realm {realm} keeps no admin events, so changes of people are seen later: in Keycloak, switch on"
    " Realm settings > Events > Admin events settings > Save events"
)
_EVENTS_UNREADABLE = (
    "the database role cannot read Keycloak's admin events, so changes of people are seen later: GRANT SELECT ON"
    " admin_event_entity to it, or run deploy/keycloak/reader.sql in Keycloak's database"
)


class KeycloakTail:
    """Follows one realm, by its name; see the port."""

    def __init__(self, pool: KeycloakPool, realm: str, *, clock: Callable[[], float] = monotonic) -> None:
        self._pool = pool
        self._realm = realm
        self._clock = clock
        self._asked_at: int | None = None
        self._seen: frozenset[str] = frozenset()
        self._written: int | None = None
        self._warned = ""

    def poll(self) -> DirectoryChanges:
        as_of = self._clock()
        enabled, now, written, events, around = self._read()
        warning = self._warning(enabled, is_readable=events is not None)
        every = events or []
        fresh = [(kind, _user_of(path)) for id_, kind, path in every if id_ not in self._seen]
        everything = (
            self._asked_at is None
            or warning != self._warned
            or len(every) >= MAX_EVENTS
            or any(user is None and kind not in _KNOWN for kind, user in fresh)
            or self._has_unexplained(written, around)
        )
        self._asked_at, self._written, self._warned = now, written, warning
        self._seen = frozenset(id_ for id_, _, _ in every)
        return DirectoryChanges(
            as_of,
            users=frozenset(user for _, user in fresh if user is not None),
            structure=any(user is None and kind in _OF_THE_STRUCTURE for kind, user in fresh),
            everything=everything,
            warning=warning,
        )

    def _has_unexplained(self, written: int | None, around: int) -> bool:
        if written is None or self._written is None:
            return False
        # Counters that go back were reset, by an administrator or a crash.
        return not 0 <= written - self._written <= ROWS_OF_AN_EVENT * around

    def _warning(self, enabled: bool, *, is_readable: bool) -> str:
        if not is_readable:
            return _EVENTS_UNREADABLE
        return "" if enabled else _EVENTS_OFF.format(realm=self._realm)

    def _read(self) -> tuple[bool, int, int | None, list[tuple[str, str, str]] | None, int]:
        """The row of `tail_sql.CHANGES`; without events (None) where they may not be read."""
        try:
            rows = self._ask(tail_sql.CHANGES)
            unreadable = False
        except DirectoryUnavailable as error:
            if not isinstance(error.__cause__, errors.InsufficientPrivilege | errors.UndefinedTable):
                raise
            rows = self._ask(tail_sql.CHANGES_WITHOUT_EVENTS)
            unreadable = True
        if not rows:
            raise DirectoryUnavailable(f"Keycloak's database has no realm {self._realm!r}")
        enabled, now, written, events, around = rows[0]
        return enabled, now, written, None if unreadable else events or [], around

    def _ask(self, statement: LiteralString) -> list[TupleRow]:
        return read(
            self._pool,
            statement,
            {
                "realm": self._realm,
                "asked_at": self._asked_at,
                "tables": list(tail_sql.COUNTED_TABLES),
                "window": WINDOW_MS,
                "explained": EXPLAINED_MS,
                "limit": MAX_EVENTS,
            },
        )


def _user_of(path: str) -> str | None:
    """The id in the path of whatever belongs to one user: the user, memberships, role mappings."""
    found = _OF_A_USER.match(path)
    return found and found[1]
