"""A company in Django's own database (whichever DATABASE_URL names): documents, users, groups and roles."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection, models, transaction

from bench.people import DEFAULT_COMPOSITES, People
from bench.people import User as Person
from bench.progress import counted, say
from bench.world import World
from purposeapp.models import DEFAULT_TENANT, GroupNesting, Role
from purposeapp.policyindex.database import import_documents

USERS_PER_WRITE = 2_000
ROWS_PER_STATEMENT = 5_000
MOST_USERS = 5_000
"""A local directory is for thousands of people, not for a hundred thousand: the first of the sample are loaded."""

MARK = "bench_mark"


def load(world: World) -> None:
    """Make sure that the database is there and complete; whatever else was in it is gone."""
    if _mark() == world.fingerprint:
        say(f"{connection.vendor}: {world.size.name} is there")
        return
    say(f"{connection.vendor}: loading {world.size.name}")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {MARK}")
    call_command("migrate", verbosity=0)
    call_command("flush", interactive=False, verbosity=0)
    say(f"  {import_documents(DEFAULT_TENANT, world.documents())}")
    _load_people(world.people)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {MARK} (text varchar(500))")
        cursor.execute(f"INSERT INTO {MARK} VALUES (%s)", [world.fingerprint])
        cursor.execute("ANALYZE")


def _mark() -> str | None:
    if MARK not in connection.introspection.table_names():
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT text FROM {MARK}")
        row = cursor.fetchone()
    return str(row[0]) if row else None


def _load_people(people: People) -> None:
    with transaction.atomic():
        _write(Group(pk=1 + number, name=group.name) for number, group in enumerate(people.groups))
        nested = [
            (number, group.parent) for number, group in enumerate(people.groups) if group.parent is not None
        ]
        _write(GroupNesting(group_id=1 + number, parent_id=1 + parent) for number, parent in nested)
        _write(
            Role(id=people.role_id(number), name=name, is_default=name in DEFAULT_COMPOSITES)
            for number, name in enumerate(people.roles)
        )
        _write(
            Role.composites.through(from_role_id=people.role_id(outer), to_role_id=people.role_id(inner))
            for outer, inner in people.composites
        )
        _write(
            Role.groups.through(role_id=people.role_id(role), group_id=1 + number)
            for number, group in enumerate(people.groups)
            for role in group.roles
        )
    users = people.sample(MOST_USERS)
    numbered = enumerate(counted(users, "users", len(users)), 1)
    while batch := list(islice(numbered, USERS_PER_WRITE)):
        with transaction.atomic():
            _write_users(people, batch)


def _write_users(people: People, users: list[tuple[int, Person]]) -> None:
    _write(User(pk=key, username=user.username, password="!", is_active=user.enabled) for key, user in users)
    _write(
        User.groups.through(user_id=key, group_id=1 + group) for key, user in users for group in user.groups
    )
    _write(
        Role.users.through(user_id=key, role_id=people.role_id(role))
        for key, user in users
        for role in user.roles
    )


def _write(rows: Iterable[models.Model]) -> None:
    """Rows of one model, in statements of a bearable length."""
    stream: Iterator[models.Model] = iter(rows)
    while batch := list(islice(stream, ROWS_PER_STATEMENT)):
        type(batch[0])._default_manager.bulk_create(batch)
