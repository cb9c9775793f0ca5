"""Ordinals: a number for every purpose, so that ascending numbers are the display order.

Numbers are handed out with gaps. A new purpose takes the middle of the gap where it belongs; where there is none left,
the smallest aligned range around it that is sparse enough is spread out evenly (list labelling, as in Bender and
others, "Two simplified algorithms for maintaining order in a list", 2002). So an insertion renumbers few purposes on
average, however lopsided the insertions are. A change of many purposes lays everything out anew.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pyroaring import BitMap, FrozenBitMap

Key = tuple[str, str]
"""What is sorted by: `page.display_order`, so the second part is the guid."""

SPACING = 16
"""Between two neighbours when everything is laid out: four insertions fit into any one gap."""

_BITS = 32
_CROWDING = 1.2
"""A range of 2^k numbers is sparse enough when at most 1.2^-k of them are taken: smaller ranges may be fuller."""

_ANEW_SHARE = 8
"""Everything is laid out anew when more than one in so many is placed at once."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """`order` has all ordinals, `keys` what each stands for, `ordinals` the ordinal by guid."""

    order: FrozenBitMap = field(default_factory=FrozenBitMap)
    keys: Mapping[int, Key] = field(default_factory=dict)
    ordinals: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, keys: Collection[Key]) -> "Ranking":
        """Everything laid out evenly; guids must be unique."""
        numbered = {place * SPACING: key for place, key in enumerate(sorted(keys), 1)}
        return cls(FrozenBitMap(numbered), numbered, {key[1]: each for each, key in numbered.items()})

    def last_until(self, key: Key) -> int | None:
        """The largest ordinal whose key is not behind `key`."""
        rank = _rank_of(key, self.order, self.keys)
        return self.order[rank - 1] if rank else None

    def updated(self, *, placed: Mapping[str, Key], gone: Collection[str]) -> tuple["Ranking", set[str]]:
        """With these keys (by guid) placed and these guids gone; and the guids whose ordinal is another one now."""
        here = self.ordinals
        placed = {
            guid: key for guid, key in placed.items() if guid not in here or self.keys[here[guid]] != key
        }
        leaving = {guid for guid in (*gone, *placed) if guid in here}
        if not (leaving or placed):
            return self, set()
        if len(placed) * _ANEW_SHARE > len(here):
            staying = [key for key in self.keys.values() if key[1] not in leaving]
            return Ranking.of([*staying, *placed.values()]), {*here, *placed}
        bench = _Bench(self)
        for guid in leaving:
            bench.remove(guid)
        for key in placed.values():
            bench.insert(key)
        return bench.ranking(), leaving | bench.moved


class _Bench:
    """A ranking being changed."""

    def __init__(self, ranking: Ranking) -> None:
        self._order = BitMap(ranking.order)
        self._keys = dict(ranking.keys)
        self._ordinals = dict(ranking.ordinals)
        self.moved: set[str] = set()

    def ranking(self) -> Ranking:
        return Ranking(FrozenBitMap(self._order), self._keys, self._ordinals)

    def remove(self, guid: str) -> None:
        ordinal = self._ordinals.pop(guid)
        del self._keys[ordinal]
        self._order.remove(ordinal)

    def insert(self, key: Key) -> None:
        rank = _rank_of(key, self._order, self._keys)
        before = self._order[rank - 1] if rank else 0
        after = self._order[rank] if rank < len(self._order) else before + 2 * SPACING
        between = (before + after) // 2
        if before < between < min(after, 1 << _BITS):
            self._put(between, key)
        else:
            self._spread(before, key)

    def _spread(self, around: int, key: Key) -> None:
        low, size = self._sparse_range(min(around, (1 << _BITS) - 1))
        start = self._order.rank(low - 1) if low else 0
        inside = [self._keys[each] for each in self._order[start : self._order.rank(low + size - 1)]]
        for neighbour in inside:
            self.remove(neighbour[1])
        together = sorted([*inside, key])
        for place, each in enumerate(together):
            self._put(low + (2 * place + 1) * size // (2 * len(together)), each)

    def _sparse_range(self, around: int) -> tuple[int, int]:
        """Start and size of the smallest aligned range around an ordinal that has room for one more."""
        for bits in range(2, _BITS + 1):
            low = around >> bits << bits
            taken = self._order.range_cardinality(low, low + (1 << bits))
            if (taken + 1) * _CROWDING**bits <= 1 << bits:
                return low, 1 << bits
        raise OverflowError("more purposes than a snapshot can number")

    def _put(self, ordinal: int, key: Key) -> None:
        self._order.add(ordinal)
        self._keys[ordinal] = key
        self._ordinals[key[1]] = ordinal
        self.moved.add(key[1])


def _rank_of(key: Key, order: BitMap | FrozenBitMap, keys: Mapping[int, Key]) -> int:
    """How many come before `key` or are it."""
    return bisect_right(range(len(order)), key, key=lambda rank: keys[order[rank]])
