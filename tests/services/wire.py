"""What really went over the wire to PostgreSQL, as libpq saw it."""

import tempfile
from types import TracebackType
from typing import Self

from psycopg.pq import Trace
from psycopg_pool import ConnectionPool


class Wire:
    """Counts what the only connection of a pool sends while the block lasts.

    `statements` were parsed by the server, `round_trips` asked it to answer.
    """

    statements: int
    round_trips: int

    def __init__(self, pool: ConnectionPool):
        self._pool = pool
        self._file = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed on exit

    def __enter__(self) -> Self:
        with self._pool.connection(timeout=5) as connection:
            connection.pgconn.trace(self._file.fileno())
            connection.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._pool.connection() as connection:
            connection.pgconn.untrace()
        with self._file:
            self._file.seek(0)
            sent = [line.rstrip().split("\t")[2] for line in self._file if line.startswith("F\t")]
        self.statements = sum(message in ("Parse", "Query") for message in sent)
        self.round_trips = sum(message in ("Sync", "Query") for message in sent)
