"""Everybody of a tenant, counted once and kept for a while: for questions that are about all of them.

Counting reads the whole directory, some seconds for 100,000 people. So a population may be older than other answers:
as old as counting it took, times REST, so that a directory is read at most that share of the time. Where counting
is quick, that is next to nothing; where changes of the directory are followed, so it is too. Whoever needs more says `anew`.
"""

import logging
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Lock, Timer

from purposeapp.directory.base import Directory
from purposeapp.discovery.audits import Audit, Audits
from purposeapp.discovery.turns import turn
from purposeapp.domain.errors import AccessError, DirectoryUnavailable
from purposeapp.domain.phrase import Phrase
from purposeapp.domain.population import Population
from purposeapp.domain.realm import Member
from purposeapp.policyindex.base import PolicyIndex

log = logging.getLogger(__name__)

CHUNK = 5_000
"""Members read at once: more of them take memory, fewer make the directory sort all names more often."""

REST = 10
"""A population is good for so many times as long as it took to count."""

YOUNGEST, OLDEST = 2.0, 60.0
"""Seconds for which a population is good at least and at most."""

QUICK = 0.25
"""Seconds of counting for which a caller waits rather than be told what was counted before."""

PATIENCE = 15.0
"""Seconds to wait for somebody else's count: of 100,000 people it takes some six on an idle machine."""

LATEST = 60
"""Seconds after which whoever did not wait for a count is told to ask again, at most."""

MANY = 500
"""More users told at once than these, and everybody is counted anew rather than each of them looked up."""

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
    audits: Audits = field(default_factory=Audits, compare=False, repr=False)

    def audit(self, policies: PolicyIndex, *, now: float) -> Audit:
        """What is true of all of them under these policies, as it was worked out before if nothing has changed."""
        return self.audits.audit(policies, self.population, now=now)

    @property
    def good_for(self) -> float:
        return min(max(YOUNGEST, REST * self.took), OLDEST)


class Everybody:
    """Keeps the population of one directory. Threads share it.

    Where somebody follows the directory's changes and tells them here (`forget`, `confirm`), a population is kept up to
    date user by user. `background` runs a piece of work that nobody waits for.
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
        self._began = self._took = 0.0
        self._used = 0.0
        self._watched = False
        self._telling = Lock()
        self._told = 0
        self._forgotten: dict[str, int] = {}
        self._void_until = -math.inf
        self._confirmed = -math.inf

    def counted(self, *, anew: bool = False) -> Counted:
        """Everybody as they are, or as they were a while ago; with `anew` as they are after this call.

        One count runs at a time and whoever needs one waits for it. Raises DirectoryUnavailable.
        """
        self._used = asked = self._clock()
        confirmed = self._confirmed  # before what was told until then is looked at
        held = None if anew else self._up_to_date()
        if held is None:
            return self._count_since(asked)
        age = asked - max(held.began, confirmed)
        if age <= held.good_for:
            return held
        if held.took <= QUICK or age > 2 * held.good_for:
            return self._count_since(asked - held.good_for)
        self._renew(asked)
        return held

    # --- what a follower of the directory tells ---

    def forget(self, user_ids: Iterable[str]) -> None:
        """These users may be others now."""
        with self._telling:
            self._told += 1
            self._forgotten.update(dict.fromkeys(user_ids, self._told))

    def forget_structure(self) -> None:
        """Groups, roles or edges between them may be."""
        self.forget_everything()

    def forget_everything(self) -> None:
        """Anybody may be another."""
        self._void_until = self._clock()

    def confirm(self, as_of: float) -> None:
        """All changes until this moment of the clock have been told."""
        self._confirmed = max(self._confirmed, as_of)

    # --- counting ---

    def _up_to_date(self) -> Counted | None:
        """What is held, with what was told since; None where it takes a count."""
        if self._forgotten:
            with self._turn():
                self._read_the_forgotten()
        held = self._held
        return held if held is not None and held.began > self._void_until else None

    def _read_the_forgotten(self) -> None:
        pending = self._pending()
        if self._held is not None and len(pending) <= MANY:
            people = {user_id: self._directory.by_id(user_id) for user_id in pending}
            members = [Member.of(person) for person in people.values() if person is not None]
            gone = [user_id for user_id, person in people.items() if person is None]
            population = self._held.population.updated(members, gone)
            if not all(map(population.realm.knows, members)):
                population = population.rewired(self._directory.realm())
            self._held = Counted(_made(population), self._held.began, self._held.as_of, self._held.took)
        else:
            self._held = None
        self._settled(pending)

    def _turn(self) -> AbstractContextManager[None]:
        return turn(self._counting, patience=PATIENCE, busy=self._busy)

    def _busy(self) -> DirectoryUnavailable:
        """To be asked again when the count is done: after what the last one took, or as long again as this one has taken."""
        so_far = self._clock() - self._began
        left = self._took - so_far if self._took > so_far else so_far
        return DirectoryUnavailable(
            Phrase("The people of this tenant are being counted; try again"),
            retry_after=min(max(1, math.ceil(left)), LATEST),
        )

    def _pending(self) -> Mapping[str, int]:
        with self._telling:
            return dict(self._forgotten)

    def _settled(self, pending: Mapping[str, int]) -> None:
        """These have been read again since they were told; not so who was told once more meanwhile."""
        with self._telling:
            for user_id, told in pending.items():
                if self._forgotten.get(user_id) == told:
                    del self._forgotten[user_id]

    def _count_since(self, moment: float) -> Counted:
        """A population whose count began at `moment` or later, perhaps by somebody who was waited for."""
        with self._turn():
            if self._held is None or self._held.began < moment:
                pending = self._pending()
                self._held = self._count()
                self._settled(pending)
                self._watch()
            return self._held

    def _count(self) -> Counted:
        self._began = began = self._clock()
        as_of = time.time()
        population = _made(Population.of(self._directory.realm(), _members(self._directory)))
        self._took = self._clock() - began
        return Counted(population, began, as_of, self._took)

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


def _made(population: Population) -> Population:
    """With its bitmaps by name made already, so that nobody's question pays for them."""
    len(population.groups), len(population.roles)
    return population


def _members(directory: Directory) -> Iterator[Member]:
    after = ""
    while members := directory.members(after, limit=CHUNK):
        yield from members
        if len(members) < CHUNK:
            return
        after = members[-1].username
