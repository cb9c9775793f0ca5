"""Keeping people for all processes, beside those who are answered."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from threading import Lock
from time import sleep

from purposeapp.directory.cached.era import Mark
from purposeapp.directory.cached.renewals import Background
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.domain.realm import Member

GATHERED_FOR = 0.05
"""Seconds in which members gather: a hundred take hardly longer to store than one."""

MOST = 1_000
"""Members that wait at most. What finds no room is not kept: whoever asks for it elsewhere asks the source."""

Store = Callable[[Sequence[Member], Mark], object]


class Keeping:
    """Members on their way to `store`, which one thread at a time does, begun with `run` when there are some."""

    def __init__(self, run: Background, store: Store) -> None:
        self._run = run
        self._store = store
        self._lock = Lock()
        self._waiting: list[tuple[Member, Mark]] = []
        self._is_running = False

    def add(self, member: Member, mark: Mark) -> None:
        """A member that was read after `mark`. Returns at once, and never raises."""
        with self._lock:
            if len(self._waiting) >= MOST:
                return
            self._waiting.append((member, mark))
            if self._is_running:
                return
            self._is_running = True
        try:
            self._run(self._keep)
        except RuntimeError:  # no thread to be had
            self._is_running = False

    def _keep(self) -> None:
        try:
            while gathered := self._gathered():
                for members, mark in _together(gathered):
                    # What is not kept is no worse than what was not asked for.
                    with suppress(DirectoryUnavailable):
                        self._store(members, mark)
        except BaseException:
            self._is_running = False
            raise

    def _gathered(self) -> list[tuple[Member, Mark]]:
        sleep(GATHERED_FOR)
        with self._lock:
            gathered, self._waiting = self._waiting, []
            # In one step with taking none: who adds one from now on begins anew.
            self._is_running = bool(gathered)
        return gathered


def _together(gathered: Sequence[tuple[Member, Mark]]) -> Iterator[tuple[list[Member], Mark]]:
    """The members of each era with the first of their marks: all were read after that one."""
    for token in {mark.token for _, mark in gathered}:
        of_era = [(member, mark.tick) for member, mark in gathered if mark.token == token]
        yield [member for member, _ in of_era], Mark(token, min(tick for _, tick in of_era))
