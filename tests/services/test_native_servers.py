"""The servers themselves: what the reader may see, and that throw-away servers fail and come back as told."""

import base64
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import httpx
import psycopg
import pytest

from deploy.compose import engine_answers
from deploy.native import probe
from deploy.native.daemon import wait_until
from tests.servers import (
    KeycloakAdmin,
    elasticsearch_cluster,
    free_ports,
    fresh_index,
    need,
    postgres_cluster,
    redis_server,
    servers,
)

pytestmark = pytest.mark.service

ROOT = Path(__file__).resolve().parents[2]
READABLE = {
    *(
        "user_entity",
        "user_attribute",
        "user_group_membership",
        "user_role_mapping",
        "keycloak_group",
        "realm",
    ),
    *("group_role_mapping", "keycloak_role", "role_attribute", "composite_role", "admin_event_entity"),
}


@pytest.fixture
def reader():
    need("keycloak")
    with psycopg.connect(servers().keycloak_database_url, connect_timeout=5, autocommit=True) as connection:
        yield connection


@pytest.fixture
def empty_home():
    """A services folder of its own, which the servers' account may traverse."""
    if engine_answers():
        pytest.skip("a Docker engine answers: containers are the engine's to repair")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def redis_script(command, home, port):
    """`deploy/services.py command --only redis` on a folder and a port of its own."""
    line = [sys.executable, ROOT / "deploy/services.py", command, "--only", "redis"]
    environment = {**os.environ, "SERVICES_HOME": str(home), "SERVICES_REDIS_PORT": str(port)}
    return subprocess.run(line, env=environment, capture_output=True, text=True)


def test_up_repairs_a_killed_and_a_frozen_server_and_down_ends_what_up_began(empty_home):
    (port,) = free_ports(1)

    def status(command):
        return redis_script(command, empty_home, port).returncode

    def pid():
        return int((empty_home / "run/redis/redis.pid").read_text().split()[0])

    assert status("up") == 0
    try:
        first = pid()
        assert status("up") == 0
        assert pid() == first
        for fault in (signal.SIGKILL, signal.SIGSTOP):
            os.kill(pid(), fault)
            assert status("status") == 1
            assert status("up") == 0
            assert status("status") == 0
    finally:
        assert status("down") == 0
    assert not probe.is_taken(port)
    assert status("down") == 0


def test_up_names_the_cure_when_another_program_holds_the_port(empty_home):
    with socket.create_server(("127.0.0.1", 0)) as other:
        refused = redis_script("up", empty_home, other.getsockname()[1])
    assert refused.returncode == 1
    assert "SERVICES_REDIS_PORT" in refused.stderr


def test_the_reader_sees_exactly_the_tables_of_people_groups_and_roles(reader):
    rows = reader.execute(
        "SELECT relname, has_table_privilege(oid, 'SELECT'),"
        " has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')"
        " FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p')"
    ).fetchall()
    assert {name for name, may_read, _ in rows if may_read} == READABLE
    assert not [name for name, _, may_write in rows if may_write]


def test_the_reader_cannot_write_even_when_it_lifts_its_own_read_only_default(reader):
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        reader.execute("DELETE FROM user_entity")
    reader.execute("SET default_transaction_read_only = off")
    for statement in (
        "DELETE FROM user_entity",
        "CREATE TABLE mine (x int)",
        "CREATE TEMPORARY TABLE mine (x int)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(statement)


def test_the_reader_is_cut_off_after_a_second_and_compiles_nothing(reader):
    assert reader.execute("SHOW jit").fetchone() == ("off",)
    with pytest.raises(psycopg.errors.QueryCanceled):
        reader.execute("SELECT pg_sleep(5)")


def test_the_service_has_a_database_that_the_reader_cannot_enter():
    need("postgres")
    known = servers()
    with psycopg.connect(known.purposeapp_database_url, connect_timeout=5) as connection:
        assert connection.execute(
            "SELECT current_user, rolcreatedb FROM pg_roles WHERE rolname = user"
        ).fetchone() == (
            "purposeapp",
            True,
        )
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(known.keycloak_database_url, dbname="purposeapp", connect_timeout=5)


def test_a_realm_lives_from_its_creation_to_its_deletion():
    admin = KeycloakAdmin.connect()
    realm = f"short-lived-{secrets.token_hex(4)}"
    admin.create_realm({"realm": realm, "enabled": True})
    try:
        user = admin.post(f"{realm}/users", {"username": "ana", "enabled": True})
        assert [found["id"] for found in admin.get(f"{realm}/users", username="ana")] == [user]
    finally:
        admin.delete_realm(realm)
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        admin.get(realm)


def test_a_fresh_index_is_gone_afterwards():
    url = need("elasticsearch")
    with fresh_index(url) as index:
        httpx.put(f"{url}/{index}").raise_for_status()
    assert httpx.head(f"{url}/{index}").status_code == 404


def test_the_common_elasticsearch_refuses_partial_results():
    settings = httpx.get(
        f"{need('elasticsearch')}/_cluster/settings", params={"flat_settings": "true"}
    ).json()
    assert settings["persistent"]["search.default_allow_partial_results"] == "false"


def test_elasticsearch_without_one_node_answers_in_part_and_is_whole_when_it_returns():
    with elasticsearch_cluster() as (first, second):
        settings = {"number_of_shards": 4, "number_of_replicas": 0}
        httpx.put(f"{first.url}/halves", json={"settings": settings}, timeout=30).raise_for_status()
        assert _failed_shards(first.url) == 0
        second.daemon.kill()
        assert wait_until(lambda: _failed_shards(first.url) == 2, 60)
        second.start()
        assert wait_until(lambda: _failed_shards(first.url) == 0, 60)


def _failed_shards(url):
    answer = httpx.get(f"{url}/halves/_search", params={"allow_partial_search_results": "true"}, timeout=30)
    return answer.json().get("_shards", {}).get("failed")


@pytest.mark.parametrize(
    ("server", "answers"), [(postgres_cluster, probe.postgres), (redis_server, probe.redis)]
)
def test_a_throw_away_server_freezes_thaws_dies_and_comes_back(server, answers):
    with server() as one:
        one.daemon.freeze()
        assert not answers(one.url)
        one.daemon.thaw()
        assert answers(one.url)
        one.daemon.kill()
        assert not probe.is_taken(one.port)
        one.start()
        assert answers(one.url)
    assert not probe.is_taken(one.port)


def test_frozen_postgres_keeps_its_open_connections_waiting_too():
    with postgres_cluster() as server, closing(psycopg.connect(server.url, autocommit=True)) as connection:
        server.daemon.freeze()
        connection.pgconn.send_query(b"SELECT 1")
        assert not wait_until(lambda: _has_answer(connection), 1)
        server.daemon.thaw()
        assert wait_until(lambda: _has_answer(connection), 10)


def _has_answer(connection):
    connection.pgconn.consume_input()
    return not connection.pgconn.is_busy()


def test_tokens_of_the_demo_realm_are_meant_for_this_service():
    admin = KeycloakAdmin.connect()
    realm = f"demo-{secrets.token_hex(4)}"
    representation = json.loads((ROOT / "deploy/keycloak/realm.json").read_text())
    admin.create_realm(representation | {"realm": realm})
    try:
        password = [{"type": "password", "value": "correct horse"}]
        names = {"email": "new@acme.example", "firstName": "New", "lastName": "Comer"}
        user = admin.post(
            f"{realm}/users", {"username": "newcomer", "enabled": True, "credentials": password, **names}
        )
        admin.post(f"{realm}/users/{user}/role-mappings/realm", [admin.get(f"{realm}/roles/access-auditor")])
        claims = _claims(admin.user_token(realm, "purposeapp", "newcomer", "correct horse"))
    finally:
        admin.delete_realm(realm)
    assert claims["iss"] == f"{admin.url}/realms/{realm}"
    # One audience is a string, several are a list (RFC 7519, 4.1.3).
    assert "purposeapp" in ([claims["aud"]] if isinstance(claims["aud"], str) else claims["aud"])
    assert "access-auditor" in claims["realm_access"]["roles"]


def _claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
