"""Keycloak's tables in a throw-away PostgreSQL that a test may freeze, fill and spoil."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from deploy.native.packages import program
from deploy.native.postgres import Postgres
from tests.servers import need, postgres_cluster, servers

DATABASE = "postgres"
REALM = "acme"
READER_SQL = Path(__file__).parents[2] / "deploy" / "keycloak" / "reader.sql"
READER_PASSWORD = "of-the-throw-away-reader"

FILL = """
INSERT INTO realm (id, name, default_role, admin_events_enabled) VALUES ('acme-id', 'acme', 'role-0', true);
INSERT INTO keycloak_role (id, name, realm_id, client_role)
SELECT 'role-' || n, 'role ' || n, 'acme-id', false FROM generate_series(0, %(roles)s) n;
INSERT INTO composite_role (composite, child_role)
SELECT 'role-' || n, 'role-' || (n + 1) %% %(roles)s FROM generate_series(0, %(roles)s) n WHERE n %% 5 <> 4;
INSERT INTO keycloak_group (id, name, parent_group, realm_id)
SELECT 'group-' || n, 'group ' || n, CASE n %% 3 WHEN 0 THEN ' ' ELSE 'group-' || (n - 1) END, 'acme-id'
FROM generate_series(0, %(groups)s) n;
INSERT INTO group_role_mapping (group_id, role_id)
SELECT 'group-' || n, 'role-' || n %% %(roles)s FROM generate_series(0, %(groups)s) n;
INSERT INTO user_entity (id, username, email_constraint, enabled, realm_id)
SELECT 'user-' || n, 'user-' || n, n, true, 'acme-id' FROM generate_series(0, %(users)s) n;
INSERT INTO user_attribute (id, user_id, name, value)
SELECT 'attribute-' || n, 'user-' || n, 'designation', 'Engineer' FROM generate_series(0, %(users)s) n;
INSERT INTO user_role_mapping (user_id, role_id)
SELECT 'user-' || n, 'role-' || n %% %(roles)s FROM generate_series(0, %(users)s) n;
INSERT INTO user_group_membership (user_id, group_id, membership_type)
SELECT 'user-' || n, 'group-' || (n * 7 + m * 11) %% %(groups)s, 'UNMANAGED'
FROM generate_series(0, %(users)s) n, generate_series(1, %(memberships)s) m ON CONFLICT DO NOTHING;
"""


@dataclass(frozen=True)
class KeycloakCopy:
    """A server with Keycloak's tables, the realm "acme" in them, and the role of `reader_url` made by reader.sql."""

    server: Postgres

    @property
    def reader_url(self) -> str:
        return self.server.database_url("keycloak_reader", READER_PASSWORD, DATABASE)

    def superuser(self) -> "psycopg.Connection[tuple[object, ...]]":
        """A new connection that commits each statement and may do everything."""
        return psycopg.connect(self.server.url, autocommit=True, connect_timeout=5)


@contextmanager
def keycloak_copy(
    *, users: int = 10, groups: int = 30, roles: int = 30, memberships: int = 5
) -> Iterator[KeycloakCopy]:
    """The tables of the real Keycloak's database, filled with users "user-0" … in nested groups with composite roles."""
    need("keycloak")
    need("postgres")
    with postgres_cluster() as server, tempfile.NamedTemporaryFile(suffix=".sql") as schema:
        source = make_conninfo(servers().postgres_url, dbname="keycloak")
        command = [
            program("pg_dump"),
            "--schema-only",
            "--no-owner",
            "--no-privileges",
            "--file",
            schema.name,
        ]
        subprocess.run([*command, "--dbname", source], check=True)
        server.run_sql(Path(schema.name), DATABASE, {})
        server.run_sql(READER_SQL, DATABASE, {"KEYCLOAK_READER_PASSWORD": READER_PASSWORD})
        copy = KeycloakCopy(server)
        with copy.superuser() as connection:
            # Several statements at once need their values put in by the client.
            sizes = {"users": users, "groups": groups, "roles": roles, "memberships": memberships}
            psycopg.ClientCursor(connection).execute(FILL, sizes)
            connection.execute("ANALYZE")
        yield copy
