"""Starting, watching and stopping access reviews. For auditors, each in their tenant."""

from typing import Any
from uuid import UUID

import orjson
from django.http import HttpResponse
from django.urls import reverse
from rest_framework.viewsets import ViewSet

from purposeapp import jobs
from purposeapp.api.authentication import ApiRequest
from purposeapp.api.parsing import body_of
from purposeapp.api.queries import FreshQuery, read_query
from purposeapp.api.reviews import schema, shapes
from purposeapp.api.reviews.access import find, require_trusted
from purposeapp.api.reviews.queries import ReviewsQuery, read_question
from purposeapp.api.who.access import let_in_to_export
from purposeapp.discovery.reviews.rows import Reviewer, reviews_of
from purposeapp.jobs.reviewing import require_existing, start_review


class ReviewsViewSet(ViewSet):
    """Nobody waits here for a review to be taken."""

    @schema.start_review
    def create(self, request: ApiRequest) -> HttpResponse:
        read_query(request, FreshQuery)
        require_trusted(request)
        new = read_question(body_of(request))
        require_existing(new.scope, request.auth)
        let_in_to_export(request, "review", **new.as_json())
        person = request.user.person
        review = start_review(request.auth.slug, new, Reviewer(person.id, person.username))
        response = written(shapes.review(review), status=202)
        response["Location"] = reverse("review", args=[review.pk])
        return response

    @schema.list_reviews
    def list(self, request: ApiRequest) -> HttpResponse:
        require_trusted(request)
        limit = read_query(request, ReviewsQuery)["limit"]
        found = reviews_of(request.auth.slug)[:limit]
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


def written(body: dict[str, Any], status: int = 200) -> HttpResponse:
    response = HttpResponse(orjson.dumps(body), content_type="application/json", status=status)
    response["Cache-Control"] = "no-store"
    return response
