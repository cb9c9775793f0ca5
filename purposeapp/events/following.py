"""Following one source: poll after poll, each settled before the next begins."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock

from django.db import close_old_connections

from purposeapp.domain.errors import Unavailable
from purposeapp.domain.revision import following
from purposeapp.events.status import SourceStatus

log = logging.getLogger(__name__)

INTERVAL = 0.3
"""Seconds between two polls."""

LONGEST_PAUSE = 2.0
"""Seconds between two polls of a source that fails, at most: after its recovery nobody waits for longer."""

CATCH_UP_SECONDS = 2.0

CLOCKS_APART = 0.1
"""Seconds by which two processes may differ about the time."""

_A_MILLISECOND = 0.001

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class News:
    """What a poll brought. `settle` puts it into the answers of this process; it may raise Unavailable.

    `as_of` as in PolicyChanges; None where the source cannot tell of all its changes.
    """

    as_of: float | None
    is_new: bool
    settle: Callable[[], None]
    warning: str = ""


Poll = Callable[[bool], News]
"""Asks what is new since the last call. True: the source itself must be asked, from now on. Raises Unavailable."""


class Following:
    """One source of one tenant. Threads share it.

    A change is numbered by `wall_clock` (epoch seconds) when it has been seen, and before it is in any answer. So whoever
    polled the source later than that, by the same clock, has it too: this is how processes compare (`reaches`).
    """

    def __init__(
        self,
        name: str,
        poll: Poll,
        *,
        max_age: float,
        clock: Clock = time.monotonic,
        wall_clock: Clock = time.time,
    ) -> None:
        self._name = name
        self._poll = poll
        self._max_age = max_age
        self._clock = clock
        self._wall_clock = wall_clock
        self._polling = Lock()
        self._numbering = Lock()
        self._wake = Event()
        self._as_of: float | None = None
        self._number = 0
        self._failures = 0
        self._error = ""
        self._warning = ""

    def number(self) -> int:
        """Not smaller than that of any change in an answer given now, nor than any number given before.

        While nothing fresh is held, the source itself answers, with whatever has happened until now.
        """
        if self._age() > self._max_age:
            with self._numbering:
                self._number = self.present()
        return self._number

    def present(self) -> int:
        """The number of a change that happens now; not smaller than any given before."""
        return self._next_number(self._number - 1)

    def reaches(self, number: int) -> bool:
        """Whether answers of this process have every change that any process gave this number or a smaller one."""
        age = self._age()
        polled_at = self._wall_clock() - age - CLOCKS_APART
        return age <= self._max_age and polled_at * 1000 >= number

    def step(self, *, at_source: bool = False) -> None:
        """Poll once. Raises Unavailable."""
        with self._polling:
            self._step(at_source)

    def catch_up(self) -> None:
        """Return when what could be seen at the source before the call is in the answers. Raises Unavailable.

        Whoever waits while another one polls shares its outcome, if that poll began late enough.
        """
        called_at = self._clock()
        if not self._polling.acquire(timeout=CATCH_UP_SECONDS):
            raise Unavailable(
                f"{self._name} cannot be caught up with in time; try again, or ask for full consistency"
            )
        try:
            if self._as_of is None or self._as_of < called_at:
                self._step(True)
        finally:
            self._polling.release()

    def run(self, goes_on: Callable[[], bool]) -> None:
        """Poll again and again, as long as `goes_on`."""
        while goes_on():
            self._wake.clear()
            self._wake.wait(self._turn())

    def wake(self) -> None:
        """There may be something new: do not wait for the next turn."""
        self._wake.set()

    def status(self, *, is_leading: bool = False) -> SourceStatus:
        age = self._age()
        return SourceStatus(
            self._number, age if age <= self._max_age else None, is_leading, self._error, self._warning
        )

    def _turn(self) -> float:
        """One poll; gives the seconds to wait until the next."""
        try:
            self.step()
        except Unavailable as error:
            self._failed(str(error))
        except Exception:
            # A thread that ends with an error would be missed by nobody; one that goes on is seen to fail.
            if not self._failures:
                log.exception("following failed", extra={"source": self._name})
            self._failed("an error of this service; see the log")
        finally:
            close_old_connections()
        return min(LONGEST_PAUSE, INTERVAL * 2.0 ** min(self._failures, 10))

    def _step(self, at_source: bool) -> None:
        news = self._poll(at_source)
        if news.is_new:
            with self._numbering:
                self._number = self._next_number(self._number)
        news.settle()
        self._as_of = _later(self._as_of, news.as_of)
        self._succeeded(news.warning)

    def _next_number(self, last: int) -> int:
        # The millisecond is rounded up: nothing that was seen in it may count as seen before it.
        return following(last, now=self._wall_clock() + _A_MILLISECOND)

    def _age(self) -> float:
        as_of = self._as_of
        return float("inf") if as_of is None else self._clock() - as_of

    def _failed(self, error: str) -> None:
        if not self._failures:
            log.warning("cannot follow %s: %s", self._name, error)
        self._failures += 1
        self._error = error

    def _succeeded(self, warning: str) -> None:
        if self._failures:
            log.warning("following %s again", self._name)
        if warning and warning != self._warning:
            log.warning("%s: %s", self._name, warning)
        self._failures, self._error, self._warning = 0, "", warning


def _later(before: float | None, now: float | None) -> float | None:
    return now if before is None or now is None else max(before, now)
