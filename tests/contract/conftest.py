"""Fixtures of the contract suites."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.contract.policyindex_rows import (
    MakeIndex,
    Row,
    database_postgres,
    database_sqlite,
    elasticsearch,
    memory,
    snapshot_of,
)

BACKENDS = (memory, elasticsearch, database_sqlite, database_postgres)
POLICY_INDEXES: dict[str, Row] = {
    **{row.__name__: row for row in BACKENDS},
    **{f"snapshot_of_{row.__name__}": snapshot_of(row) for row in BACKENDS},
}


@pytest.fixture(scope="module", params=POLICY_INDEXES)
def make_index(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[MakeIndex]:
    """Makes a policy index of one backend from Atlas documents; each call makes a new one, of a new tenant."""
    with django_db_blocker.unblock(), POLICY_INDEXES[request.param]() as make:
        yield make
