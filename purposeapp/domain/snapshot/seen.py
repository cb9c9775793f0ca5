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


def edges_between(
    postings: Iterable[Posting], moment: float, now: float
) -> tuple[FrozenBitMap, float | None]:
    """The purposes with a schedule edge between two moments under these names, and the first edge after `now`."""
    passed, soonest = list[int](), None
    for posting in postings:
        if posting.edges:
            then, later = posting.edges_until(moment), posting.edges_until(now)
            passed += [ordinal for _, ordinal in posting.edges[min(then, later) : max(then, later)]]
            if later < len(posting.edges):
                edge = posting.edges[later][0]
                soonest = edge if soonest is None else min(soonest, edge)
    return FrozenBitMap(passed) if passed else EMPTY, soonest
