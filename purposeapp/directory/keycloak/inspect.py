"""For operators: are Keycloak's tables as expected, and can the database role do no more than read them."""

from collections.abc import Iterator

from purposeapp.directory.keycloak import sql
from purposeapp.directory.keycloak.pool import KeycloakPool, read

_CURE = "run deploy/keycloak/reader.sql in Keycloak's database"


def inspect_schema(pool: KeycloakPool) -> list[str]:
    """What stands in the way of reading people: one sentence with its cure for each table. Empty when all is well.

    Raises DirectoryUnavailable when the database cannot be asked.
    """
    pairs = [(table, column) for table, columns in sql.USED_COLUMNS.items() for column in columns]
    tables, columns = (list(names) for names in zip(*pairs, strict=True))
    rows = read(pool, sql.COLUMNS, {"tables": tables, "columns": columns})
    return [
        problem
        for table in sql.USED_COLUMNS
        for problem in _problems([row for row in rows if row[0] == table])
    ]


def _problems(rows: list[tuple[str, str, bool, bool, bool]]) -> Iterator[str]:
    """What is wrong with one table, from the rows of `sql.COLUMNS` about it."""
    table, _, exists, _, _ = rows[0]
    if not exists:
        yield (
            f"table {table} is not to be found: is this Keycloak's database, and its schema on the role's search_path?"
        )
        return
    if missing := [column for _, column, _, has_column, _ in rows if not has_column]:
        yield f"table {table} has no column {', '.join(missing)}: Keycloak 26 or later is needed"
    if any(has_column and not readable for _, _, _, has_column, readable in rows):
        yield f"no right to read table {table}: GRANT SELECT ON {table} to the role of the connection, or {_CURE}"


def inspect_role(pool: KeycloakPool) -> list[str]:
    """Warnings about the connection's database role: whatever it could do beyond reading, and what it should be set to.

    The settings are those in force on our connections, whether they come from the role or from us.
    Raises DirectoryUnavailable when the database cannot be asked.
    """
    ((role, superuser, read_only, time_limit, no_jit),) = read(pool, sql.ROLE_SETTINGS, {})
    if superuser:
        return [f"role {role} is a superuser: use a role that can only read; {_CURE}"]
    writable = [table for (table,) in read(pool, sql.WRITABLE_TABLES, {"tables": list(sql.USED_COLUMNS)})]
    findings = {
        f"role {role} may write to {', '.join(writable)}: revoke that, or {_CURE}": bool(writable),
        f"role {role} starts read-write: ALTER ROLE {role} SET default_transaction_read_only = on": not read_only,
        f"role {role} has no time limit: ALTER ROLE {role} SET statement_timeout = '1s'": not time_limit,
        f"role {role} compiles its statements, which takes longer than running them: ALTER ROLE {role} SET jit = off": (
            not no_jit
        ),
    }
    return [warning for warning, holds in findings.items() if holds]
