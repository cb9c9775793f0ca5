"""What is true of a company, version after version. Policies and people change independently of one another."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from bench.entities import Document
from bench.people import Group, User

State = TypeVar("State")


class Edit(NamedTuple):
    """A document as it is from now on; None: it is removed for good."""

    what: str
    guid: str
    document: Document | None


@dataclass(frozen=True, slots=True)
class Realm:
    """The part of a realm that changes, and what it hangs on. Groups and roles by their numbers, as in `People`."""

    what: str
    users: Mapping[str, User]
    groups: tuple[Group, ...]
    roles: tuple[str, ...]
    composites: tuple[tuple[int, int], ...]


class Version(NamedTuple, Generic[State]):
    """A change to `state` was written from `began` on, and had become visible at the source by `ended` (monotonic clock)."""

    began: float
    ended: float
    state: State


@dataclass(slots=True)
class History(Generic[State]):
    """All versions of one source; the first was always there. One thread adds to it."""

    versions: list[Version[State]] = field(default_factory=list)

    def current(self, since: float, until: float) -> range:
        """The numbers of the versions that were, or may have been, what the source had between these moments.

        Changes follow one another: the next one begins when the last has ended.
        """
        first = bisect_right(self.versions, since, key=lambda version: version.ended) - 1
        last = bisect_right(self.versions, until, key=lambda version: version.began) - 1
        return range(max(0, first), last + 1)

    def outdated_at(self, number: int) -> float:
        """When the next version had certainly taken its place; infinity for the last one."""
        following = number + 1
        return self.versions[following].ended if following < len(self.versions) else float("inf")
