"""What is new among the policies kept here, by the rows that every write leaves (`models.change`)."""

from collections.abc import Callable
from time import monotonic

from django.db.models import Max

from purposeapp import models
from purposeapp.domain.errors import PoliciesUnavailable
from purposeapp.domain.snapshot import Change, Snapshot
from purposeapp.models.change import ChangeKind, ChangeReader
from purposeapp.models.failures import database_failures_as
from purposeapp.policyindex.base import PolicyChanges
from purposeapp.policyindex.database.index import DatabasePolicyIndex


class DatabaseTail:
    """Follows the policies of one tenant; see the port."""

    def __init__(self, tenant: str, *, clock: Callable[[], float] = monotonic) -> None:
        self._tenant = tenant
        self._index = DatabasePolicyIndex(tenant)
        self._reader = ChangeReader(tenant, ChangeKind.POLICIES, self._count, clock=clock)
        self._clock = clock
        self._untold: frozenset[str] | None = frozenset()

    def poll(self, held: Snapshot | None) -> PolicyChanges:
        as_of = self._clock()
        with database_failures_as(PoliciesUnavailable):
            written = self._reader.read()
        # Kept until it is told: reading the entities may fail.
        self._untold = None if written is None or self._untold is None else self._untold | written
        told = self._told(as_of)
        self._untold = frozenset()
        return told

    def _told(self, as_of: float) -> PolicyChanges:
        if self._untold is None:
            return PolicyChanges(as_of, everything=True)
        found = self._index.entities(self._untold) if self._untold else ()
        return PolicyChanges(as_of, Change.of(self._untold, found))

    def _count(self) -> object:
        newest = [
            model._default_manager.filter(tenant=self._tenant).aggregate(Max("pk"), Max("update_time"))
            for model in (models.Purpose, models.Persona, models.AuthPolicy)
        ]
        return self._index.sizes(), newest
