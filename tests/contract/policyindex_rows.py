"""The rows of test_policyindex.py: every backend, empty and ready to be filled with a test's documents."""

import itertools
import math
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dj_database_url
from django.conf import settings
from django.db import connections
from django.db.utils import load_backend

from purposeapp.discovery.written import WRITERS
from purposeapp.policyindex.base import PolicyIndex
from purposeapp.policyindex.database import DatabasePolicyIndex, import_documents
from purposeapp.policyindex.elasticsearch import ElasticsearchPolicyIndex, connect
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.load import bulk_load, create_index
from purposeapp.policyindex.memory import MemoryPolicyIndex
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex
from tests.servers import fresh_index, need

MakeIndex = Callable[[Iterable[Mapping[str, Any]]], PolicyIndex]
"""Makes an index of one tenant that holds these Atlas documents and nothing else."""

Row = Callable[[], AbstractContextManager[MakeIndex]]


@contextmanager
def memory() -> Iterator[MakeIndex]:
    yield MemoryPolicyIndex.from_documents


@contextmanager
def elasticsearch() -> Iterator[MakeIndex]:
    url = need("elasticsearch")
    with ExitStack() as clean_up:
        # Building and loading may be slow; what is under test gets a deadline that a busy machine keeps.
        loader = clean_up.enter_context(open_client(url, request_timeout=60.0))
        reader = connect(url, deadline=20.0)
        clean_up.callback(reader.close)

        def make(documents: Iterable[Mapping[str, Any]]) -> PolicyIndex:
            index = clean_up.enter_context(fresh_index(url))
            create_index(loader, index, shards=2)
            bulk_load(loader, index, documents)
            return ElasticsearchPolicyIndex(reader, index)

        yield make


@contextmanager
def database_sqlite() -> Iterator[MakeIndex]:
    with TemporaryDirectory() as folder, database_at(f"sqlite:///{Path(folder) / 'contract.sqlite3'}"):
        yield _tenants()


@contextmanager
def database_postgres() -> Iterator[MakeIndex]:
    with database_at(need("postgres")):
        yield _tenants()


def snapshot_of(backend: Row) -> Row:
    """The row of a snapshot, once built, over another backend."""

    @contextmanager
    def row() -> Iterator[MakeIndex]:
        with backend() as make_source:

            def make(documents: Iterable[Mapping[str, Any]]) -> PolicyIndex:
                index = SnapshotPolicyIndex(make_source(documents), max_age=math.inf, writers=WRITERS)
                index.refresh()
                return index

            yield make

    return row


def _tenants() -> MakeIndex:
    """Every index is a tenant of its own in one database."""
    slugs = (f"tenant-{number}" for number in itertools.count())

    def make(documents: Iterable[Mapping[str, Any]]) -> PolicyIndex:
        slug = next(slugs)
        import_documents(slug, documents)
        return DatabasePolicyIndex(slug)

    return make


@contextmanager
def database_at(url: str) -> Iterator[None]:
    """A migrated database in the place of Django's default one; it is dropped afterwards."""
    ours = dj_database_url.parse(url)
    name = ours["NAME"] if "sqlite" in ours["ENGINE"] else f"contract_{secrets.token_hex(6)}"
    described = connections.configure_settings({"default": {**ours, "TEST": {"NAME": name}}})["default"]
    usual = connections["default"]
    usual_name = settings.DATABASES["default"]["NAME"]
    database = load_backend(ours["ENGINE"]).DatabaseWrapper(described, "default")
    connections["default"] = database
    try:
        database.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            database.creation.destroy_test_db(described["NAME"], verbosity=0)
    finally:
        database.close()
        connections["default"] = usual
        # Django writes a test database's name into the settings, which the usual connection reads from.
        settings.DATABASES["default"]["NAME"] = usual_name
