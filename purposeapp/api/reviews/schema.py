"""What the OpenAPI schema says of access reviews."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers as s

from purposeapp.api.jobs_schema import Job
from purposeapp.api.queries import FreshQuery
from purposeapp.api.reviews import queries
from purposeapp.api.schema import Problem, responses_of
from purposeapp.discovery.reviews.download import MEDIA_TYPES
from purposeapp.discovery.reviews.rows import MAX_COMMENT
from purposeapp.domain.model import Mode
from purposeapp.domain.review import Decision, ScopeKind
from purposeapp.models import JobState


class ReviewScope(s.Serializer[Any]):
    kind = s.ChoiceField([each.value for each in ScopeKind])
    name = s.CharField(allow_blank=True, help_text="Guid of the purpose, or name of the group.")


class AccessReview(s.Serializer[Any]):
    id = s.UUIDField()
    scope = ReviewScope()
    mode = s.ChoiceField([each.value for each in Mode])
    twoPerson = s.BooleanField()
    state = s.ChoiceField(JobState.choices)
    askedBy = s.CharField()
    created = s.DateTimeField()
    asOf = s.DateTimeField(allow_null=True, help_text="When people and policies were read.")
    revision = s.CharField(allow_null=True)
    rows = s.IntegerField(allow_null=True)
    users = s.IntegerField(allow_null=True, help_text="In the scope, whether they see anything or not.")
    purposes = s.IntegerField(allow_null=True)
    job = Job(allow_null=True)


class AccessReviews(s.Serializer[Any]):
    reviews = AccessReview(many=True)


class NewAccessReview(s.Serializer[Any]):
    scope = s.JSONField(
        required=False, help_text='`"tenant"` (default), `{"purpose": "<guid>"}` or `{"group": "<name>"}`.'
    )
    mode = s.ChoiceField([each.value for each in Mode], default=Mode.EFFECTIVE.value)
    twoPerson = s.BooleanField(
        default=False, help_text="A decision is final when a second person has decided the same."
    )


class RowVia(s.Serializer[Any]):
    via = s.ChoiceField(["user", "group", "role", "public", "everyone"])
    name = s.CharField(required=False, help_text="Absent where the user is named themselves.")


class RowOutcome(s.Serializer[Any]):
    decision = s.ChoiceField([each.value for each in Decision])
    final = s.BooleanField(help_text="False while a second person has to agree.")
    by = s.CharField()
    confirmedBy = s.CharField(allow_null=True)
    at = s.DateTimeField()
    comment = s.CharField(allow_blank=True)


class ReviewRow(s.Serializer[Any]):
    row = s.CharField(help_text="Its id within the review.")
    username = s.CharField()
    enabled = s.BooleanField()
    purpose = s.CharField(help_text="Guid.")
    purposeName = s.CharField(allow_blank=True)
    via = RowVia(many=True)
    outcome = RowOutcome(allow_null=True)


class ReviewRows(s.Serializer[Any]):
    rows = ReviewRow(many=True)
    total = s.IntegerField(help_text="Exact, of the whole list.")
    next = s.CharField(allow_null=True, help_text="The cursor of the next page.")
    asOf = s.DateTimeField()
    revision = s.CharField()


class NewDecision(s.Serializer[Any]):
    decision = s.ChoiceField([each.value for each in Decision])
    comment = s.CharField(required=False, allow_blank=True, max_length=MAX_COMMENT)


def _problem(status: int, description: str) -> dict[Any, Any]:
    return {(status, "application/problem+json"): OpenApiResponse(Problem, description)}


_NO_REVIEW = _problem(404, "The tenant has no such review.")
_NO_ROW = _problem(404, "The review has no such row.")
_NOT_READY = _problem(409, "The review is not ready.")
_TAGS = ["access reviews"]


def _accepted(*statuses: int) -> dict[Any, Any]:
    responses = responses_of(AccessReview, Problem, *statuses)
    return {202: responses.pop(200), **responses}


start_review = extend_schema(
    operation_id="startAccessReview",
    summary="Start an access review, or find the same one under way",
    tags=_TAGS,
    parameters=[FreshQuery],
    request=NewAccessReview,
    responses=_accepted(400, 401, 403, 413, 415, 500, 503)
    | _problem(404, "There is no such purpose.")
    | _problem(409, "Another review of the tenant is being taken."),
)
list_reviews = extend_schema(
    operation_id="listAccessReviews",
    summary="The latest access reviews of the tenant",
    tags=_TAGS,
    parameters=[queries.ReviewsQuery],
    responses=responses_of(AccessReviews, Problem, 400, 401, 403, 500, 503),
)
get_review = extend_schema(
    operation_id="getAccessReview",
    summary="An access review, and how far it is",
    tags=_TAGS,
    parameters=[FreshQuery],
    responses=responses_of(AccessReview, Problem, 400, 401, 403, 500, 503) | _NO_REVIEW,
)
cancel_review = extend_schema(
    operation_id="cancelAccessReview",
    summary="Stop taking an access review",
    tags=_TAGS,
    parameters=[FreshQuery],
    request=None,
    responses=_accepted(400, 401, 403, 500, 503) | _NO_REVIEW,
)
list_rows = extend_schema(
    operation_id="listAccessReviewRows",
    summary="Who saw what, row by row, with the outcome of each",
    tags=_TAGS,
    parameters=[queries.RowsQuery],
    responses=responses_of(ReviewRows, Problem, 400, 401, 403, 500, 503) | _NO_REVIEW | _NOT_READY,
)
decide_row = extend_schema(
    operation_id="decideAccessReviewRow",
    summary="Keep or revoke one row",
    tags=_TAGS,
    parameters=[FreshQuery],
    request=NewDecision,
    responses=responses_of(ReviewRow, Problem, 400, 401, 403, 413, 415, 500, 503) | _NO_ROW | _NOT_READY,
)


def _file_responses(*media_types: str) -> dict[Any, Any]:
    responses = responses_of(AccessReview, Problem, 400, 401, 403, 500, 503) | _NO_REVIEW | _NOT_READY
    del responses[200]
    files = {(200, each): OpenApiResponse(OpenApiTypes.BINARY, "The file.") for each in media_types}
    return files | responses


download_review = extend_schema(
    operation_id="downloadAccessReview",
    summary="All rows as CSV, JSON Lines or XLSX",
    tags=_TAGS,
    parameters=[queries.DownloadQuery],
    responses=_file_responses(*(each.partition(";")[0] for each in MEDIA_TYPES.values())),
)
get_evidence = extend_schema(
    operation_id="downloadAccessReviewEvidence",
    summary="Rows, votes and a manifest of hashes, to be checked offline",
    tags=_TAGS,
    parameters=[FreshQuery],
    responses=_file_responses("application/zip"),
)
