"""Small lines over time: points for an SVG of the server's, and the same numbers for a table."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 300, 60, 3
"""In the units of the SVG's view box; the line stays inside the margin."""


@dataclass(frozen=True, slots=True)
class Chart:
    """`rows` are pairs of a moment, in words, and a number; the newest comes last."""

    title: str
    rows: Sequence[tuple[str, float]]

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH} {HEIGHT}"

    @property
    def most(self) -> float:
        return max((value for _moment, value in self.rows), default=0)

    @property
    def is_flat(self) -> bool:
        """There is nothing to draw: all is zero."""
        return not self.most

    @property
    def points(self) -> str:
        """The line, from the left to the right, zero at the bottom."""
        step = (WIDTH - 2 * MARGIN) / max(1, len(self.rows) - 1)
        tall = HEIGHT - 2 * MARGIN
        return " ".join(
            f"{MARGIN + place * step:.1f},{HEIGHT - MARGIN - (value / self.most) * tall:.1f}"
            for place, (_moment, value) in enumerate(self.rows)
        )
