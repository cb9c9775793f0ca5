"""Derived rows: whom a policy or a persona names, one row per name, so that a database can look names up by index.

The lists on the entity are the truth. The rows are rewritten with every save, bulk write and update of an entity,
here and nowhere else. Names compare byte by byte on SQLite and PostgreSQL alike.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, TypeVar, cast

from django.db import models, transaction
from django.db.models import ManyToOneRel

from purposeapp.models.batches import batches
from purposeapp.models.entity import AtlasEntity
from purposeapp.models.tenant import DEFAULT_TENANT
from purposeapp.models.validators import NAME_LENGTH

OWNERS_PER_WRITE = 1000


class SubjectKind(models.TextChoices):
    USER = "user", "User"
    GROUP = "group", "Group"
    ROLE = "role", "Role"


class SubjectRow(models.Model):
    """One name on one entity's list. `tenant` repeats the entity's, so that one index answers a look-up."""

    tenant = models.SlugField(max_length=50, default=DEFAULT_TENANT, db_index=False)
    kind = models.CharField(max_length=5, choices=SubjectKind)
    name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        abstract = True
        indexes = (models.Index(fields=["tenant", "kind", "name"], name="%(class)s_name"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


Owner = TypeVar("Owner", bound="SubjectOwner")


class SubjectOwnerQuerySet(models.QuerySet[Owner]):
    """Keeps the derived rows in step when entities are written without `save`."""

    def bulk_create(self, objs: Iterable[Owner], *args: Any, **kwargs: Any) -> list[Owner]:
        objs = list(objs)
        for each in objs:
            each.fill_in()
        with transaction.atomic(using=self.db):
            written = super().bulk_create(objs, *args, **kwargs)
            write_subjects(self.model, written)
        return written

    def update(self, **values: Any) -> int:
        """Also the way of `bulk_update`, which ends here."""
        if values.keys().isdisjoint(self.model.subject_sources):
            return super().update(**values)
        with transaction.atomic(using=self.db):
            keys = list(self.values_list("pk", flat=True))
            count = super().update(**values)
            for some in batches(keys):
                write_subjects(self.model, self.model._base_manager.filter(pk__in=some))
        return count


class SubjectOwner(AtlasEntity):
    """An entity that names people.

    A subclass has a row model with `related_name="subjects"`, and a manager of SubjectOwnerQuerySet.
    """

    subject_sources: ClassVar[frozenset[str]] = frozenset({"tenant"})
    """The fields from which `named` is made."""

    class Meta(AtlasEntity.Meta):
        abstract = True

    def named(self) -> Iterator[tuple[SubjectKind, Sequence[str]]]:
        """The names this entity lists, by kind."""
        raise NotImplementedError

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            write_subjects(type(self), [self])


def write_subjects(model: type[Owner], owners: Iterable[Owner]) -> None:
    """Replace the derived rows of saved entities, in three statements per thousand of them."""
    relation = cast(ManyToOneRel, model._meta.get_field("subjects"))
    rows = relation.related_model
    for some in batches(list(owners), OWNERS_PER_WRITE):
        rows._base_manager.filter(**{f"{relation.field.name}__in": [owner.pk for owner in some]}).delete()
        rows._base_manager.bulk_create(
            rows(**{relation.field.attname: owner.pk}, tenant=owner.tenant, kind=kind, name=name)
            for owner in some
            for kind, names in owner.named()
            for name in dict.fromkeys(names)
        )
