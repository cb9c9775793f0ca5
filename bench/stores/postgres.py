"""Databases of the bench on the services' PostgreSQL, each marked when it is complete."""

import psycopg
from psycopg import sql

from bench.places import of_database


def mark(server: str, name: str) -> str | None:
    """What the finished database of that name holds; None when there is none or its loading was interrupted."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    with psycopg.connect(server, autocommit=True) as connection:
        row = connection.execute(query, [name]).fetchone()
    return row[0] if row else None


def recreate(server: str, name: str) -> str:
    """An empty database in place of any of that name; returns its URL for the same role."""
    remove(server, name)
    return ensure(server, name)


def remove(server: str, name: str) -> None:
    """Drop the database of that name if there is one, whoever uses it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def ensure(server: str, name: str) -> str:
    """The URL of the database of that name, made if there is none."""
    with psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchall():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return of_database(server, name)


def set_mark(server: str, name: str, text: str) -> None:
    statement = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(text))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
