"""What the audit trail keeps of a simulation: enough to know what was tried out and on whom, never the whole."""

from collections.abc import Sequence
from typing import Any

from purposeapp.models.validators import NAME_LENGTH, is_storable

TOLD_OF_EACH = 20
"""The kinds of changes, and the usernames in them, that are kept."""


def summary(changes: Sequence[Any]) -> dict[str, Any]:
    """`{"changes": how many, "ops", "usernames"}`, whatever was sent as changes."""
    return {"changes": len(changes), "ops": _named(changes, "op"), "usernames": _named(changes, "username")}


def _named(changes: Sequence[Any], field: str) -> list[str]:
    given = (change.get(field) for change in changes if isinstance(change, dict))
    kept = {text[:NAME_LENGTH] for text in given if isinstance(text, str) and is_storable(text)}
    return sorted(kept)[:TOLD_OF_EACH]
