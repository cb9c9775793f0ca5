"""What was written here, in the order in which it became visible: so that readers elsewhere need not look at everything.

A row is written in the transaction of the write itself. Rows are numbered under one lock that is held until the end of the
transaction, so that a reader who has seen a number has seen all smaller ones.

Django tells of writes one by one; what goes past it (`QuerySet.update` of a model without a manager of ours, raw SQL) makes
no row, and is found by counting, or not before everything is read anew.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

KEPT_FOR = timedelta(hours=1)
"""How long rows are kept. Who has not read for so long reads everything anew."""

MAX_NAMES = 5_000
"""Names in one row; of more it is said that anything may have changed."""

EVERY_TENANT = ""
"""In place of a slug: what is changed is shared by all tenants."""

_ORDER_LOCK = 0x70757270_6F736501
"""The key of the advisory lock: a number that nobody else should use in this database."""

COUNTED_EVERY = 10.0
"""Seconds between two looks for writes that left no row."""

_PRUNED_EVERY = 100

_READ_EVERY = KEPT_FOR.total_seconds() / 2
"""Seconds without reading after which rows may be missing."""


class ChangeKind(models.TextChoices):
    POLICIES = "policies"
    PEOPLE = "people"
    REBUILD = "rebuild"


class Change(models.Model):
    """One write, or a wish (`models.rebuild`). `names` are guids of policies, purposes and personas, or ids of users; none:
    anything may have changed."""

    tenant = models.SlugField(max_length=50, blank=True, db_index=False)
    kind = models.CharField(max_length=8, choices=ChangeKind)
    names = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} of {self.tenant or 'all tenants'}, number {self.pk}"


def record_change(tenant: str, kind: ChangeKind, names: Iterable[str] = ()) -> None:
    """Tell the readers of a tenant what is being written; without names: that anything may be.

    Call it inside the transaction of the write, as late in it as can be: others who write wait from here on.
    """
    known = sorted(set(names))
    if len(known) > MAX_NAMES:
        known = []
    with transaction.atomic():
        _take_a_number()
        row = Change.objects.create(tenant=tenant, kind=kind, names=known)
        if row.pk % _PRUNED_EVERY == 0:
            Change.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()


def record_changes_of(entities: models.QuerySet[Any]) -> None:
    """The same for purposes, personas or policies that were written together, of whatever tenants."""
    guids: dict[str, list[str]] = defaultdict(list)
    for tenant, guid in entities.values_list("tenant", "guid"):
        guids[tenant].append(guid)
    for tenant, names in guids.items():
        record_change(tenant, ChangeKind.POLICIES, names)


def _take_a_number() -> None:
    """Until the end of the transaction nobody else gets a number. SQLite has but one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ORDER_LOCK])


class ChangeReader:
    """Reads what was written to a tenant since the last time. Not to be shared by threads.

    `count` gives something that differs after most writes; it is asked now and then, to notice those that left no row.
    """

    def __init__(
        self, tenant: str, kind: ChangeKind, count: Callable[[], object], *, clock: Callable[[], float]
    ) -> None:
        self._rows = Change.objects.filter(tenant__in=[tenant, EVERY_TENANT]).order_by("pk")
        self._kind = kind
        self._count = count
        self._clock = clock
        self._seen: int | None = None
        self._read_at = 0.0
        self._counts: object = None
        self._counted_at: float | None = None
        self._is_moved = False
        self._is_told = False

    def read(self) -> frozenset[str] | None:
        """The names of what was written, in one statement; None: anything may have been. Database errors come as they are.

        The first reading, and one after so long a time that rows may be missing, is None.
        """
        now = self._clock()
        is_counted = self._look(now)  # before the rows are read: those explain what has moved
        if self._seen is None or now - self._read_at > _READ_EVERY:
            self._seen = Change.objects.aggregate(last=models.Max("pk"))["last"] or 0
            self._read_at, self._is_told = now, True
            return None
        rows = list(self._rows.filter(pk__gt=self._seen).values_list("pk", "kind", "names"))
        ours = [names for _, kind, names in rows if kind == self._kind]
        self._seen, self._read_at = (rows[-1][0] if rows else self._seen), now
        unexplained = self._is_moved and not (self._is_told or ours)
        # Rows that were read just now may be of writes that the next count is the first to see.
        self._is_told = bool(ours) or (self._is_told and not is_counted)
        self._is_moved = False
        return frozenset[str]().union(*ours) if all(ours) and not unexplained else None

    def _look(self, now: float) -> bool:
        """Now and then, look whether the tables are otherwise than the last time."""
        if self._counted_at is not None and now < self._counted_at + COUNTED_EVERY:
            return False
        before, self._counts = self._counts, self._count()
        self._is_moved |= self._counted_at is not None and before != self._counts
        self._counted_at = now
        return True
