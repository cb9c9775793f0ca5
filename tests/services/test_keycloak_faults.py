"""A directory whose PostgreSQL is frozen, stopped, killed, slow, full or not as expected."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import pytest

from deploy.native.daemon import wait_until
from purposeapp.directory.keycloak import (
    KeycloakDirectory,
    KeycloakPool,
    connect,
    inspect_role,
    inspect_schema,
)
from purposeapp.directory.keycloak.sql import (
    MEMBER_BY_ID,
    MEMBER_BY_USERNAME,
    PERSON_BY_ID,
    PERSON_BY_USERNAME,
)
from purposeapp.domain.errors import DirectoryUnavailable
from tests.services.keycloak_copy import READER_PASSWORD, REALM, KeycloakCopy, keycloak_copy
from tests.services.realm import PATIENT

pytestmark = pytest.mark.service

POOL_SIZE = 4
PATIENCE = 20
"""Seconds after which a question counts as hanging, or a recovery as failed: far beyond any deadline."""


@pytest.fixture(scope="module")
def copy() -> Iterator[KeycloakCopy]:
    with keycloak_copy() as made:
        yield made


@pytest.fixture
def pool(copy: KeycloakCopy) -> Iterator[KeycloakPool]:
    with connect(copy.reader_url, pool_size=POOL_SIZE) as made:
        made.wait(PATIENCE)
        yield made


@pytest.fixture
def directory(pool: KeycloakPool) -> KeycloakDirectory:
    directory = KeycloakDirectory(pool, REALM)
    assert directory.by_username("user-1") is not None
    return directory


def refuses(question: Callable[[], object]) -> bool:
    """Whether a question ends in DirectoryUnavailable; a hang fails the test instead of holding it up for ever."""
    asker = ThreadPoolExecutor(1)
    try:
        asker.submit(question).result(timeout=PATIENCE)
    except DirectoryUnavailable as error:
        words = str(error)
        assert READER_PASSWORD not in words
        assert "server" not in words, "the driver's own words"
        return True
    finally:
        asker.shutdown(wait=False)
    return False


def ask(directory: KeycloakDirectory) -> Callable[[], object]:
    return lambda: directory.by_username("user-1")


def comes_back(directory: KeycloakDirectory) -> bool:
    return wait_until(lambda: not refuses(ask(directory)), PATIENCE)


def open_all(pool: KeycloakPool) -> None:
    """Make the pool open every connection that it may."""
    meeting = Barrier(POOL_SIZE)

    def hold(_: int) -> None:
        with pool.connection(timeout=PATIENCE) as connection:
            connection.execute("SELECT 1")
            meeting.wait(PATIENCE)

    with ThreadPoolExecutor(POOL_SIZE) as threads:
        list(threads.map(hold, range(POOL_SIZE)))


def test_a_table_that_changes_under_what_was_prepared_costs_no_answer(copy, pool, directory):
    assert directory.member_by_username("user-1") is not None
    with pool.connection() as connection:
        prepared = connection.execute("SELECT statement FROM pg_prepared_statements").fetchall()
    assert any("user_entity" in statement for (statement,) in prepared)
    with copy.superuser() as other:
        other.execute("ALTER TABLE user_entity ALTER COLUMN username TYPE text")
    assert directory.member_by_username("user-1") is not None
    with copy.superuser() as other:
        other.execute("ALTER TABLE user_entity ALTER COLUMN username TYPE varchar(255)")


def test_a_frozen_server_is_given_up_and_is_asked_again_once_it_thaws(copy, pool, directory):
    open_all(pool)
    copy.server.daemon.freeze()
    try:
        # One more than there are connections: the last must not hang on connecting either.
        for _ in range(POOL_SIZE + 1):
            assert refuses(ask(directory))
        assert refuses(directory.check)
        assert refuses(lambda: inspect_role(pool))
    finally:
        copy.server.daemon.thaw()
    assert comes_back(directory)


def test_a_stopped_server_is_told_and_its_return_needs_no_restart_of_ours(copy, pool, directory):
    open_all(pool)
    copy.server.daemon.stop()
    try:
        for _ in range(3):
            assert refuses(ask(directory))
    finally:
        copy.server.start()
    assert comes_back(directory)


def test_a_killed_server_too(copy, directory):
    copy.server.daemon.kill()
    try:
        assert refuses(ask(directory))
    finally:
        copy.server.start()
    assert comes_back(directory)


def test_who_asks_first_after_a_restart_notices_nothing(copy):
    with connect(copy.reader_url, pool_size=POOL_SIZE, **PATIENT) as pool:
        open_all(pool)
        copy.server.daemon.stop()
        copy.server.start()
        assert KeycloakDirectory(pool, REALM).by_username("user-1") is not None


def test_a_slow_statement_is_given_up_by_the_server_and_the_connection_kept(copy, pool, directory):
    opened = pool.get_stats()["connections_num"]
    with copy.superuser() as other, other.transaction():
        other.execute("LOCK TABLE user_entity IN ACCESS EXCLUSIVE MODE")
        assert refuses(ask(directory))
    assert comes_back(directory)
    assert pool.get_stats()["connections_num"] == opened


def test_when_all_connections_are_busy_the_next_question_is_refused_and_then_served(pool, directory):
    open_all(pool)
    with ExitStack() as busy:
        for _ in range(POOL_SIZE):
            busy.enter_context(pool.connection(timeout=PATIENCE))
        assert refuses(ask(directory))
    assert comes_back(directory)


def test_a_server_that_was_never_there_is_unavailable(copy):
    copy.server.daemon.stop()
    try:
        with connect(copy.reader_url) as pool:
            directory = KeycloakDirectory(pool, REALM)
            assert refuses(ask(directory))
            copy.server.start()
            assert comes_back(directory)
    finally:
        if not copy.server.answers():
            copy.server.start()


def test_a_wrong_password_is_unavailable_and_told_to_nobody(copy):
    with connect(copy.reader_url.replace(READER_PASSWORD, "wrong-one")) as pool:
        with pytest.raises(DirectoryUnavailable) as caught:
            KeycloakDirectory(pool, REALM).by_username("user-1")
        assert "wrong-one" not in str(caught.value)


def test_a_missing_grant_is_named_with_its_cure(copy, pool, directory):
    with copy.superuser() as other:
        other.execute("REVOKE SELECT ON role_attribute FROM keycloak_reader")
        try:
            (problem,) = inspect_schema(pool)
            assert "GRANT SELECT ON role_attribute" in problem
            assert "deploy/keycloak/reader.sql" in problem
            assert refuses(ask(directory))
            with pytest.raises(DirectoryUnavailable, match="GRANT SELECT ON role_attribute"):
                directory.check()
        finally:
            other.execute("GRANT SELECT ON role_attribute TO keycloak_reader")
    assert inspect_schema(pool) == []


def test_a_missing_column_and_a_missing_table_are_named(copy, pool, directory):
    with copy.superuser() as other:
        other.execute("ALTER TABLE user_attribute RENAME long_value TO other")
        other.execute("ALTER TABLE composite_role RENAME TO another")
        try:
            problems = "\n".join(inspect_schema(pool))
            assert "user_attribute has no column long_value" in problems
            assert "table composite_role is not to be found" in problems
            assert refuses(ask(directory))
        finally:
            other.execute("ALTER TABLE another RENAME TO composite_role")
            other.execute("ALTER TABLE user_attribute RENAME other TO long_value")
    assert inspect_schema(pool) == []


def test_a_role_that_could_write_is_warned_about(copy, pool):
    assert inspect_role(pool) == []
    with copy.superuser() as other:
        other.execute("GRANT UPDATE ON user_entity TO keycloak_reader")
        try:
            (warning,) = inspect_role(pool)
            assert "may write to user_entity" in warning
        finally:
            other.execute("REVOKE UPDATE ON user_entity FROM keycloak_reader")


def test_groups_that_are_their_own_ancestors_end_a_search_too(copy, directory):
    with copy.superuser() as other:
        other.execute("UPDATE keycloak_group SET parent_group = id WHERE id = 'group-0'")
        try:
            assert all(not refuses(lambda n=n: directory.by_username(f"user-{n}")) for n in range(10))
        finally:
            other.execute("UPDATE keycloak_group SET parent_group = ' ' WHERE id = 'group-0'")


def test_mappings_that_point_into_another_realm_lead_nowhere(copy, directory):
    before = directory.by_username("user-1")
    with copy.superuser() as other:
        other.execute("""
            INSERT INTO realm (id, name) VALUES ('other-id', 'other');
            INSERT INTO keycloak_role (id, name, realm_id) VALUES ('foreign', 'foreign', 'other-id');
            INSERT INTO keycloak_group (id, name, parent_group, realm_id) VALUES ('abroad', 'abroad', ' ', 'other-id');
            INSERT INTO group_role_mapping (group_id, role_id) VALUES ('abroad', 'role-25'), ('group-1', 'foreign');
            INSERT INTO user_group_membership (user_id, group_id, membership_type) VALUES ('user-1', 'abroad', '');
            INSERT INTO user_role_mapping (user_id, role_id) VALUES ('user-1', 'foreign');
            INSERT INTO composite_role (composite, child_role) VALUES ('role-1', 'foreign'), ('foreign', 'role-25');
        """)
        try:
            after = directory.by_username("user-1")
            assert (after.groups, after.roles) == (before.groups, before.roles)
            assert after.role_graph.effective_role_ids() == {role.id for role in before.roles}
            assert "role 25" not in before.subject.roles
            (member,) = directory.members("user-0", limit=1)
            assert directory.realm().person(member).roles == before.roles
            assert directory.realm().person(member).groups == before.groups
        finally:
            other.execute("""
                DELETE FROM composite_role WHERE 'foreign' IN (composite, child_role);
                DELETE FROM user_role_mapping WHERE role_id = 'foreign';
                DELETE FROM user_group_membership WHERE group_id = 'abroad';
                DELETE FROM group_role_mapping WHERE 'foreign' = role_id OR group_id = 'abroad';
                DELETE FROM keycloak_group WHERE realm_id = 'other-id';
                DELETE FROM keycloak_role WHERE realm_id = 'other-id';
                DELETE FROM realm WHERE id = 'other-id';
            """)


@pytest.mark.parametrize(
    "statement",
    [PERSON_BY_USERNAME, PERSON_BY_ID, MEMBER_BY_USERNAME, MEMBER_BY_ID],
    ids=["by username", "by id", "member by username", "member by id"],
)
def test_no_table_is_read_from_end_to_end_for_one_person(statement):
    with (
        keycloak_copy(users=20_000, groups=500, roles=1_000) as large,
        connect(large.reader_url, **PATIENT) as pool,
    ):
        person = KeycloakDirectory(pool, REALM).by_username("user-777")
        with pool.connection(timeout=PATIENCE) as connection:
            parameters = {"realm": REALM, "key": "user-777", "attributes": ["designation"]}
            plan = connection.execute(f"EXPLAIN (ANALYZE) {statement}", parameters).fetchall()
    assert len(person.groups) == 5
    lines = [line for (line,) in plan]
    scanned = {line.split(" on ")[1].split()[0] for line in lines if "Seq Scan on " in line}
    assert scanned <= {"realm", "role_attribute"}, (
        "these two are nearly empty here; all others have an index to use"
    )
