"""Writing Atlas documents into the database."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Model, OuterRef, Subquery

from purposeapp.domain.errors import InvalidRequest, PoliciesUnavailable
from purposeapp.models import AuthPolicy, Persona, PersonaSubject, PolicySubject, Purpose
from purposeapp.models.change import ChangeKind, record_change
from purposeapp.models.failures import database_failures_as
from purposeapp.models.validators import is_storable
from purposeapp.policyindex import atlas
from purposeapp.policyindex.database.rows import PERSONA, POLICY, PURPOSE, Columns, values_of

ROWS_PER_STATEMENT = 1000


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What an import wrote. `orphans` are the tenant's purpose policies without a purpose, `skipped` documents of other types."""

    purposes: int = 0
    personas: int = 0
    policies: int = 0
    orphans: int = 0
    skipped: int = 0


@database_failures_as(PoliciesUnavailable)
def import_documents(tenant: str, documents: Iterable[atlas.Document]) -> ImportCounts:
    """Write a tenant's purposes, personas and policies: all in one transaction, or nothing.

    Entities are told apart by guid: one that is there already is overwritten, the last of equal guids wins, nothing
    is removed. Documents may come in any order and in several imports; policies find their purposes whenever both
    are there. Raises InvalidRequest, with `fields` by guid, when a document cannot be kept.
    """
    rows, skipped = _rows(tenant, documents)
    with transaction.atomic():
        for columns, by_guid in rows.items():
            _upsert(columns, list(by_guid.values()))
        _join(tenant)
        orphans = AuthPolicy.objects.of_purposes(tenant).filter(purpose=None).count()
        _refresh_statistics()
        record_change(tenant, ChangeKind.POLICIES, (guid for each in rows.values() for guid in each))
    counts = Counter({columns.type_name: len(by_guid) for columns, by_guid in rows.items()})
    return ImportCounts(
        purposes=counts[PURPOSE.type_name],
        personas=counts[PERSONA.type_name],
        policies=counts[POLICY.type_name],
        orphans=orphans,
        skipped=skipped,
    )


def check_documents(tenant: str, documents: Iterable[atlas.Document]) -> None:
    """Raises InvalidRequest as `import_documents` would; writes nothing."""
    _rows(tenant, documents)


def _rows(tenant: str, documents: Iterable[atlas.Document]) -> tuple[dict[Columns, dict[str, Model]], int]:
    """Unsaved rows by guid, and how many documents are of other types. Raises InvalidRequest."""
    rows: dict[Columns, dict[str, Model]] = {PURPOSE: {}, PERSONA: {}, POLICY: {}}
    columns_of = {columns.type_name.lower(): columns for columns in rows}
    wrong: dict[str, str] = {}
    skipped = 0
    for number, document in enumerate(documents):
        columns = columns_of.get(atlas.text(document, "__typeName").lower())
        if columns is None:
            skipped += 1
            continue
        guid = atlas.text(document, "__guid")
        try:
            rows[columns][guid] = _row(columns, tenant, document)
        except ValidationError as error:
            wrong[guid or f"document {number}"] = " ".join(error.messages)
    if wrong:
        raise InvalidRequest("Some documents cannot be imported; nothing was written", fields=wrong)
    return rows, skipped


def _row(columns: Columns, tenant: str, document: atlas.Document) -> Model:
    """An unsaved row. Raises ValidationError when the database could not keep it as it is."""
    if not atlas.text(document, "__guid"):
        raise ValidationError("It has no __guid.")
    if not is_storable(document):
        raise ValidationError("It holds a value that cannot be stored (NUL, half a surrogate pair, NaN).")
    try:
        values = values_of(columns, document)
    except (ValueError, TypeError) as error:
        raise ValidationError("A time or a priority is not a number.") from error
    if columns is POLICY:
        values |= _parent_values(document)
    row = columns.model(tenant=tenant, **values)
    for field in row._meta.concrete_fields:
        try:
            field.run_validators(getattr(row, field.attname))
        except ValidationError as error:
            raise ValidationError(f"{field.name}: {' '.join(error.messages)}") from error
    return row


def _parent_values(document: Mapping[str, Any]) -> dict[str, Any]:
    parents = tuple(dict.fromkeys(atlas.linked_parents(document)))
    if len(parents) > 1:
        raise ValidationError(f"It has {len(parents)} live parents; a policy can have one here.")
    name = "" if parents else atlas.parent_qualified_name(atlas.text(document, "qualifiedName"))
    return {
        "parent_guid": parents[0] if parents else "",
        "parent_qualified_name": name,
    }


def _upsert(columns: Columns, rows: list[Any]) -> None:
    kept = {"id", "tenant", "guid"}
    columns.model._default_manager.bulk_create(
        rows,
        batch_size=ROWS_PER_STATEMENT,
        update_conflicts=True,
        unique_fields=["tenant", "guid"],
        update_fields=[field.name for field in columns.model._meta.concrete_fields if field.name not in kept],
    )


def _refresh_statistics() -> None:
    """Tell PostgreSQL how much there is now.

    Its own daemon would do so a minute later; until then it plans for empty tables, and a question that names
    thousands of groups can take minutes.
    """
    if connection.vendor == "postgresql":
        written = (Purpose, Persona, AuthPolicy, PolicySubject, PersonaSubject)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in written)}")


def _join(tenant: str) -> None:
    """Give every policy without a purpose the one it names: by its relationship, or else by its qualified name."""
    lost = AuthPolicy.objects.filter(tenant=tenant, purpose=None)
    purposes = Purpose.objects.filter(tenant=tenant)
    by_guid = purposes.filter(guid=OuterRef("parent_guid"))
    # A live purpose goes before a deleted one of the same qualified name: ACTIVE sorts first.
    by_name = purposes.filter(qualified_name=OuterRef("parent_qualified_name")).order_by("state", "-id")
    lost.exclude(parent_guid="").update(purpose=Subquery(by_guid.values("pk")[:1]))
    lost.exclude(parent_qualified_name="").update(purpose=Subquery(by_name.values("pk")[:1]))
