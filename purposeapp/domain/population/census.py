"""Counting everybody: members in username order become bitmaps, a stretch at a time."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyroaring import BitMap, FrozenBitMap

Marks = Mapping[str, Iterable[int]]
"""Ordinals by the id of a group or role."""

_STRETCH = 200_000


class Ledger:
    """Bitmaps by id, being written. What is not in its bitmap yet is at most a stretch of numbers."""

    def __init__(self) -> None:
        self._bitmaps: defaultdict[str, BitMap] = defaultdict(BitMap)
        self._waiting: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._count = 0

    def mark(self, ids: Iterable[str], ordinal: int) -> None:
        for id_ in ids:
            self._waiting[id_].append(ordinal)
            self._count += 1
        if self._count >= _STRETCH:
            self._settle()

    def bitmaps(self) -> dict[str, FrozenBitMap]:
        self._settle()
        return {id_: FrozenBitMap(bitmap) for id_, bitmap in self._bitmaps.items()}

    def _settle(self) -> None:
        for id_, ordinals in self._waiting.items():
            self._bitmaps[id_].update(ordinals)
        self._waiting.clear()
        self._count = 0


def marked(
    bitmaps: Mapping[str, FrozenBitMap], *, added: Marks, removed: Marks | None = None
) -> dict[str, FrozenBitMap]:
    """With these ordinals taken out and then those put in. Bitmaps that nothing happens to are shared."""
    revised = dict(bitmaps)
    for id_, ordinals in (removed or {}).items():
        if id_ in revised:
            revised[id_] -= FrozenBitMap(ordinals)
    for id_, ordinals in added.items():
        revised[id_] = revised.get(id_, FrozenBitMap()) | FrozenBitMap(ordinals)
    return {id_: bitmap for id_, bitmap in revised.items() if bitmap}
