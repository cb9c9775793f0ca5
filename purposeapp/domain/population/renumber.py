"""New ordinals for a population from which some leave and to which some come."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pyroaring import FrozenBitMap

from purposeapp.domain.population.texts import Texts
from purposeapp.domain.snapshot.seen import union


@dataclass(frozen=True, slots=True)
class Renumbering:
    """`kept` are the old ordinals that stay, by how far they move; `arrived` the new ones of those who come, in order."""

    kept: Mapping[int, FrozenBitMap]
    arrived: tuple[int, ...]

    @classmethod
    def of(cls, usernames: Texts, *, leaving: Sequence[int], arriving: Sequence[str]) -> "Renumbering":
        """Both in ascending order. Who leaves and comes again under the same name is where they were."""
        before = [usernames.place_of(name) for name in arriving]
        arrived = tuple(place - bisect_left(leaving, place) + count for count, place in enumerate(before))
        cuts = sorted({0, len(usernames), *before, *leaving, *(place + 1 for place in leaving)})
        gone = set(leaving)
        stretches: dict[int, list[FrozenBitMap]] = {}
        for start, end in pairwise(cuts):
            if start not in gone:
                by = bisect_right(before, start) - bisect_left(leaving, start)
                stretches.setdefault(by, []).append(FrozenBitMap(range(start, end)))
        return cls({by: union(several) for by, several in stretches.items()}, arrived)

    def bitmap(self, bitmap: FrozenBitMap) -> FrozenBitMap:
        """Those of the old ones that stay, by their new ordinals."""
        return union([(bitmap & staying).shift(by) for by, staying in self.kept.items()])

    def all_of(self, bitmaps: Mapping[str, FrozenBitMap]) -> dict[str, FrozenBitMap]:
        return {key: self.bitmap(bitmap) for key, bitmap in bitmaps.items()}

    def texts(self, old: Texts, arriving: Sequence[str]) -> Texts:
        """The texts by their new ordinals."""
        placed = dict(zip(self.arrived, arriving, strict=True))
        for by, staying in self.kept.items():
            placed.update((place + by, old[place]) for place in staying)
        return Texts(placed[place] for place in range(len(placed)))
