"""Everybody of a tenant, counted once and kept for a while: for questions that are about all of them.

Counting reads the whole directory, some seconds for 100,000 people. So a population may be older than other answers:
as old as counting it took, times REST, so that a directory is read at most that share of the time. Where counting
is quick, that is next to nothing. Whoever needs more says `anew`.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock, Timer

from purposeapp.directory.base import Directory
from purposeapp.domain.errors import AccessError
from purposeapp.domain.population import Population
from purposeapp.domain.realm import Member

log = logging.getLogger(__name__)

CHUNK = 2_000
"""Members read at once."""

REST = 10
"""A population is good for so many times as long as it took to count."""

YOUNGEST, OLDEST = 2.0, 60.0
"""Seconds for which a population is good at least and at most."""

QUICK = 0.25
"""Seconds of counting for which a caller waits rather than be told what was counted before."""

IDLE = 600.0
"""Seconds after which a population that nobody asks for is dropped."""

Work = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Counted:
    """A population, with the moments of the kept clock and of the wall clock at which counting it began."""

    population: Population
    began: float
    as_of: float
    took: float

    @property
    def good_for(self) -> float:
        return min(max(YOUNGEST, REST * self.took), OLDEST)


class Everybody:
    """Keeps the population of one directory. Threads share it.

    `background` runs a piece of work that nobody waits for.
    """

    def __init__(
        self,
        directory: Directory,
        *,
        background: Callable[[Work], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._directory = directory
        self._background = background
        self._clock = clock
        self._held: Counted | None = None
        self._counting = Lock()
        self._used = 0.0
        self._watched = False

    def counted(self, *, anew: bool = False) -> Counted:
        """Everybody as they are, or as they were a while ago; with `anew` as they are after this call.

        One count runs at a time and whoever needs one waits for it. Raises DirectoryUnavailable.
        """
        self._used = asked = self._clock()
        held = self._held
        if anew or held is None:
            return self._count_since(asked)
        age = asked - held.began
        if age <= held.good_for:
            return held
        if held.took <= QUICK or age > 2 * held.good_for:
            return self._count_since(asked - held.good_for)
        self._renew(asked)
        return held

    def _count_since(self, moment: float) -> Counted:
        """A population whose count began at `moment` or later, perhaps by somebody who was waited for."""
        with self._counting:
            if self._held is None or self._held.began < moment:
                self._held = self._count()
                self._watch()
            return self._held

    def _count(self) -> Counted:
        began, as_of = self._clock(), time.time()
        population = Population.of(self._directory.realm(), _members(self._directory))
        # Made here, so that nobody's question pays for them.
        len(population.groups), len(population.roles)
        return Counted(population, began, as_of, self._clock() - began)

    def _renew(self, asked: float) -> None:
        if not self._counting.locked():
            self._background(lambda: self._try_to_count(asked))

    def _try_to_count(self, moment: float) -> None:
        try:
            self._count_since(moment)
        except AccessError as error:
            # The next caller who cannot do with the old one is told.
            log.warning("could not count the people of a tenant", exc_info=error)

    def _watch(self) -> None:
        if not self._watched:
            self._watched = True
            self._look_again(IDLE)

    def _look_again(self, seconds: float) -> None:
        timer = Timer(seconds, self._drop_when_idle)
        timer.daemon = True
        timer.start()

    def _drop_when_idle(self) -> None:
        idle = self._clock() - self._used
        if idle < IDLE:
            self._look_again(IDLE - idle)
            return
        with self._counting:
            self._held, self._watched = None, False


def _members(directory: Directory) -> Iterator[Member]:
    after = ""
    while members := directory.members(after, limit=CHUNK):
        yield from members
        after = members[-1].username
