"""What the OpenAPI schema says of background jobs."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers as s

from purposeapp.api import queries, schema
from purposeapp.models import JobKind, JobState


class Job(s.Serializer[Any]):
    id = s.UUIDField()
    kind = s.ChoiceField(JobKind.choices)
    state = s.ChoiceField(JobState.choices)
    done = s.IntegerField()
    total = s.IntegerField(allow_null=True, help_text="Null while it is not known.")
    share = s.FloatField(allow_null=True, help_text="From 0 to 1.")
    usersPerSecond = s.FloatField()
    eta = s.DateTimeField(allow_null=True, help_text="When it will be done, at this rate.")
    cancelAsked = s.BooleanField()
    message = s.CharField(allow_blank=True, help_text="Why it failed, and the cure.")
    askedBy = s.CharField(allow_blank=True, help_text="Blank: the schedule.")
    created = s.DateTimeField()
    started = s.DateTimeField(allow_null=True)
    finished = s.DateTimeField(allow_null=True)


class JobList(s.Serializer[Any]):
    jobs = Job(many=True)


_NO_SUCH_JOB = {
    (404, "application/problem+json"): OpenApiResponse(schema.Problem, "The tenant has no such job.")
}


def _accepted(*statuses: int) -> dict[Any, Any]:
    responses = schema.responses_of(Job, schema.Problem, *statuses)
    return {202: responses.pop(200), **responses}


start_warm_up = extend_schema(
    operation_id="startWarmUp",
    summary="Start a warm-up of the directory cache, or find the one under way",
    tags=["jobs"],
    parameters=[queries.FreshQuery],
    request=None,
    responses=_accepted(400, 401, 403, 413, 415, 500, 503),
)
list_jobs = extend_schema(
    operation_id="listJobs",
    summary="The latest background jobs of the tenant",
    tags=["jobs"],
    parameters=[queries.JobsQuery],
    responses=schema.responses_of(JobList, schema.Problem, 400, 401, 403, 500, 503),
)
get_job = extend_schema(
    operation_id="getJob",
    summary="How far a background job is",
    tags=["jobs"],
    parameters=[queries.FreshQuery],
    responses=schema.responses_of(Job, schema.Problem, 400, 401, 403, 500, 503) | _NO_SUCH_JOB,
)
cancel_job = extend_schema(
    operation_id="cancelJob",
    summary="Ask a background job to stop",
    tags=["jobs"],
    parameters=[queries.FreshQuery],
    request=None,
    responses=_accepted(400, 401, 403, 500, 503) | _NO_SUCH_JOB,
)
