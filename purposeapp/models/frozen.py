"""Writing and reading the frozen answer of a review."""

import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from uuid import UUID, uuid4

import orjson
from django.db.models import QuerySet
from django.utils import timezone
from pyroaring import FrozenBitMap

from purposeapp.domain import review as domain
from purposeapp.domain.model import Mode, Via
from purposeapp.domain.population.texts import Texts
from purposeapp.models.batches import batches
from purposeapp.models.review import Review, ReviewedPeople, ReviewedPurpose, ReviewedUsers, ReviewVote

PEOPLE_AT_ONCE = 10_000
PURPOSES_AT_ONCE = 100
"""Read or written together, with the bitmaps they need: some megabytes."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What an index can have in a name and no database stores."""

_PARTS = (ReviewedPeople, ReviewedPurpose, ReviewedUsers)


class FreezingReview:
    """One computation of a review's answer. Nobody sees what it writes before the review names its `taking`."""

    def __init__(self, review: Review) -> None:
        self.taking = uuid4()
        self.rows = 0
        self._review = review
        self._known: set[str] = set()

    def people(self, usernames: Texts, disabled: FrozenBitMap) -> None:
        for start in range(0, len(usernames), PEOPLE_AT_ONCE):
            stop = min(start + PEOPLE_AT_ONCE, len(usernames))
            names = [usernames[place] for place in range(start, stop)]
            ReviewedPeople.objects.create(
                review=self._review,
                taking=self.taking,
                first=start,
                names=zlib.compress(orjson.dumps(names)),
                disabled=(disabled & FrozenBitMap(range(start, stop))).serialize(),
            )

    def purposes(self, some: Sequence[domain.ReviewedPurpose]) -> None:
        """At most PURPOSES_AT_ONCE."""
        bitmaps: dict[str, bytes] = {}
        rows = [self._row(purpose, bitmaps) for purpose in some]
        ReviewedUsers.objects.bulk_create(
            (
                ReviewedUsers(review=self._review, taking=self.taking, digest=digest, bitmap=bitmap)
                for digest, bitmap in bitmaps.items()
            ),
            batch_size=500,
        )
        ReviewedPurpose.objects.bulk_create(rows)
        self._known.update(bitmaps)
        self.rows += sum(row.rows for row in rows)

    def publish(self, *, as_of: datetime, revision: str, users: int, purposes: int) -> None:
        """From here on this is the review's answer: of that moment and revision, about so many users and purposes."""
        Review.objects.filter(pk=self._review.pk).update(
            taking=self.taking,
            frozen=timezone.now(),
            as_of=as_of,
            revision=revision,
            rows=self.rows,
            users=users,
            purposes=purposes,
        )

    def discard(self) -> None:
        for part in _PARTS:
            part.objects.filter(taking=self.taking).delete()

    def discard_others(self) -> None:
        """Remove what earlier computations of this review left."""
        for part in _PARTS:
            part.objects.filter(review=self._review).exclude(taking=self.taking).delete()

    def _row(self, purpose: domain.ReviewedPurpose, bitmaps: dict[str, bytes]) -> ReviewedPurpose:
        ways = []
        for way in purpose.ways:
            raw = way.users.serialize()
            digest = hashlib.sha256(raw).hexdigest()[:32]
            if digest not in self._known:
                bitmaps[digest] = raw
            ways.append((way.via, way.name, digest))
        return ReviewedPurpose(
            review=self._review,
            taking=self.taking,
            place=purpose.place,
            guid=purpose.guid,
            name=_UNSTORABLE.sub("\ufffd", purpose.name),
            rows=len(purpose.users),
            ways=ways,
        )


@dataclass(frozen=True)
class FrozenReview:
    """A review that has been computed. Reads as it goes; nothing large is held.

    `until` is the last vote that counts; None: whatever there is when it is asked.
    """

    review: Review
    taking: UUID
    until: int | None = None

    @classmethod
    def of(cls, review: Review) -> "FrozenReview | None":
        """None while there is no answer."""
        return None if review.taking is None else cls(review, review.taking)

    def as_it_stands(self) -> "FrozenReview":
        """With what is decided by now and nothing later: for what takes a while to be sent."""
        last = self.review.votes.order_by("-id").values_list("id", flat=True).first()
        return replace(self, until=last or 0)

    def votes(self) -> QuerySet[ReviewVote]:
        """All that count, in the order in which they were cast."""
        votes = self.review.votes.order_by("id")
        return votes if self.until is None else votes.filter(id__lte=self.until)

    @cached_property
    def facts(self) -> domain.Facts:
        review = self.review
        return domain.Facts(
            id=str(review.pk),
            tenant=review.tenant,
            scope=review.scope,
            mode=Mode(review.mode),
            two_person=review.two_person,
            revision=review.revision,
            as_of=review.as_of.isoformat() if review.as_of else "",
            asked_by=review.asked_by,
            rows=review.rows,
            users=review.users,
            purposes=review.purposes,
        )

    def people(self, ordinals: FrozenBitMap | None = None) -> Iterator[tuple[int, str, bool]]:
        """Ordinal, name and whether enabled: of everybody in order, or of some."""
        for stretch in ReviewedPeople.objects.filter(taking=self.taking).order_by("first").iterator(1):
            wanted = range(stretch.first, stretch.first + PEOPLE_AT_ONCE)
            chosen = None if ordinals is None else ordinals & FrozenBitMap(wanted)
            if chosen is None or chosen:
                names = orjson.loads(zlib.decompress(stretch.names))
                disabled = FrozenBitMap.deserialize(bytes(stretch.disabled))
                for ordinal in wanted[: len(names)] if chosen is None else chosen:
                    yield ordinal, names[ordinal - stretch.first], ordinal not in disabled

    def purposes(self, *, first: int = 0, guid: str = "") -> Iterator[domain.ReviewedPurpose]:
        """From a place on, in order; with `guid` only that one."""
        found = ReviewedPurpose.objects.filter(taking=self.taking, rows__gt=0).order_by("place")
        if guid:
            found = found.filter(guid=guid)
        last = first - 1
        while some := list(found.filter(place__gt=last)[:PURPOSES_AT_ONCE]):
            yield from self._thawed(some)
            last = some[-1].place

    def at(self, place: int) -> domain.ReviewedPurpose | None:
        found = ReviewedPurpose.objects.filter(taking=self.taking, place=place)
        return next(self._thawed(list(found)), None)

    def rows_of(self, guid: str) -> int:
        """How many users see the purpose of this guid; 0 where the review has none."""
        found = ReviewedPurpose.objects.filter(taking=self.taking, guid=guid).first()
        return 0 if found is None else found.rows

    def outcomes(self, places: Iterable[int]) -> Mapping[int, Mapping[int, domain.Outcome]]:
        """What was decided, by place of the purpose and ordinal of the user."""
        votes: dict[tuple[int, int], list[domain.Vote]] = defaultdict(list)
        for row in self.votes().filter(place__in=list(places)):
            votes[row.place, row.user].append(vote_of(row))
        found: dict[int, dict[int, domain.Outcome]] = defaultdict(dict)
        for (place, user), cast in votes.items():
            outcome = domain.outcome_of(cast, two_person=self.review.two_person)
            if outcome is not None:
                found[place][user] = outcome
        return found

    def _thawed(self, rows: Sequence[ReviewedPurpose]) -> Iterator[domain.ReviewedPurpose]:
        digests = sorted({digest for row in rows for _, _, digest in row.ways})
        bitmaps = {
            found.digest: FrozenBitMap.deserialize(bytes(found.bitmap))
            for some in batches(digests, 500)
            for found in ReviewedUsers.objects.filter(taking=self.taking, digest__in=some)
        }
        for row in rows:
            ways = (domain.Way(Via(via), name, bitmaps[digest]) for via, name, digest in row.ways)
            yield domain.ReviewedPurpose(row.place, row.guid, row.name, tuple(ways))


def vote_of(row: ReviewVote) -> domain.Vote:
    return domain.Vote(
        domain.Decision(row.decision), row.comment, row.by_id, row.by, row.at.isoformat(timespec="seconds")
    )
