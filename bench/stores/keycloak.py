"""A company's people in Keycloak's tables.

Through Keycloak's own interface five million memberships would take hours. So they are copied into a database of their
own, whose tables are those of the real Keycloak database: its realms stay as they are, and no Keycloak runs on this one.
"""

import subprocess
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from bench.people import DEFAULT_ROLE, People, User, guid
from bench.places import ROOT, Places, libpq, of_database
from bench.progress import counted, say
from bench.stores.postgres import mark, recreate, remove, set_mark
from bench.world import World

REALM = "bench"
USERS_PER_COPY = 5_000

Row = tuple[object, ...]


def load(places: Places, world: World, *, name: str = "bench") -> str:
    """Make sure that the database is there and complete; returns its URL for the reading role."""
    name = _full_name(world, name)
    if mark(places.postgres, name) == world.fingerprint:
        say(f"Keycloak's tables: {name} is there")
    else:
        say(f"Keycloak's tables: loading {name}")
        url = recreate(places.postgres, name)
        source = of_database(places.postgres, urlsplit(places.keycloak).path.lstrip("/"))
        _copy_schema(source, url, "pre-data")
        _fill(url, world.people)
        _copy_schema(
            source, url, "post-data"
        )  # indices and constraints: sooner made, and checked, over full tables
        _grant(url, places.keycloak)
        set_mark(places.postgres, name, world.fingerprint)
    return of_database(places.keycloak, name)


def drop(places: Places, world: World, *, name: str) -> None:
    """Remove what `load` made."""
    remove(places.postgres, _full_name(world, name))


def _full_name(world: World, name: str) -> str:
    return f"keycloak_{name}_{world.size.name.lower()}"


def _copy_schema(source: str, target: str, section: str) -> None:
    dump = ["pg_dump", "--schema-only", "--no-owner", "--no-privileges", f"--section={section}"]
    script = subprocess.run(dump, env=libpq(source), check=True, capture_output=True).stdout
    run = ["psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1"]
    subprocess.run(run, env=libpq(target), input=script, check=True, stdout=subprocess.DEVNULL)


def _grant(url: str, reader: str) -> None:
    """The reading role's rights, by the very file that gives them on a real Keycloak database."""
    environment = libpq(url) | {"KEYCLOAK_READER_PASSWORD": unquote(urlsplit(reader).password or "")}
    script = ROOT / "deploy" / "keycloak" / "reader.sql"
    run = ["psql", "--quiet", "--no-psqlrc", f"--file={script}"]
    subprocess.run(run, env=environment, check=True, stdout=subprocess.DEVNULL)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _fill(url: str, people: People) -> None:
    with psycopg.connect(url) as connection:
        for table, columns, rows in _realm_tables(people):
            _copy(connection, table, columns, rows)
        users = counted(people.users(), "users", people.size.users)
        while batch := list(islice(users, USERS_PER_COPY)):
            for table, columns, rows in _user_tables(people, batch):
                _copy(connection, table, columns, rows)


def _copy(connection: psycopg.Connection, table: str, columns: str, rows: Iterable[Row]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns.split()))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor().copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _realm_tables(people: People) -> Iterator[tuple[str, str, Iterable[Row]]]:
    realm, groups = guid("realm", 0), people.groups
    default_role = people.role_id(people.roles.index(DEFAULT_ROLE))
    yield (
        "realm",
        "id name enabled default_role admin_events_enabled",
        [(realm, REALM, True, default_role, True)],
    )
    yield (
        "keycloak_role",
        "id name description client_role realm_id realm client_realm_constraint",
        [
            (people.role_id(n), name, f"{name}!", False, realm, realm, realm)
            for n, name in enumerate(people.roles)
        ],
    )
    yield (
        "role_attribute",
        "id role_id name value",
        [(guid("attribute", n), people.role_id(n), "level", "workspace") for n in range(len(people.roles))],
    )
    yield (
        "composite_role",
        "composite child_role",
        [(people.role_id(outer), people.role_id(inner)) for outer, inner in people.composites],
    )
    yield (
        "keycloak_group",
        "id name parent_group realm_id",
        # A root's parent is one blank: that is how Keycloak writes it.
        [
            (each.id, each.name, " " if each.parent is None else groups[each.parent].id, realm)
            for each in groups
        ],
    )
    yield (
        "group_role_mapping",
        "group_id role_id",
        [(group.id, people.role_id(role)) for group in groups for role in group.roles],
    )


def _user_tables(people: People, users: list[User]) -> Iterator[tuple[str, str, Iterable[Row]]]:
    realm, groups = guid("realm", 0), people.groups
    yield (
        "user_entity",
        "id username email email_constraint enabled realm_id",
        (
            (u.id, u.username, f"{u.username}@bench.example", f"{u.username}@bench.example", u.enabled, realm)
            for u in users
        ),
    )
    yield (
        "user_attribute",
        "id user_id name value",
        ((guid(f"designation of {u.username}", 0), u.id, "designation", "Analyst") for u in users),
    )
    yield (
        "user_role_mapping",
        "user_id role_id",
        ((u.id, people.role_id(role)) for u in users for role in u.roles),
    )
    yield (
        "user_group_membership",
        "user_id group_id membership_type",
        ((user.id, groups[group].id, "UNMANAGED") for user in users for group in user.groups),
    )
