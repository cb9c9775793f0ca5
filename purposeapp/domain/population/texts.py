"""Many short texts in little memory: one run of bytes and where each text ends."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise


class Texts:
    """An immutable sequence of texts, some ten times smaller than a list of them.

    Searching (`place_of`, `place_after`, `find`) is for texts in ascending code point order, which UTF-8 keeps.
    """

    __slots__ = ("_ends", "_joined")

    def __init__(self, texts: Iterable[str] = ()) -> None:
        joined, ends = bytearray(), array("Q", [0])
        for text in texts:
            joined += _encoded(text)
            ends.append(len(joined))
        self._joined, self._ends = bytes(joined), ends

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: int) -> str:
        return _decoded(self._at(place))

    def __iter__(self) -> Iterator[str]:
        return (_decoded(self._joined[start:end]) for start, end in pairwise(self._ends))

    def place_of(self, text: str) -> int:
        """How many texts come before this one."""
        return bisect_left(range(len(self)), _encoded(text), key=self._at)

    def place_after(self, text: str) -> int:
        """How many texts come before this one or are it."""
        return bisect_right(range(len(self)), _encoded(text), key=self._at)

    def find(self, text: str) -> int | None:
        """The place of a text, or None when it is not among them."""
        place = self.place_of(text)
        return place if place < len(self) and self[place] == text else None

    def _at(self, place: int) -> bytes:
        return self._joined[self._ends[place] : self._ends[place + 1]]


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")
