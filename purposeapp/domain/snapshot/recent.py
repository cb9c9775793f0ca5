"""What subjects saw a moment ago: the same people ask again and again while nothing changes."""

from threading import Lock

from purposeapp.domain.model import Mode, Subject
from purposeapp.domain.snapshot.seen import Seen

MOST = 2_048
"""Answers of one snapshot, at a few KiB each."""


class Recent:
    """Of one snapshot, so that only time changes what somebody sees. Threads may share it."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._seen: dict[tuple[Subject, Mode], tuple[Seen, float]] = {}
        self._storing = Lock()

    def at(self, subject: Subject, mode: Mode, now: float) -> Seen | None:
        """What was found at an earlier moment, while no schedule has begun or ended since."""
        seen, since = self._seen.get((subject, mode), (None, now))
        if seen is None or now < since:
            return None
        return seen if seen.valid_until is None or now < seen.valid_until else None

    def keep(self, subject: Subject, mode: Mode, seen: Seen, now: float) -> Seen:
        """Gives `seen` back, and will give it again."""
        key = (subject, mode)
        with self._storing:
            self._seen.pop(key, None)
            if len(self._seen) >= self._most:
                del self._seen[next(iter(self._seen))]
            self._seen[key] = seen, now
        return seen
