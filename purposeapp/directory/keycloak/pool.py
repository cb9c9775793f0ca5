"""Connections to Keycloak's PostgreSQL on which nothing waits longer than its deadline.

PostgreSQL's own `statement_timeout` is kept by the server: a frozen one keeps nothing, and psycopg then waits for ever.
So every wait of a connection ends at a deadline of ours, after which the connection is of no more use and is closed.

PgBouncer in transaction mode is fine: no session state, one statement for one transaction, and prepared ones only where
there is no pooler.
It refuses the start-up `options` by which we ask for a read-only session, a time limit and no JIT; then those
of the database role hold alone (deploy/keycloak/reader.sql sets them, `inspect_role` says when they are missing).
"""

import sys
from collections.abc import Mapping
from time import monotonic
from typing import Any, LiteralString, Self, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from purposeapp.domain.errors import DirectoryUnavailable

_OPTIONS_REFUSED = "unsupported startup parameter"
_KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}

_ON_REQUEST = sys.maxsize
"""So often would a statement have to be sent before psycopg prepares it of its own accord; None would forbid it."""

_Answer = TypeVar("_Answer")


class DeadlineExceeded(psycopg.OperationalError):
    """The server neither answered nor failed in time."""


class BoundedConnection(psycopg.Connection[TupleRow]):
    """A connection that closes itself and raises DeadlineExceeded when the server is silent for `deadline` seconds."""

    deadline: float

    @classmethod
    def connect(cls, conninfo: str = "", *, deadline: Any = 1.0, **settings: Any) -> Self:
        """As psycopg's; where a pooler refuses our start-up `options`, without them."""
        try:
            connection = super().connect(conninfo, **settings)
        except psycopg.OperationalError as error:
            if _OPTIONS_REFUSED not in str(error):
                raise
            connection = super().connect(conninfo, **settings | {"options": None})
        connection.deadline = deadline
        return connection

    def wait(self, gen: PQGen[_Answer], interval: float = 0.1, timeout: float | None = None) -> _Answer:
        """Run one exchange with the server; all of psycopg's reads and writes pass through here."""
        until = monotonic() + self.deadline
        try:
            return super().wait(
                gen,
                interval,
                self.deadline if timeout is None else min(timeout, self.deadline),
            )
        except psycopg.OperationalError as error:
            if monotonic() < until:
                raise
            self.close()
            raise DeadlineExceeded("no answer in time") from error


KeycloakPool = ConnectionPool[BoundedConnection]


def _let_prepare(connection: BoundedConnection) -> None:
    """Allow prepared statements where every statement comes to the same server process: to plan one takes that process
    longer than to run it.

    A pooler has others run what comes next, and they know nothing of what was prepared. It shows in the process's
    number, which is another one than that of the handshake.
    """
    if connection.execute("SELECT pg_backend_pid()").fetchone() == (connection.info.backend_pid,):
        connection.prepare_threshold = _ON_REQUEST


class _ConnectionLost(DirectoryUnavailable):
    """The connection broke under the question."""


def connect(
    url: str, *, pool_size: int = 8, pool_wait: float = 0.25, deadline: float = 1.0, connect_timeout: int = 2
) -> KeycloakPool:
    """A pool of read-only connections; it connects in the background and never fails here.

    It starts threads: call it in the process that uses it, after any fork. A question waits at most `pool_wait`
    seconds for a free connection and `deadline` seconds for its answer; `connect_timeout` is in whole seconds,
    at least 2 (libpq's own minimum).
    """
    # A slow server that still lives gives up first, so that its connection can be kept.
    statement_timeout = max(1, int(deadline * 900))
    ours = f"-c default_transaction_read_only=on -c statement_timeout={statement_timeout} -c jit=off"
    theirs = conninfo_to_dict(url).get("options") or ""
    return ConnectionPool(
        url,
        connection_class=BoundedConnection,
        kwargs={
            "autocommit": True,
            "prepare_threshold": None,
            "deadline": deadline,
            "options": f"{theirs} {ours}".lstrip(),
            "connect_timeout": connect_timeout,
            "tcp_user_timeout": connect_timeout * 1000,
            "fallback_application_name": "purposeapp",
            **_KEEPALIVE,
        },
        min_size=1,
        max_size=pool_size,
        configure=_let_prepare,
        timeout=pool_wait,
        # No waiting between attempts that grows to minutes: each question that finds no connection tries anew.
        reconnect_timeout=0.0,
        open=True,
    )


def read(
    pool: KeycloakPool, statement: LiteralString, parameters: Mapping[str, object], *, prepare: bool = False
) -> list[TupleRow]:
    """All rows of one statement. Raises DirectoryUnavailable; the driver's own words stay in `__cause__`.

    `prepare` is for statements that are sent again and again, and of which one plan is good for all parameters.
    """
    try:
        return _read_once(pool, statement, parameters, prepare)
    except _ConnectionLost:
        # An idle connection learns of the server's restart only when used, and its neighbours are as dead.
        pool.drain()
        return _read_once(pool, statement, parameters, prepare)


def _read_once(
    pool: KeycloakPool, statement: LiteralString, parameters: Mapping[str, object], prepare: bool
) -> list[TupleRow]:
    try:
        with pool.connection() as connection:
            try:
                return connection.execute(statement, parameters, prepare=prepare).fetchall()
            except psycopg.NotSupportedError as error:
                # Somebody changed the tables under what was prepared here.
                connection.close()
                raise _ConnectionLost from error
            except psycopg.OperationalError as error:
                if connection.broken:
                    raise _ConnectionLost from error
                raise
    except psycopg.Error as error:
        raise DirectoryUnavailable from error
