"""The revision of an answer: which state of the sources it was computed from."""

import re
from dataclasses import dataclass

from purposeapp.domain.errors import InvalidRequest

_TEXT = re.compile(r"([0-9a-z]{1,13})\.([0-9a-z]{1,13})")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Revision:
    """How far the policies and the directory had come. Both numbers only grow; clients see one opaque text.

    Numbers are milliseconds of the clock when a change was first seen, or one more than the last where that is later:
    so they go on growing when every memory of them was lost.
    """

    policies: int = 0
    directory: int = 0

    def __str__(self) -> str:
        """Short, and safe in a header."""
        return f"{_base36(self.policies)}.{_base36(self.directory)}"

    @classmethod
    def parse(cls, text: str) -> "Revision":
        """The revision of a text that `str` gave. Raises InvalidRequest for any other."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise InvalidRequest(
                "consistency names no revision; copy it from the X-Access-Revision of an answer",
                fields={"consistency": "names no revision; copy it from the X-Access-Revision of an answer"},
            )
        return cls(int(found[1], 36), int(found[2], 36))

    def includes(self, other: "Revision") -> bool:
        """Whether everything that was known at `other` is known here."""
        return self.policies >= other.policies and self.directory >= other.directory


def following(last: int, *, now: float) -> int:
    """The number of a change that is seen at `now` (epoch seconds), after the number `last`. Clocks may go back."""
    return max(last + 1, int(now * 1000))


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
