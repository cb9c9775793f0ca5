"""Moments as they come in: only those that a calendar has."""

from datetime import datetime

_LATEST = 253_402_300_799.0
"""The last second of the year 9999: later ones have no date."""


def told(epoch_seconds: float) -> float | None:
    """The moment unchanged; None when it is before 1970, after 9999, or none at all (NaN)."""
    return epoch_seconds if 0 <= epoch_seconds <= _LATEST else None


def of_date(text: str) -> float | None:
    """Epoch seconds of an RFC 3339 time with its offset, or of one without seconds; None when it is none."""
    try:
        date = datetime.fromisoformat(text)
        return None if date.tzinfo is None else told(date.timestamp())
    except (ValueError, OverflowError):
        return None
