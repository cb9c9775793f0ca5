"""The warm-up: everybody of a tenant is read once and kept in the shared cache, so that nobody is a stranger there."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, runtime_checkable

from django.conf import settings

from purposeapp.directory.base import Directory
from purposeapp.directory.cached import Mark
from purposeapp.domain.errors import InvalidRequest, Unavailable
from purposeapp.domain.realm import Member, Realm
from purposeapp.jobs.progress import Progress
from purposeapp.jobs.services import services_of
from purposeapp.models import Job

CHUNK = 2_000
"""Users a statement reads, and a pipeline writes: about a quarter of a second of either."""


@runtime_checkable
class Keeping(Protocol):
    """A directory that answers from what it has kept of another."""

    @property
    def source(self) -> Directory: ...

    def mark(self) -> Mark | None:
        """The present moment, for `store`; None where nothing can be kept now."""
        ...

    def store(self, members: Sequence[Member], mark: Mark | None, realm: Realm | None = None) -> int:
        """Keep members of the realm that the source gave after `mark`; how many were dealt with."""
        ...


def warm_directory(job: Job, progress: Progress) -> None:
    """Keep every user of the job's tenant, in order of their names, at most WARM_USERS_PER_SECOND.

    Doing a stretch again changes nothing. Raises AccessError with the cure where there is nothing to keep them in.
    """
    directory = kept_directory(job.tenant)
    progress.expect(directory.source.count())
    pace, realm = Pace(settings.WARM_USERS_PER_SECOND), directory.source.realm()
    while members := keep(directory, realm, lambda source: source.members(progress.place, limit=CHUNK)):
        progress.reached(progress.done + len(members), members[-1].username)
        if len(members) < CHUNK:
            break
        progress.pause(pace.wait_after(len(members)))


def rewarm_users(tenant: str, user_ids: Iterable[str]) -> int:
    """Read these users again and keep what they are now; how many there are. Raises AccessError as the warm-up does."""

    def read(source: Directory) -> Sequence[Member]:
        found = (source.by_id(id_) for id_ in user_ids)
        return [Member.of(person) for person in found if person is not None]

    directory = kept_directory(tenant)
    return len(keep(directory, directory.source.realm(), read))


def keep(directory: Keeping, realm: Realm, read: Callable[[Directory], Sequence[Member]]) -> Sequence[Member]:
    """Read members from the source and keep all of them. Raises Unavailable with the cure when that is not to be had."""
    mark = directory.mark()
    if mark is None:
        raise Unavailable(
            "The shared cache cannot be filled now. See that REDIS_URL is set and Redis answers, that the service runs,"
            " and that it follows the directory's changes (/healthz/ready): what nobody keeps up to date is not kept."
        )
    members = read(directory.source)
    if directory.store(members, mark, realm) < len(members):
        raise Unavailable(
            "The cache did not take all users. See that Redis is up and has room, then start it again."
        )
    return members


def kept_directory(slug: str) -> Keeping:
    """The directory of a tenant, which keeps what it is given. Raises InvalidRequest where there is none such."""
    directory = services_of(slug).directory
    if not isinstance(directory, Keeping):
        raise InvalidRequest(
            "Nothing is kept of the directory, so there is nothing to warm up. Leave READ_MODEL on, and set REDIS_URL."
        )
    return directory


class Pace:
    """Keeps the average at so many a second; 0 is as fast as it goes."""

    def __init__(self, per_second: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._clock = clock
        self._due = clock()

    def wait_after(self, count: int) -> float:
        """Seconds to wait once `count` more are done."""
        if not self._per_second:
            return 0.0
        now = self._clock()
        # What was lost in waiting for others is not made up for: no burst follows a stall.
        self._due = max(self._due, now - 1.0) + count / self._per_second
        return max(0.0, self._due - now)
