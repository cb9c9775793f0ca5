"""What a tenant keeps here, as Atlas documents: importing them again changes nothing."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from purposeapp.domain.errors import PoliciesUnavailable
from purposeapp.models import AuthPolicy
from purposeapp.models.failures import database_failures_as
from purposeapp.policyindex import atlas
from purposeapp.policyindex.database.rows import PERSONA, POLICY, PURPOSE, Columns, document_of

_ROWS_AT_ONCE = 2_000


def export_documents(tenant: str) -> Iterator[dict[str, Any]]:
    """Every purpose, persona and policy, deleted ones too, each kind in the order of guids. Raises PoliciesUnavailable."""
    with database_failures_as(PoliciesUnavailable):
        for columns in (PURPOSE, PERSONA):
            yield from (document_of(columns, row) for row in _of(columns, tenant))
        policies = AuthPolicy.objects.filter(tenant=tenant).select_related("purpose")
        yield from map(_policy, _in_order(policies))


def _of(columns: Columns, tenant: str) -> Iterator[Any]:
    return _in_order(columns.model._default_manager.filter(tenant=tenant))


def _in_order(rows: QuerySet[Any]) -> Iterator[Any]:
    return iter(rows.order_by("guid").iterator(_ROWS_AT_ONCE))


def _policy(row: Any) -> dict[str, Any]:
    """With the relationship that leads to its purpose: a qualified name need not tell it."""
    document = document_of(POLICY, row)
    parent = row.purpose.guid if row.purpose else row.parent_guid
    return {**document, "relationshipList": [_link(parent)]} if parent else document


def _link(parent: str) -> dict[str, str]:
    return {"label": atlas.PARENT_LABEL, "status": atlas.ACTIVE, "endGuid": parent}
