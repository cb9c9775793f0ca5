"""The warm-up: everybody of a tenant is read once and kept in the shared cache, so that nobody is a stranger there."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, runtime_checkable

from django.conf import settings

from purposeapp.directory.base import Directory
from purposeapp.domain.errors import AccessError, InvalidRequest
from purposeapp.domain.realm import Member
from purposeapp.jobs.progress import Progress
from purposeapp.models import Job
from purposeapp.wiring import TenantServices, tenants

CHUNK = 2_000
"""Users a statement reads, and a pipeline writes: about a quarter of a second of either."""


@runtime_checkable
class Keeping(Protocol):
    """A directory that answers from what it has kept of another."""

    @property
    def source(self) -> Directory: ...

    def store(self, members: Sequence[Member]) -> int:
        """Keep these as the source has just given them; how many were kept."""
        ...


def warm_directory(job: Job, progress: Progress) -> None:
    """Keep every user of the job's tenant, in order of their names, at most WARM_USERS_PER_SECOND.

    Doing a stretch again changes nothing. Raises AccessError with the cure where there is nothing to keep them in.
    """
    directory = kept_directory(job.tenant)
    progress.expect(directory.source.count())
    pace = Pace(settings.WARM_USERS_PER_SECOND)
    while members := directory.source.members(progress.place, limit=CHUNK):
        keep(directory, members)
        progress.reached(progress.done + len(members), members[-1].username)
        if len(members) < CHUNK:
            break
        progress.pause(pace.wait_after(len(members)))


def rewarm_users(tenant: str, user_ids: Iterable[str]) -> int:
    """Read these users again and keep what they are now; how many there are. Raises AccessError as the warm-up does."""
    directory = kept_directory(tenant)
    found = [person for id_ in user_ids if (person := directory.source.by_id(id_)) is not None]
    members = [Member.of(person) for person in found]
    keep(directory, members)
    return len(members)


def kept_directory(slug: str) -> Keeping:
    """The directory of a tenant, which keeps what it is given. Raises InvalidRequest where there is none such."""
    services: TenantServices | None = tenants().by_slug(slug)
    if services is None:
        raise InvalidRequest(f"There is no active tenant {slug}. See Tenants in the admin.")
    if not isinstance(services.directory, Keeping):
        raise InvalidRequest(
            "Nothing is kept of the directory, so there is nothing to warm up. Set REDIS_URL, and leave READ_MODEL on."
        )
    return services.directory


def keep(directory: Keeping, members: Sequence[Member]) -> None:
    """Store members, all of them. Raises AccessError when the cache takes less."""
    if directory.store(members) < len(members):
        raise AccessError(
            "The cache did not take all users. See whether Redis is up and has room, then go on."
        )


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
