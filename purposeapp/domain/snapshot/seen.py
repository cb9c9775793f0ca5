"""What one subject sees, as ordinals."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyroaring import FrozenBitMap

from purposeapp.domain.snapshot.naming import EMPTY, Posting


@dataclass(frozen=True, slots=True)
class Seen:
    """The purposes a subject sees, as ordinals of one snapshot: ascending is display order, `len` the total.

    `valid_until` is epoch seconds, as in `Resolution`.
    """

    ordinals: FrozenBitMap
    valid_until: float | None = None

    def __len__(self) -> int:
        return len(self.ordinals)


def union(bitmaps: Iterable[FrozenBitMap]) -> FrozenBitMap:
    several = [bitmap for bitmap in bitmaps if bitmap is not EMPTY]
    return FrozenBitMap.union(*several) if several else EMPTY


def soonest(postings: Iterable[Posting], now: float) -> float | None:
    """The first schedule edge after `now` of any policy filed under these names."""
    edges = (posting.next_edge(now) for posting in postings if posting.edges)
    return min((edge for edge in edges if edge is not None), default=None)
