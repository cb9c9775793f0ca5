"""Access reviews: what was asked, the frozen answer in small, and every decision on a row of it.

The answer is kept as bitmaps, not as rows: a user who sees a purpose is one bit, and equal bitmaps (of the members of one
group, which many purposes name) are kept once. So fifty million rows are some megabytes, and any page of them is a few
look-ups. `models/frozen.py` reads and writes these parts.
"""

import uuid

from django.db import models
from django.utils import timezone

from purposeapp.domain.model import Mode
from purposeapp.domain.review import Decision, Scope, ScopeKind
from purposeapp.models.job import Job
from purposeapp.models.tenant import tenant_field


class Review(models.Model):
    """One access review. Until `frozen` is set its job is at work, or was stopped.

    `taking` names the parts that are its answer: who computes it again writes new ones, and nobody mixes two moments.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = tenant_field()
    scope_kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ScopeKind])
    scope_name = models.TextField(blank=True, help_text="The guid of a purpose, or the name of a group.")
    mode = models.CharField(max_length=10, choices=[(mode.value, mode.value) for mode in Mode])
    two_person = models.BooleanField(
        default=False, help_text="A decision is final when a second person has decided the same."
    )
    asked_by_id = models.CharField(max_length=255, help_text="The directory's id of who started it.")
    asked_by = models.CharField(max_length=255, help_text="Who started it.")
    created = models.DateTimeField(default=timezone.now, editable=False)
    job = models.OneToOneField(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="review")
    taking = models.UUIDField(null=True, blank=True, editable=False)
    frozen = models.DateTimeField(null=True, blank=True)
    as_of = models.DateTimeField(null=True, blank=True, help_text="When people and policies were read.")
    revision = models.CharField(max_length=40, blank=True)
    rows = models.PositiveBigIntegerField(default=0)
    users = models.PositiveBigIntegerField(default=0)
    purposes = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ("-created", "-id")
        default_permissions = ("view",)
        indexes = (models.Index(fields=["tenant", "created"], name="review_created"),)

    def __str__(self) -> str:
        return f"access review of {self.tenant}, {self.created:%Y-%m-%d %H:%M}"

    @property
    def scope(self) -> Scope:
        return Scope(ScopeKind(self.scope_kind), self.scope_name)


class ReviewPart(models.Model):
    """What all parts have in common: they are written once, and read or removed together."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE)
    taking = models.UUIDField()

    class Meta:
        abstract = True
        default_permissions = ()


class ReviewedPeople(ReviewPart):
    """A stretch of the users, from the ordinal `first` on: names as JSON, compressed, and a bitmap of those disabled."""

    first = models.PositiveBigIntegerField()
    names = models.BinaryField()
    disabled = models.BinaryField()

    class Meta(ReviewPart.Meta):
        constraints = (models.UniqueConstraint(fields=["taking", "first"], name="reviewed_people"),)


class ReviewedPurpose(ReviewPart):
    """A purpose: `ways` are triples of via, name and the digest of a bitmap; `rows` is how many users see it."""

    place = models.PositiveBigIntegerField()
    guid = models.TextField()
    name = models.TextField(blank=True)
    rows = models.PositiveBigIntegerField()
    ways = models.JSONField(default=list)

    class Meta(ReviewPart.Meta):
        constraints = (models.UniqueConstraint(fields=["taking", "place"], name="reviewed_purpose"),)


class ReviewedUsers(ReviewPart):
    """A set of users, by its digest."""

    digest = models.CharField(max_length=32)
    bitmap = models.BinaryField()

    class Meta(ReviewPart.Meta):
        constraints = (models.UniqueConstraint(fields=["taking", "digest"], name="reviewed_users"),)


class ReviewVote(models.Model):
    """One reviewer's word on one row. Rows nobody has spoken about have none; a new word is a new vote."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="votes")
    user = models.PositiveBigIntegerField(help_text="The ordinal of the user in the review.")
    place = models.PositiveBigIntegerField(help_text="The place of the purpose in the review.")
    username = models.TextField()
    purpose = models.TextField(help_text="Its guid.")
    decision = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Decision])
    comment = models.TextField(blank=True)
    by_id = models.CharField(max_length=255, help_text="The directory's id of the reviewer.")
    by = models.CharField(max_length=255, help_text="The reviewer.")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("id",)
        default_permissions = ("view",)
        indexes = (models.Index(fields=["review", "place", "user"], name="review_vote_row"),)

    def __str__(self) -> str:
        return f"{self.by}: {self.decision} {self.purpose} of {self.username}"
