"""How a loader tells whoever waits."""

from collections.abc import Callable

Progress = Callable[[str], None]
"""Is told in a few words what has just been done."""
