"""The rows of test_tails.py: a source of each backend that can be written to, with the tail that follows it."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from elasticsearch.helpers import bulk

from purposeapp.models import AuthPolicy, Persona, Purpose
from purposeapp.policyindex.base import PolicyIndex, PolicyTail
from purposeapp.policyindex.database import DatabasePolicyIndex, import_documents
from purposeapp.policyindex.database.tail import DatabaseTail
from purposeapp.policyindex.elasticsearch import ElasticsearchPolicyIndex, connect
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.load import create_index
from purposeapp.policyindex.elasticsearch.tail import ElasticsearchTail
from tests.contract.policyindex_rows import database_at
from tests.servers import fresh_index, need

Documents = Iterable[Mapping[str, Any]]


class Clock:
    """Tells the time it is set to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Store(Protocol):
    """Where policies are written. What is written is visible when the call returns."""

    def put(self, documents: Documents) -> None:
        """New entities, and new versions of old ones."""
        ...

    def remove(self, guids: Iterable[str]) -> None:
        """For good: no deleted entity stays behind."""
        ...


@dataclass(frozen=True)
class Source:
    """A store, the index that reads it and a tail that follows it by `clock`."""

    store: Store
    index: PolicyIndex
    tail: PolicyTail
    clock: Clock


MakeSource = Callable[[], Source]
Row = Callable[[], AbstractContextManager[MakeSource]]


@dataclass(frozen=True)
class ElasticsearchStore:
    client: Any
    index: str

    def put(self, documents: Documents) -> None:
        self._bulk({"_index": self.index, "_id": each["__guid"], "_source": each} for each in documents)

    def remove(self, guids: Iterable[str]) -> None:
        self._bulk({"_op_type": "delete", "_index": self.index, "_id": guid} for guid in guids)

    def _bulk(self, actions: Iterable[Any]) -> None:
        bulk(self.client, actions, refresh="true", chunk_size=5_000)


@dataclass(frozen=True)
class DatabaseStore:
    tenant: str

    def put(self, documents: Documents) -> None:
        import_documents(self.tenant, documents)

    def remove(self, guids: Iterable[str]) -> None:
        for model in (AuthPolicy, Persona, Purpose):
            model.objects.filter(tenant=self.tenant, guid__in=list(guids)).delete()


@contextmanager
def elasticsearch() -> Iterator[MakeSource]:
    url = need("elasticsearch")
    with ExitStack() as clean_up:
        loader = clean_up.enter_context(open_client(url, request_timeout=60.0))
        reader = connect(url, deadline=20.0)
        clean_up.callback(reader.close)

        def make() -> Source:
            index, clock = clean_up.enter_context(fresh_index(url)), Clock()
            create_index(loader, index, shards=2)
            return Source(
                ElasticsearchStore(loader, index),
                ElasticsearchPolicyIndex(reader, index),
                ElasticsearchTail(reader, index, clock=clock),
                clock,
            )

        yield make


@contextmanager
def database_sqlite() -> Iterator[MakeSource]:
    with TemporaryDirectory() as folder, database_at(f"sqlite:///{Path(folder) / 'tails.sqlite3'}"):
        yield _tenants()


@contextmanager
def database_postgres() -> Iterator[MakeSource]:
    with database_at(need("postgres")):
        yield _tenants()


def _tenants() -> MakeSource:
    slugs = (f"tenant-{number}" for number in itertools.count())

    def make() -> Source:
        slug, clock = next(slugs), Clock()
        tail = DatabaseTail(slug, clock=clock)
        return Source(DatabaseStore(slug), DatabasePolicyIndex(slug), tail, clock)

    return make
