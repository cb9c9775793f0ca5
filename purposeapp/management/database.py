"""Commands that cannot do their work: one sentence with the cure, and nothing of a driver's."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from purposeapp.domain.errors import AccessError
from purposeapp.management.access.exits import USAGE
from purposeapp.management.typed import typed


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """Raises CommandError for what is expected to go wrong; works around a block or as a decorator."""
    try:
        yield
    except (Error, AccessError) as error:
        raise not_migrated(error) or CommandError(sentence(error)) from error


def not_migrated(error: BaseException) -> CommandError | None:
    """What to raise instead of an error for which the service's own database and its missing migrations are to blame."""
    if not (isinstance(error, Error) or isinstance(error.__cause__, Error)) or not _lacks_migrations():
        return None
    return CommandError(
        f"The service's own database lacks migrations: run `{typed('migrate')}`", returncode=USAGE
    )


def sentence(error: Error | AccessError) -> str:
    if isinstance(error, AccessError):
        return str(error)
    return "The service's own database cannot answer; is DATABASE_URL right, and the server up?"


def _lacks_migrations() -> bool:
    """Of a database that does not even answer nobody knows it."""
    try:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except Error:
        return False
