"""Starting, watching and stopping access reviews. For auditors, each in their tenant."""

from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from rest_framework.viewsets import ViewSet

from purposeapp import jobs
from purposeapp.api.authentication import ApiRequest
from purposeapp.api.parsing import body_of
from purposeapp.api.queries import FreshQuery, read_query
from purposeapp.api.reviews import schema, shapes
from purposeapp.api.reviews.access import find, require_trusted
from purposeapp.api.reviews.queries import NewReview, ReviewsQuery
from purposeapp.api.who.access import let_in_to_export
from purposeapp.discovery.entities import purpose_entry
from purposeapp.domain.errors import Conflict, InvalidRequest
from purposeapp.domain.review import Scope, ScopeKind
from purposeapp.models import JobKind, Review


class ReviewsViewSet(ViewSet):
    """Nobody waits here for a review to be taken."""

    @schema.start_review
    def create(self, request: ApiRequest) -> HttpResponse:
        read_query(request, FreshQuery)
        require_trusted(request)
        new = NewReview.read(body_of(request))
        _require_existing(request, new.scope)
        let_in_to_export(request, "review", **new.as_json())
        review = _started(request, new)
        response = written(shapes.review(review), status=202)
        response["Location"] = reverse("review", args=[review.pk])
        return response

    @schema.list_reviews
    def list(self, request: ApiRequest) -> HttpResponse:
        require_trusted(request)
        limit = read_query(request, ReviewsQuery)["limit"]
        found = Review.objects.select_related("job").filter(tenant=request.auth.slug)[:limit]
        return written({"reviews": [shapes.review(each) for each in found]})

    @schema.get_review
    def retrieve(self, request: ApiRequest, review_id: UUID) -> HttpResponse:
        read_query(request, FreshQuery)
        return written(shapes.review(find(request, review_id)))

    @schema.cancel_review
    def cancel(self, request: ApiRequest, review_id: UUID) -> HttpResponse:
        read_query(request, FreshQuery)
        review = find(request, review_id)
        if review.job is not None:
            jobs.cancel(review.job)
        return written(shapes.review(review), status=202)


def _started(request: ApiRequest, new: NewReview) -> Review:
    """The review, and its job on its way. Raises Conflict while the tenant takes another one."""
    person = request.user.person
    with transaction.atomic():
        job, _ = jobs.start(
            request.auth.slug, JobKind.REVIEW, question=new.as_json(), asked_by=person.username
        )
        if job.question != new.as_json():
            raise Conflict("Another access review of this tenant is being taken; wait for it, or cancel it")
        review, _ = Review.objects.get_or_create(
            job=job,
            defaults={
                "tenant": request.auth.slug,
                "scope_kind": new.scope.kind,
                "scope_name": new.scope.name,
                "mode": new.mode,
                "two_person": new.two_person,
                "asked_by_id": person.id,
                "asked_by": person.username,
            },
        )
        jobs.hand_over(job)
    return review


def _require_existing(request: ApiRequest, scope: Scope) -> None:
    """A review of nothing is a mistake. Raises UnknownEntity or InvalidRequest."""
    if scope.kind is ScopeKind.PURPOSE:
        purpose_entry(scope.name, policies=request.auth.policies)
    if scope.kind is ScopeKind.GROUP:
        groups = request.auth.directory.realm().groups.values()
        if not any(group.name == scope.name for group in groups):
            wrong = f"there is no group of the name {scope.name!r}"
            raise InvalidRequest(f"scope: {wrong}", fields={"scope": wrong})


def written(body: dict[str, Any], status: int = 200) -> HttpResponse:
    response = HttpResponse(orjson.dumps(body), content_type="application/json", status=status)
    response["Cache-Control"] = "no-store"
    return response
