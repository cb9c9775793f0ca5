"""Taking an access review: everybody's access at one moment is computed and kept.

What was interrupted is taken anew from the start: half of one moment and half of another would be nobody's access. It
takes seconds, where writing the rows down would take an hour.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from django.db import transaction
from django.utils import timezone

from purposeapp.directory.base import Directory
from purposeapp.discovery.entities import entries_of, purpose_entry, snapshot_of
from purposeapp.discovery.freshness import Consistency
from purposeapp.domain.model import Mode
from purposeapp.domain.population import Population
from purposeapp.domain.realm import Member
from purposeapp.domain.review import ScopeKind
from purposeapp.domain.review.taking import people_of, taken
from purposeapp.domain.snapshot import Entry
from purposeapp.jobs.progress import Progress
from purposeapp.jobs.services import services_of
from purposeapp.models import Job, Review
from purposeapp.models.frozen import PURPOSES_AT_ONCE, FreezingReview
from purposeapp.policyindex.base import PolicyIndex
from purposeapp.wiring import TenantServices

MEMBERS_AT_ONCE = 2_000


def take_review(job: Job, progress: Progress) -> None:
    """Compute and keep what the job's review is about. Raises AccessError where that cannot be."""
    review = Review.objects.get(job=job)
    if review.taking is not None:
        return  # done already, and only saying so was interrupted
    services = services_of(job.tenant)
    freezing = FreezingReview(review)
    try:
        _freeze(review, services, freezing, _Steps(progress))
    except BaseException:
        freezing.discard()
        raise
    freezing.discard_others()


class _Steps:
    """Counts from the start, on a bar that never goes back."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done = 0

    def expect(self, total: int) -> None:
        self._progress.expect(total)

    def made(self, count: int) -> None:
        self._done += count
        self._progress.reached(max(self._done, self._progress.done))

    def flush(self) -> None:
        self._progress.flush()


def _freeze(review: Review, services: TenantServices, freezing: FreezingReview, steps: _Steps) -> None:
    moment = timezone.now()
    ports = services.at(Consistency())
    entries = _entries(review, ports.policies, moment.timestamp())
    population = _population((services.sources or services).directory, steps, purposes=len(entries))
    people = people_of(review.scope, population)
    freezing.people(population.usernames, population.disabled)
    found = taken(entries, population, people=people, mode=Mode(review.mode), now=moment.timestamp())
    while some := list(islice(found, PURPOSES_AT_ONCE)):
        freezing.purposes(some)
        steps.made(len(some))
    with transaction.atomic():
        steps.flush()  # stops here if another worker has the job now, or it was cancelled
        freezing.publish(as_of=moment, revision=str(ports.revision), users=len(people), purposes=len(entries))


def _entries(review: Review, policies: PolicyIndex, now: float) -> Sequence[Entry]:
    """The purposes of the scope, in display order."""
    if review.scope.kind is ScopeKind.PURPOSE:
        return [purpose_entry(review.scope.name, policies=policies)]
    return entries_of(snapshot_of(policies, now=now))


def _population(directory: Directory, steps: _Steps, *, purposes: int) -> Population:
    """All users; the purposes are to be made after them."""
    steps.expect(directory.count() + purposes)
    return Population.of(directory.realm(), _members(directory, steps))


def _members(directory: Directory, steps: _Steps) -> Iterator[Member]:
    after = ""
    while members := directory.members(after, limit=MEMBERS_AT_ONCE):
        yield from members
        steps.made(len(members))
        after = members[-1].username
