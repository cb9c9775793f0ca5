"""Going through the rows of a review, and deciding them."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from pyroaring import FrozenBitMap
from rest_framework.viewsets import ViewSet

from purposeapp.api.authentication import ApiRequest
from purposeapp.api.cursors import signer
from purposeapp.api.parsing import body_of
from purposeapp.api.queries import FreshQuery, read_query
from purposeapp.api.reviews import schema, shapes
from purposeapp.api.reviews.access import answer_of, find, look
from purposeapp.api.reviews.queries import NewVote, RowsQuery
from purposeapp.api.reviews.views import written
from purposeapp.domain.errors import Forbidden, InvalidCursor
from purposeapp.domain.page import Place
from purposeapp.domain.review import ReviewedPurpose, RowId
from purposeapp.models import ReviewVote
from purposeapp.models.frozen import FrozenReview

Row = tuple[ReviewedPurpose, int]
"""A purpose and the ordinal of a user who sees it."""


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
        rows = list(islice(_rows(frozen, query["purpose"], after), query["limit"] + 1))
        shown = rows[: query["limit"]]
        more = len(rows) > len(shown)
        body = {
            "rows": _shapes(frozen, shown),
            "total": frozen.rows_of(query["purpose"]) if query["purpose"] else review.rows,
            "next": cursors.sign((shown[-1][0].place, str(shown[-1][1]))) if more else None,
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
        purpose, user = _existing(frozen, RowId.parse(row))
        ordinal, username, _ = user
        reviewer = request.user.person
        if username == reviewer.username:
            raise Forbidden("Nobody reviews their own access: another reviewer has to decide this row")
        look(request, review, "review decision", row=row, username=username, decision=vote.decision.value)
        ReviewVote.objects.create(
            review=review,
            user=ordinal,
            place=purpose.place,
            username=username,
            purpose=purpose.guid,
            decision=vote.decision,
            comment=vote.comment,
            by_id=reviewer.id,
            by=reviewer.username,
        )
        outcome = frozen.outcomes([purpose.place])[purpose.place][ordinal]
        return written(shapes.row(user, purpose, outcome))


def _rows(frozen: FrozenReview, guid: str, after: RowId | None) -> Iterator[Row]:
    for purpose in frozen.purposes(first=after.purpose if after else 0, guid=guid):
        start = after.user + 1 if after and purpose.place == after.purpose else 0
        for user in purpose.users.iter_equal_or_larger(start):
            yield purpose, user


def _shapes(frozen: FrozenReview, rows: list[Row]) -> list[dict[str, Any]]:
    users = {user[0]: user for user in frozen.people(FrozenBitMap([user for _, user in rows]))}
    outcomes = frozen.outcomes({purpose.place for purpose, _ in rows})
    return [
        shapes.row(users[user], purpose, outcomes.get(purpose.place, {}).get(user)) for purpose, user in rows
    ]


def _row_id(place: Place) -> RowId:
    purpose, user = place
    if not isinstance(purpose, int):
        raise InvalidCursor
    return RowId(int(user), purpose)


def _existing(frozen: FrozenReview, row: RowId | None) -> tuple[ReviewedPurpose, tuple[int, str, bool]]:
    """The purpose and the user of a row. Raises Http404 where the review has no such row."""
    purpose = None if row is None else frozen.at(row.purpose)
    if row is None or purpose is None or row.user not in purpose.users:
        raise Http404
    return purpose, next(frozen.people(FrozenBitMap([row.user])))
