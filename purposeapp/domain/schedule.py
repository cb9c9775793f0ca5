"""When a policy holds: validity windows in wall-clock time of a named zone.

A window is `yyyy/MM/dd HH:mm:ss` from and to, both ends inclusive, either blank for "open".
No windows means always; several mean any of them (Apache Ranger's RangerValiditySchedule).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_FORMAT = "%Y/%m/%d %H:%M:%S"
_ONE_SECOND = 1.0

_CALENDAR = (-62_135_596_800.0, 253_402_300_799.0)
"""The first and the last second that a date in UTC can tell. `9999/12/31` is how people write "for good"."""


class BadWindow(ValueError):
    """A schedule that cannot be read; the message says what is expected."""


@dataclass(frozen=True, slots=True)
class Window:
    """One validity window in epoch seconds. `end` is the first moment *after* it; None is open on that side."""

    start: float | None = None
    end: float | None = None

    @classmethod
    def parse(cls, start: str | None, end: str | None, zone: str | None) -> "Window":
        """Read the three texts of an Atlas schedule.

        The last second counts whole: a window to 17:00:00 ends when 17:00:01 begins. A side at the end of the calendar
        is open.
        Raises BadWindow on a date or a time zone that is not one.
        """
        where = _zone(zone or "UTC")
        first, last = _moment(start, where), _moment(end, where)
        return cls(
            start=None if first is None or first < _CALENDAR[0] else first,
            end=None if last is None or last >= _CALENDAR[1] else last + _ONE_SECOND,
        )

    def holds(self, now: float) -> bool:
        after_start = self.start is None or now >= self.start
        return after_start and (self.end is None or now < self.end)


def in_schedule(windows: Iterable[Window], now: float) -> bool:
    """Whether `now` (epoch seconds) is inside any window; no windows means always."""
    windows = tuple(windows)
    return not windows or any(window.holds(now) for window in windows)


def next_edge(windows: Iterable[Window], now: float) -> float | None:
    """The first moment after `now` at which some window opens or closes, in epoch seconds."""
    edges = (edge for window in windows for edge in (window.start, window.end))
    later = [edge for edge in edges if edge is not None and edge > now]
    return min(later, default=None)


def steady(windows: Iterable[Window], now: float) -> tuple[float, float]:
    """From when and until before when, around `now`, no window opens or closes. Infinite where none ever does."""
    edges = {edge for window in windows for edge in (window.start, window.end) if edge is not None}
    since = max((edge for edge in edges if edge <= now), default=-math.inf)
    return since, min((edge for edge in edges if edge > now), default=math.inf)


@lru_cache(maxsize=4_096)
def _moment(text: str | None, where: tzinfo) -> float | None:
    # Remembered, because reading a date takes as long as all the rest of a policy.
    if not text or not text.strip():
        return None
    try:
        return datetime.strptime(text.strip(), _FORMAT).replace(tzinfo=where).timestamp()
    except ValueError as error:
        raise BadWindow(f"{text!r} is not a date of the form yyyy/MM/dd HH:mm:ss") from error


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo:
    if name.strip().upper() in {"UTC", "GMT", "Z"}:
        return UTC
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadWindow(f"{name!r} is not a time zone id such as Europe/Berlin") from error
