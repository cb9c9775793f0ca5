"""A bound on a search."""


class Spent(Exception):
    """The search took all the steps that it may."""


class Budget:
    """Counts steps down."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def spend(self) -> None:
        """One step. Raises Spent when none is left."""
        if self._left == 0:
            raise Spent
        self._left -= 1
