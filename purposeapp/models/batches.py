"""Work on many rows in statements of bounded size."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

MAX_VARIABLES = 10_000
"""Values in one statement. SQLite takes 32,766 since 3.32; the rest is room for the other conditions."""


def batches(items: Sequence[Item], size: int = MAX_VARIABLES) -> Iterator[Sequence[Item]]:
    """The items in stretches of at most `size`; nothing when there are none."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
