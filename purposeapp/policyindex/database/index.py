"""The policy index on Django's ORM.

Each question costs one or two statements, whatever the amount of data (more only beyond 10,000 names or entities).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from purposeapp import models
from purposeapp.domain.errors import PoliciesUnavailable
from purposeapp.domain.model import (
    EVERY_USER,
    PERSONA_ROLE_PREFIX,
    PUBLIC_GROUP,
    Evidence,
    Persona,
    Policy,
    Purpose,
    Subject,
)
from purposeapp.domain.page import display_order
from purposeapp.domain.snapshot import Sizes
from purposeapp.models.batches import batches
from purposeapp.models.failures import database_failures_as
from purposeapp.models.subjects import SubjectKind, SubjectRow
from purposeapp.models.validators import is_storable
from purposeapp.policyindex import atlas
from purposeapp.policyindex.database.rows import PERSONA, POLICY, PURPOSE, document_of

Names = list[tuple[SubjectKind, str]]

_SCANNED_AT_ONCE = 2_000
"""Rows of a scan held in memory."""


class DatabasePolicyIndex:
    """The purposes, personas and policies that one tenant keeps here. The tenant is named by its slug."""

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant

    @database_failures_as(PoliciesUnavailable)
    def listed_purposes(self, subject: Subject) -> Sequence[Purpose]:
        found: dict[int, models.Purpose] = {}
        for naming in self._naming(models.PolicySubject, _listed_names(subject)):
            policies = self._policies().filter(pk__in=naming.values("policy_id"))
            found |= {row.pk: row for row in self._purposes().filter(pk__in=policies.values("purpose_id"))}
        return sorted(map(_purpose, found.values()), key=display_order)

    @database_failures_as(PoliciesUnavailable)
    def evidence(self, subject: Subject) -> Evidence:
        found: dict[int, models.AuthPolicy] = {}
        for naming in self._naming(models.PolicySubject, _effective_names(subject)):
            rows = _with_parent(self._policies().filter(pk__in=naming.values("policy_id")))
            found |= {row.pk: row for row in rows}
        keys = list({row.purpose_id for row in found.values() if row.purpose_id is not None})
        purposes = [_purpose(row) for some in batches(keys) for row in self._purposes().filter(pk__in=some)]
        guids = {purpose.guid for purpose in purposes}
        policies = [_policy(row) for row in found.values()]
        return Evidence(
            purposes=tuple(purposes),
            policies=tuple(policy for policy in policies if policy.purpose_guid in guids),
            orphans=tuple(policy for policy in policies if policy.purpose_guid not in guids),
        )

    @database_failures_as(PoliciesUnavailable)
    def personas(self, subject: Subject) -> Sequence[Persona]:
        found: dict[int, models.Persona] = {}
        for naming in self._naming(models.PersonaSubject, _persona_names(subject)):
            found |= {row.pk: row for row in self._personas().filter(pk__in=naming.values("persona_id"))}
        return [_persona(row) for row in found.values()]

    @database_failures_as(PoliciesUnavailable)
    def purpose(self, guid: str) -> Purpose | None:
        row = self._purposes().filter(guid=guid).first() if is_storable(guid) else None
        return None if row is None else _purpose(row)

    @database_failures_as(PoliciesUnavailable)
    def policies_of(self, guid: str) -> Sequence[Policy]:
        if not is_storable(guid):
            return []
        parents = self._purposes().filter(guid=guid)
        return [_policy(row) for row in _with_parent(self._policies().filter(purpose__in=parents))]

    @database_failures_as(PoliciesUnavailable)
    def attributes(self, guids: Sequence[str], names: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        wanted = set(names)
        known = list(filter(is_storable, dict.fromkeys(guids)))
        rows = (row for some in batches(known) for row in self._purposes().filter(guid__in=some))
        found = {row.guid: atlas.atlas_attributes(_purpose(row)) for row in rows}
        return {
            guid: {name: value for name, value in every.items() if name in wanted}
            for guid, every in found.items()
        }

    def scan(self) -> Iterator[Purpose | Persona | Policy]:
        with database_failures_as(PoliciesUnavailable), _one_moment():
            for purpose in self._purposes().iterator(_SCANNED_AT_ONCE):
                yield _purpose(purpose)
            for persona in self._personas().iterator(_SCANNED_AT_ONCE):
                yield _persona(persona)
            for policy in _with_parent(self._policies()).iterator(_SCANNED_AT_ONCE):
                yield _policy(policy)

    def entities(self, guids: Iterable[str]) -> Iterator[Purpose | Persona | Policy]:
        known = list(filter(is_storable, dict.fromkeys(guids)))
        with database_failures_as(PoliciesUnavailable):
            for some in batches(known):
                yield from map(_purpose, self._purposes().filter(guid__in=some))
                yield from map(_persona, self._personas().filter(guid__in=some))
                yield from map(_policy, _with_parent(self._policies().filter(guid__in=some)))

    @database_failures_as(PoliciesUnavailable)
    def sizes(self) -> Sizes:
        """How much there is, in three statements."""
        return Sizes(self._purposes().count(), self._policies().count(), self._personas().count())

    def snapshot(self) -> None:
        return None

    @database_failures_as(PoliciesUnavailable)
    def check(self) -> str:
        self._policies().exists()
        return f"{connection.vendor} answers"

    def _purposes(self) -> QuerySet[models.Purpose]:
        return models.Purpose.objects.filter(tenant=self._tenant, state=models.State.ACTIVE).order_by()

    def _personas(self) -> QuerySet[models.Persona]:
        return models.Persona.objects.filter(tenant=self._tenant, state=models.State.ACTIVE).order_by()

    def _policies(self) -> QuerySet[models.AuthPolicy]:
        return models.AuthPolicy.objects.of_purposes(self._tenant).order_by()

    def _naming(self, rows: type[SubjectRow], names: Names) -> Iterator[QuerySet[Any]]:
        """The derived rows of these names, in query sets of bounded size; what cannot be stored names nobody."""
        for some in batches([pair for pair in names if is_storable(pair[1])]):
            by_kind: dict[SubjectKind, list[str]] = {}
            for kind, name in some:
                by_kind.setdefault(kind, []).append(name)
            # The tenant is repeated in every branch, so that each is one range of the index.
            any_of = Q()
            for kind, of_kind in by_kind.items():
                any_of |= Q(tenant=self._tenant, kind=kind, name__in=of_kind)
            yield rows._default_manager.filter(any_of)


@contextmanager
def _one_moment() -> Iterator[None]:
    """All statements inside see the tables as they are at the first one."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _listed_names(subject: Subject) -> Names:
    groups = [(SubjectKind.GROUP, name) for name in {*subject.groups, PUBLIC_GROUP}]
    return [(SubjectKind.USER, subject.username), *groups]


def _effective_names(subject: Subject) -> Names:
    roles = [(SubjectKind.ROLE, name) for name in subject.roles]
    return [*_listed_names(subject), (SubjectKind.USER, EVERY_USER), *roles]


def _persona_names(subject: Subject) -> Names:
    return [
        (SubjectKind.USER, subject.username),
        *((SubjectKind.GROUP, name) for name in subject.groups),
        *((SubjectKind.ROLE, name) for name in subject.roles if name.startswith(PERSONA_ROLE_PREFIX)),
    ]


def _with_parent(rows: QuerySet[models.AuthPolicy]) -> QuerySet[Any]:
    return rows.annotate(known_parent=F("purpose__guid"))


def _purpose(row: models.Purpose) -> Purpose:
    return atlas.purpose_from(document_of(PURPOSE, row))


def _persona(row: models.Persona) -> Persona:
    return atlas.persona_from(document_of(PERSONA, row))


def _policy(row: Any) -> Policy:
    return atlas.policy_from(
        document_of(POLICY, row), purpose_guid=row.known_parent or row.parent_guid or None
    )
