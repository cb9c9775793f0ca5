"""The directory behind PgBouncer in transaction mode, which refuses start-up options and shares its connections."""

import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy.native.account import unprivileged
from deploy.native.daemon import wait_until
from deploy.native.probe import postgres
from purposeapp.directory.keycloak import KeycloakDirectory, KeycloakPool, connect, inspect_role
from tests.servers import free_ports, tool
from tests.services.keycloak_copy import DATABASE, READER_PASSWORD, REALM, KeycloakCopy, keycloak_copy
from tests.services.realm import PATIENT

pytestmark = pytest.mark.service

READER = "keycloak_reader"
PATIENCE = 20


@pytest.fixture(scope="module")
def copy() -> Iterator[KeycloakCopy]:
    with keycloak_copy() as made:
        yield made


@pytest.fixture
def pool(copy: KeycloakCopy) -> Iterator[KeycloakPool]:
    """Eight connections to a PgBouncer that has two to PostgreSQL."""
    program = tool("pgbouncer")
    account, port = unprivileged(), free_ports(1)[0]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        users = Path(folder, "users.txt")
        users.write_text(f'"{READER}" "{READER_PASSWORD}"\n')
        settings = Path(folder, "pgbouncer.ini")
        settings.write_text(
            f"[databases]\n{DATABASE} = host=127.0.0.1 port={copy.server.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = plain\nauth_file = {users}\npool_mode = transaction\ndefault_pool_size = 2\n"
        )
        url = f"postgresql://{READER}:{READER_PASSWORD}@127.0.0.1:{port}/{DATABASE}"
        bouncer = subprocess.Popen(
            [program, "--quiet", settings], stderr=subprocess.DEVNULL, **account.process_arguments()
        )
        try:
            assert wait_until(lambda: postgres(url), PATIENCE)
            with connect(url, pool_size=8, **PATIENT) as made:
                made.wait(PATIENCE)
                yield made
        finally:
            bouncer.terminate()
            bouncer.wait(PATIENCE)


def test_many_questions_at_once_are_all_answered(pool):
    directory = KeycloakDirectory(pool, REALM)
    names = [f"user-{number % 10}" for number in range(400)]
    with ThreadPoolExecutor(8) as threads:
        people = list(threads.map(directory.by_username, names))
    assert [person.username for person in people] == names
    with pool.connection() as connection:
        assert connection.prepare_threshold is None


def test_the_settings_of_the_role_hold_and_their_absence_is_told(copy, pool):
    assert inspect_role(pool) == []
    with copy.superuser() as other:
        other.execute(f"ALTER ROLE {READER} RESET ALL")
        # Settings of a role are read when a connection is made.
        other.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{READER}'")
    assert KeycloakDirectory(pool, REALM).by_username("user-1") is not None
    warnings = "\n".join(inspect_role(pool))
    for setting in ("default_transaction_read_only = on", "statement_timeout = '1s'", "jit = off"):
        assert f"ALTER ROLE {READER} SET {setting}" in warnings
