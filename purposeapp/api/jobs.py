"""Background jobs over HTTP: start a warm-up, see how far jobs are, stop them. For trusted callers, each in their tenant."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from rest_framework.viewsets import ViewSet

from purposeapp import jobs
from purposeapp.api import jobs_schema as schema
from purposeapp.api.authentication import ApiRequest
from purposeapp.api.parsing import body_of
from purposeapp.api.queries import FreshQuery, JobsQuery, read_query
from purposeapp.domain.errors import Forbidden, InvalidRequest
from purposeapp.models import Job, JobKind


class JobsViewSet(ViewSet):
    """Work that outlives a request. Nobody waits here for the work, or for the broker."""

    @schema.start_warm_up
    def warm(self, request: ApiRequest) -> HttpResponse:
        _require_trusted(request)
        read_query(request, FreshQuery)
        if body_of(request):
            raise InvalidRequest("A warm-up has no parameters; send no body")
        job, _ = jobs.start(request.auth.slug, JobKind.WARM, asked_by=request.user.person.username)
        jobs.hand_over(job)
        response = _written(job_shape(job), status=202)
        response["Location"] = reverse("job", args=[job.pk])
        return response

    @schema.list_jobs
    def list(self, request: ApiRequest) -> HttpResponse:
        _require_trusted(request)
        found = Job.objects.filter(tenant=request.auth.slug)[: read_query(request, JobsQuery)["limit"]]
        return _written({"jobs": [job_shape(job) for job in found]})

    @schema.get_job
    def retrieve(self, request: ApiRequest, job_id: UUID) -> HttpResponse:
        return _written(job_shape(_find(request, job_id)))

    @schema.cancel_job
    def cancel(self, request: ApiRequest, job_id: UUID) -> HttpResponse:
        job = _find(request, job_id)
        jobs.cancel(job)
        return _written(job_shape(job), status=202)


def job_shape(job: Job) -> dict[str, Any]:
    """What a progress bar needs: times in RFC 3339, `share` from 0 to 1, null where it cannot be told."""
    left = job.seconds_left
    return {
        "id": str(job.pk),
        "kind": job.kind,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "share": job.share_done,
        "usersPerSecond": round(job.rate, 1),
        "eta": None if left is None else timezone.now() + timedelta(seconds=left),
        "cancelAsked": job.cancel_asked,
        "message": job.message,
        "askedBy": job.asked_by,
        "created": job.created,
        "started": job.started,
        "finished": job.finished,
    }


def _find(request: ApiRequest, job_id: UUID) -> Job:
    _require_trusted(request)
    read_query(request, FreshQuery)
    job = Job.objects.filter(tenant=request.auth.slug, pk=job_id).first()
    if job is None:
        raise Http404
    return job


def _require_trusted(request: ApiRequest) -> None:
    if not request.user.trusted:
        raise Forbidden(f"{request.user.person.username} is not authorized to run background jobs")


def _written(body: dict[str, Any], status: int = 200) -> HttpResponse:
    response = HttpResponse(orjson.dumps(body), content_type="application/json", status=status)
    response["Cache-Control"] = "no-store"
    return response
