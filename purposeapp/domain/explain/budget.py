"""A bound on the work of a search."""


class Spent(Exception):
    """The search did all the work that it may."""


class Budget:
    """Counts work down, in policies and matches looked at: each costs some microseconds."""

    def __init__(self, work: int) -> None:
        self._left = work

    def spend(self, work: int) -> None:
        """Raises Spent when that much is not left."""
        if work > self._left:
            raise Spent
        self._left -= work
