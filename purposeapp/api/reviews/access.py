"""Finding a review of the caller's tenant, and what is needed to read one."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404

from purposeapp.api.authentication import ApiRequest
from purposeapp.api.who.access import let_in
from purposeapp.discovery.reviews.rows import reviews_of
from purposeapp.domain.errors import Conflict, Forbidden
from purposeapp.models import Review
from purposeapp.models.frozen import FrozenReview


def require_trusted(request: ApiRequest) -> None:
    """Raises Forbidden. For what tells nothing of anybody: the rest goes through `find`."""
    if not request.user.trusted:
        raise Forbidden(f"{request.user.person.username} is not authorized to review access")


def find(request: ApiRequest, review_id: UUID) -> Review:
    """A review of the caller's tenant. Raises Forbidden, or Http404."""
    require_trusted(request)
    return get_object_or_404(reviews_of(request.auth.slug), pk=review_id)


def answer_of(review: Review) -> FrozenReview:
    """Raises Conflict while there is none."""
    frozen = FrozenReview.of(review)
    if frozen is None:
        raise Conflict(
            "The review is not ready: see its state, and start it again if it failed or was cancelled"
        )
    return frozen


def look(request: ApiRequest, review: Review, action: str, **detail: Any) -> None:
    """Record a look at everybody in it. Raises AuditUnavailable."""
    let_in(request, action, review=str(review.pk), **detail)
