"""Changes made at the sources, as Atlas and Keycloak make them, with the time that each took to become visible."""

import time
import uuid
from random import Random
from threading import Event as Flag

import psycopg
from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan
from psycopg import sql

from bench.freshness.changes import Documents, Event, Members
from bench.freshness.company import Edit, History, Version
from bench.people import guid

PAUSE = (0.1, 1.5)
"""Seconds between two changes of one source."""

_OPERATIONS = {True: "CREATE", False: "DELETE"}


class PolicyWriter:
    """Writes to an index. A change is visible when its request ends: each asks for a refresh."""

    def __init__(self, client: Elasticsearch, index: str, documents: Documents) -> None:
        self.history = History([Version(float("-inf"), float("-inf"), Edit("", "", None))])
        self._client, self._index, self._documents = client, index, documents
        # As in an Atlas index, a document's id is not its guid.
        hits = scan(client, index=index, _source=["__guid"], size=10_000, request_timeout=30)
        self._ids = {hit["_source"]["__guid"]: hit["_id"] for hit in hits}

    def write(self) -> None:
        """Make the next change happen."""
        edit = self._documents.change()
        id_, began = self._ids.setdefault(edit.guid, uuid.uuid4().hex), time.monotonic()
        if edit.document is None:
            self._client.delete(index=self._index, id=id_, refresh="true")
        else:
            self._client.index(index=self._index, id=id_, document=edit.document, refresh="true")
        self.history.versions.append(Version(began, time.monotonic(), edit))


class PeopleWriter:
    """Writes to Keycloak's tables, each change in one transaction with its admin event."""

    def __init__(self, connection: "psycopg.Connection", members: Members) -> None:
        self.history = History([Version(float("-inf"), float("-inf"), members.realm)])
        self._connection, self._members = connection, members

    def write(self) -> None:
        """Make the next change happen."""
        event, began = self._members.change(), time.monotonic()
        with self._connection.transaction():
            self._connection.execute(_statement(event), event.values)
            self._connection.execute(
                "INSERT INTO admin_event_entity (id, realm_id, admin_event_time, operation_type, resource_type, resource_path)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                [
                    str(uuid.uuid4()),
                    guid("realm", 0),
                    int(time.time() * 1000),
                    _OPERATIONS[event.is_added],
                    event.kind,
                    event.path,
                ],
            )
        self.history.versions.append(Version(began, time.monotonic(), self._members.realm))


def keep_writing(writer: PolicyWriter | PeopleWriter, random: Random, stop: Flag) -> None:
    """Change after change with pauses, until told to stop."""
    while not stop.wait(random.uniform(*PAUSE)):
        writer.write()


def _statement(event: Event) -> sql.Composed:
    one, other = map(sql.Identifier, event.columns)
    table = sql.Identifier(event.table)
    if not event.is_added:
        return sql.SQL("DELETE FROM {} WHERE {} = %s AND {} = %s").format(table, one, other)
    if event.table == "user_group_membership":
        text = "INSERT INTO {} ({}, {}, membership_type) VALUES (%s, %s, 'UNMANAGED')"
        return sql.SQL(text).format(table, one, other)
    return sql.SQL("INSERT INTO {} ({}, {}) VALUES (%s, %s)").format(table, one, other)
