"""Rows that are not saved yet, as changes of a simulation."""

from collections.abc import Iterable
from typing import Any

from purposeapp.domain.model import PURPOSE_CATEGORY
from purposeapp.models import AuthPolicy, Purpose, State
from purposeapp.policyindex import atlas
from purposeapp.policyindex.database.rows import POLICY, PURPOSE, document_of

Change = dict[str, Any]
"""As `discovery.simulation` takes it."""


def saving(rows: Iterable[Purpose | AuthPolicy]) -> Change:
    """As if these rows were saved as they are."""
    return {"op": "put_policies", "documents": [_document(row) for row in rows]}


def switching(rows: Iterable[Purpose | AuthPolicy], *, enabled: bool) -> list[Change]:
    """As if these rows were enabled or disabled; what grants nothing anyway is left out."""
    verb = "enable" if enabled else "disable"
    return [
        {"op": f"{verb}_{'policy' if isinstance(row, AuthPolicy) else 'purpose'}", "guid": row.guid}
        for row in rows
        if _is_live(row)
    ]


def deleting(rows: Iterable[Purpose | AuthPolicy]) -> list[Change]:
    """As if these rows were marked as deleted, and nothing that belongs to them."""
    return [{"op": "put_policies", "documents": [_deleted(row) for row in rows if _is_live(row)]}]


def _document(row: Purpose | AuthPolicy) -> dict[str, Any]:
    if not _is_live(row):
        return _deleted(row)
    if isinstance(row, Purpose):
        return document_of(PURPOSE, row)
    parent = row.purpose.guid if row.purpose else row.parent_guid
    link = {"label": atlas.PARENT_LABEL, "status": atlas.ACTIVE, "endGuid": parent}
    return {**document_of(POLICY, row), "relationshipList": [link] if parent else []}


def _deleted(row: Purpose | AuthPolicy) -> dict[str, Any]:
    return {"__guid": row.guid, "__state": State.DELETED.value}


def _is_live(row: Purpose | AuthPolicy) -> bool:
    is_of_purposes = not isinstance(row, AuthPolicy) or row.category == PURPOSE_CATEGORY
    return row.state == State.ACTIVE and is_of_purposes
