"""Tables as wide as the terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from purposeapp.management.access.harmless import cut, harmless, width

_GAP = "  "
_NARROWEST = 8
"""Columns below which no cell is cut."""


@dataclass(frozen=True, slots=True)
class Look:
    """How text is shown. `columns` is None where lines may be of any length: in files and pipes."""

    columns: int | None = None
    bold: bool = False

    def heading(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self.bold else text


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], look: Look) -> Iterator[str]:
    """Lines, the headings first; nothing at all without rows. Cells may hold any text."""
    if not rows:
        return
    headings = [harmless(heading) for heading in headings]
    cells = [[harmless(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(headings, *cells, strict=True)]
    if look.columns is not None:
        widths = _fitting(widths, look.columns - len(_GAP) * (len(widths) - 1))
    yield look.heading(_line(headings, widths))
    for row in cells:
        yield _line(row, widths)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    shown = [cut(cell, columns) for cell, columns in zip(row, widths, strict=True)]
    padded = [cell + " " * (columns - width(cell)) for cell, columns in zip(shown, widths, strict=True)]
    return _GAP.join(padded).rstrip()


def _fitting(widths: Sequence[int], room: int) -> list[int]:
    """The widest columns give way, until all fit or none can give any more."""
    fitted = list(widths)
    while sum(fitted) > room and max(fitted) > _NARROWEST:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted
