"""Finding a review, going through its rows, and deciding them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from pyroaring import FrozenBitMap

from purposeapp.domain.errors import Forbidden, InvalidRequest
from purposeapp.domain.review import Decision, Outcome, ReviewedPurpose, RowId, Way
from purposeapp.models import Review, ReviewVote
from purposeapp.models.frozen import FrozenReview

MAX_COMMENT = 2_000
"""Characters."""


@dataclass(frozen=True, slots=True)
class Row:
    """One user who saw one purpose, and what was decided of that (None: nothing yet)."""

    id: RowId
    username: str
    enabled: bool
    purpose: ReviewedPurpose
    outcome: Outcome | None

    @property
    def ways(self) -> Sequence[Way]:
        return self.purpose.ways_of(self.id.user)


@dataclass(frozen=True, slots=True)
class Rows:
    """Some of the rows; `following` is where the next ones begin (None: these are the last), `total` counts all."""

    rows: Sequence[Row]
    total: int
    following: RowId | None


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who decides: the directory's id and the username."""

    id: str
    username: str


def reviews_of(tenant: str) -> QuerySet[Review]:
    """Those of one tenant (its slug), the latest first, each with its job."""
    return Review.objects.select_related("job").filter(tenant=tenant)


def rows_of(frozen: FrozenReview, *, purpose: str, after: RowId | None, limit: int) -> Rows:
    """The rows after one of them, by purpose and then by user; those of one purpose where its guid is given."""
    found = list(islice(_places(frozen, purpose, after), limit + 1))
    shown = found[:limit]
    following = RowId(shown[-1][1], shown[-1][0].place) if len(found) > limit else None
    total = frozen.rows_of(purpose) if purpose else frozen.review.rows
    return Rows(_rows(frozen, shown), total, following)


def row_of(frozen: FrozenReview, id_: RowId) -> Row | None:
    """None where the review has no such row."""
    purpose = frozen.at(id_.purpose)
    if purpose is None or id_.user not in purpose.users:
        return None
    return _rows(frozen, [(purpose, id_.user)])[0]


def require_reviewer_of(row: Row, reviewer: Reviewer) -> None:
    """Raises Forbidden for one's own access."""
    if row.username == reviewer.username:
        raise Forbidden(_("Nobody reviews their own access: another reviewer has to decide this row"))


def decide(frozen: FrozenReview, row: Row, decision: Decision, comment: str, reviewer: Reviewer) -> Row:
    """Add the reviewer's word and give the row as it stands then. Raises Forbidden or InvalidRequest."""
    require_reviewer_of(row, reviewer)
    if len(comment) > MAX_COMMENT:
        wrong = _("comment: must be a text of at most %(most)s characters")
        raise InvalidRequest(wrong % {"most": f"{MAX_COMMENT:,}"})
    ReviewVote.objects.create(
        review=frozen.review,
        user=row.id.user,
        place=row.purpose.place,
        username=row.username,
        purpose=row.purpose.guid,
        decision=decision,
        comment=comment,
        by_id=reviewer.id,
        by=reviewer.username,
    )
    return _rows(frozen, [(row.purpose, row.id.user)])[0]


def votes_of(frozen: FrozenReview) -> Iterator[dict[str, Any]]:
    """Every word on it in order, as JSON."""
    for vote in frozen.votes().iterator(1_000):
        yield {
            "row": str(RowId(vote.user, vote.place)),
            "username": vote.username,
            "purpose": vote.purpose,
            "decision": vote.decision,
            "comment": vote.comment,
            "byId": vote.by_id,
            "by": vote.by,
            "at": vote.at,
        }


def file_name(review: Review, ending: str) -> str:
    """Of a download. Nothing that anybody chose is in it: not the group, not the purpose."""
    return f"access-review-{review.created:%Y-%m-%d}-{str(review.pk)[:8]}.{ending}"


def _places(frozen: FrozenReview, guid: str, after: RowId | None) -> Iterator[tuple[ReviewedPurpose, int]]:
    for purpose in frozen.purposes(first=after.purpose if after else 0, guid=guid):
        start = after.user + 1 if after and purpose.place == after.purpose else 0
        for user in purpose.users.iter_equal_or_larger(start):
            yield purpose, user


def _rows(frozen: FrozenReview, places: Sequence[tuple[ReviewedPurpose, int]]) -> list[Row]:
    people = frozen.people(FrozenBitMap([user for _, user in places]))
    users = {ordinal: (username, enabled) for ordinal, username, enabled in people}
    outcomes = frozen.outcomes({purpose.place for purpose, _ in places})
    return [
        Row(RowId(user, purpose.place), *users[user], purpose, outcomes.get(purpose.place, {}).get(user))
        for purpose, user in places
    ]
