"""The JSON shapes of reviews."""

from typing import Any

from purposeapp.api.jobs import job_shape
from purposeapp.discovery.reviews import jsonlines
from purposeapp.domain.review import Outcome, ReviewedPurpose, RowId
from purposeapp.models import JobState, Review, ReviewVote


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


def row(user: tuple[int, str, bool], purpose: ReviewedPurpose, outcome: Outcome | None) -> dict[str, Any]:
    ordinal, username, enabled = user
    return {
        "row": str(RowId(ordinal, purpose.place)),
        "username": username,
        "enabled": enabled,
        "purpose": purpose.guid,
        "purposeName": purpose.name,
        "via": jsonlines.vias(purpose.ways_of(ordinal)),
        "outcome": jsonlines.told(outcome),
    }


def vote(vote: ReviewVote) -> dict[str, Any]:
    return {
        "row": str(RowId(vote.user, vote.place)),
        "username": vote.username,
        "purpose": vote.purpose,
        "decision": vote.decision,
        "comment": vote.comment,
        "byId": vote.by_id,
        "by": vote.by,
        "at": vote.at,
    }


def _state(review: Review) -> str:
    if review.frozen is not None:
        return JobState.DONE.value
    return JobState.FAILED.value if review.job is None else review.job.state
