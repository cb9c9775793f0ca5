"""Tables as text: a row a line, cells between bars, so that the demo's data can be read at a glance."""

from collections.abc import Iterator


def rows(text: str, columns: int) -> Iterator[list[str]]:
    """The cells of each line, stripped. Raises ValueError on a line with another number of cells."""
    for line in text.strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != columns:
            raise ValueError(f"expected {columns} cells: {line}")
        yield cells


def words(cell: str) -> tuple[str, ...]:
    """The words of a cell."""
    return tuple(cell.split())
