"""Fixtures of the contract suites."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.contract.policyindex_rows import (
    MakeIndex,
    database_postgres,
    database_sqlite,
    elasticsearch,
    memory,
)

POLICY_INDEXES = (memory, elasticsearch, database_sqlite, database_postgres)


@pytest.fixture(scope="module", params=POLICY_INDEXES, ids=lambda row: row.__name__)
def make_index(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[MakeIndex]:
    """Makes a policy index of one backend from Atlas documents; each call makes a new one, of a new tenant."""
    with django_db_blocker.unblock(), request.param() as make:
        yield make
