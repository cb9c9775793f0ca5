"""The JSON shapes of reviews."""

from typing import Any

from purposeapp.api.jobs import job_shape
from purposeapp.discovery.reviews import jsonlines
from purposeapp.discovery.reviews.rows import Row
from purposeapp.models import JobState, Review


def review(review: Review) -> dict[str, Any]:
    """`job` is null once it is forgotten; counts are null until the answer is there."""
    is_there = review.frozen is not None
    return {
        "id": str(review.pk),
        "scope": {"kind": review.scope_kind, "name": review.scope_name},
        "mode": review.mode,
        "twoPerson": review.two_person,
        "state": _state(review),
        "askedBy": review.asked_by,
        "created": review.created,
        "asOf": review.as_of,
        "revision": review.revision or None,
        "rows": review.rows if is_there else None,
        "users": review.users if is_there else None,
        "purposes": review.purposes if is_there else None,
        "job": None if review.job is None else job_shape(review.job),
    }


def row(row: Row) -> dict[str, Any]:
    return {
        "row": str(row.id),
        "username": row.username,
        "enabled": row.enabled,
        "purpose": row.purpose.guid,
        "purposeName": row.purpose.name,
        "via": jsonlines.vias(row.ways),
        "outcome": jsonlines.told(row.outcome),
    }


def _state(review: Review) -> str:
    if review.frozen is not None:
        return JobState.DONE.value
    return JobState.FAILED.value if review.job is None else review.job.state
