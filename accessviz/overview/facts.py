"""What this process knows of a tenant. A part that cannot be told leaves the others as they are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from purposeapp.directory.cached import CachedDirectory, Counters
from purposeapp.discovery.phrases import said_of
from purposeapp.domain.errors import Unavailable
from purposeapp.domain.snapshot import Sizes
from purposeapp.events import Follower, FollowerStatus, SourceStatus
from purposeapp.wiring import TenantServices

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """A fact, or why there is none: `error` is a sentence."""

    value: T | None
    error: str = ""

    @classmethod
    def by(cls, ask: Callable[[], T]) -> "Told[T]":
        try:
            return cls(ask())
        except Unavailable as error:
            return cls(None, said_of(error))


@dataclass(frozen=True, slots=True)
class Size:
    """How much a tenant has. `kept` is None while this process holds no snapshot of its policies."""

    users: Told[int]
    groups: Told[int]
    kept: Told[Sizes | None]


@dataclass(frozen=True, slots=True)
class InBrief:
    """One tenant among all: what this process has at hand, without asking anybody."""

    slug: str
    is_followed: bool
    kept: Sizes | None
    counters: Counters | None


def size_of(tenant: TenantServices) -> Size:
    """Asks the directory, and the policies where their snapshot has to be made."""
    return Size(
        users=Told.by(tenant.directory.count),
        groups=Told.by(lambda: len(tenant.directory.realm().groups)),
        kept=Told.by(lambda: _kept(tenant)),
    )


def in_brief(tenants: Iterable[TenantServices]) -> list[InBrief]:
    return [_brief(tenant) for tenant in tenants]


def followed(tenant: TenantServices) -> dict[str, SourceStatus]:
    """How each source is followed, by its name; nothing where changes are not followed in this process."""
    status = _status(tenant)
    if status is None or not status.is_running:
        return {}
    sources = {"policies": status.policies, "directory": status.directory}
    return {name: source for name, source in sources.items() if source is not None}


def counters_of(tenant: TenantServices) -> Counters | None:
    """Where answers about people came from; None where nothing is cached, or nothing was asked yet."""
    directory = tenant.directory
    if not isinstance(directory, CachedDirectory):
        return None
    found = directory.counters
    return found if found.in_process + found.in_redis + found.missed else None


def _brief(tenant: TenantServices) -> InBrief:
    status = _status(tenant)
    return InBrief(
        tenant.slug,
        is_followed=status is not None and status.is_running,
        kept=None if status is None else status.sizes,
        counters=counters_of(tenant),
    )


def _kept(tenant: TenantServices) -> Sizes | None:
    snapshot = tenant.policies.snapshot()
    return None if snapshot is None else snapshot.sizes


def _status(tenant: TenantServices) -> FollowerStatus | None:
    return tenant.freshness.status() if isinstance(tenant.freshness, Follower) else None
