"""The purposes of one page: resolved one by one, or places in a snapshot, where they lie ready-made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from purposeapp.discovery.written import written
from purposeapp.domain.model import Grant, Purpose
from purposeapp.domain.page import Place
from purposeapp.domain.snapshot import Ordinals, Snapshot


class Shown(Protocol):
    """What a page shows, in its order."""

    def __len__(self) -> int: ...

    def grants(self) -> Sequence[Grant]:
        """With reasons where they were asked for."""
        ...

    def written(self, shape: str) -> bytes:
        """As JSON in one of `written.WRITERS`, with commas between."""
        ...


@dataclass(frozen=True, slots=True)
class PurposePage:
    """One page of purposes. `total` counts the whole list; `last` is None when nothing follows this page.

    `valid_until` is epoch seconds, as in `Resolution`.
    """

    shown: Shown
    total: int
    last: Place | None = None
    valid_until: float | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """Purposes at hand."""

    granted: Sequence[Grant]

    @classmethod
    def bare(cls, purposes: Iterable[Purpose]) -> "Resolved":
        """Without reasons."""
        return cls([Grant(purpose) for purpose in purposes])

    def __len__(self) -> int:
        return len(self.granted)

    def grants(self) -> Sequence[Grant]:
        return self.granted

    def written(self, shape: str) -> bytes:
        return written((grant.purpose for grant in self.granted), shape)


@dataclass(frozen=True, slots=True)
class InSnapshot:
    """Purposes of a snapshot, without reasons: nothing is made of them but what is asked for."""

    snapshot: Snapshot
    ordinals: Ordinals

    def __len__(self) -> int:
        return len(self.ordinals)

    def grants(self) -> Sequence[Grant]:
        return [Grant(purpose) for purpose in self.snapshot.purposes(self.ordinals)]

    def written(self, shape: str) -> bytes:
        return self.snapshot.written(self.ordinals, shape)
