"""Going through the rows of a review, and deciding them."""

from uuid import UUID

from django.http import Http404, HttpResponse
from rest_framework.viewsets import ViewSet

from purposeapp.api.authentication import ApiRequest
from purposeapp.api.cursors import signer
from purposeapp.api.parsing import body_of
from purposeapp.api.queries import FreshQuery, read_query
from purposeapp.api.reviews import schema, shapes
from purposeapp.api.reviews.access import answer_of, find, look
from purposeapp.api.reviews.queries import NewVote, RowsQuery
from purposeapp.api.reviews.views import written
from purposeapp.discovery.reviews.rows import Reviewer, Row, decide, require_reviewer_of, row_of, rows_of
from purposeapp.domain.errors import InvalidCursor
from purposeapp.domain.page import Place
from purposeapp.domain.review import RowId
from purposeapp.models.frozen import FrozenReview


class ReviewRowsViewSet(ViewSet):
    """In the order of the purposes, and of the users of each."""

    @schema.list_rows
    def list(self, request: ApiRequest, review_id: UUID) -> HttpResponse:
        query = read_query(request, RowsQuery)
        review = find(request, review_id)
        frozen = answer_of(review)
        look(request, review, "review rows", purpose=query["purpose"])
        cursors = signer(request.path, request.auth.slug, request.user.person.id, query["purpose"])
        after = _row_id(cursors.read(query["cursor"])) if "cursor" in query else None
        found = rows_of(frozen, purpose=query["purpose"], after=after, limit=query["limit"])
        following = found.following
        body = {
            "rows": [shapes.row(each) for each in found.rows],
            "total": found.total,
            "next": cursors.sign((following.purpose, str(following.user))) if following else None,
            "asOf": frozen.facts.as_of,
            "revision": frozen.facts.revision,
        }
        return written(body)

    @schema.decide_row
    def decide(self, request: ApiRequest, review_id: UUID, row: str) -> HttpResponse:
        read_query(request, FreshQuery)
        review = find(request, review_id)
        frozen = answer_of(review)
        vote = NewVote.read(body_of(request))
        found = _existing(frozen, RowId.parse(row))
        person = request.user.person
        reviewer = Reviewer(person.id, person.username)
        require_reviewer_of(found, reviewer)
        told = {"row": row, "username": found.username, "decision": vote.decision.value}
        look(request, review, "review decision", **told)
        return written(shapes.row(decide(frozen, found, vote.decision, vote.comment, reviewer)))


def _row_id(place: Place) -> RowId:
    purpose, user = place
    if not isinstance(purpose, int):
        raise InvalidCursor
    return RowId(int(user), purpose)


def _existing(frozen: FrozenReview, id_: RowId | None) -> Row:
    """Raises Http404 where the review has no such row."""
    found = None if id_ is None else row_of(frozen, id_)
    if found is None:
        raise Http404
    return found
