"""What two sources had when, and which answers that allows: a reader may be a little behind each, and no more.

    truth = Truth(documents, ana)
    truth.policies.becomes(Oracle(changed), lambda: write(changed))
    assert truth.allows(look(ask))

States overlap while one is written: a reader may see either. The rules are those of `tests.oracle`.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from threading import Event, Thread
from typing import Any, Generic, TypeVar

import httpx

from purposeapp.events import MAX_AGE
from tests.oracle import Oracle

State = TypeVar("State")


@dataclass(frozen=True)
class Somebody:
    """Whom the directory knows under the name that is asked about."""

    username: str
    groups: frozenset[str] = frozenset()
    enabled: bool = True


@dataclass
class _Spell(Generic[State]):
    """A state, from the first moment at which it could be seen to the last one (monotonic clock)."""

    state: State
    since: float
    until: float = float("inf")


class Source(Generic[State]):
    def __init__(self, state: State) -> None:
        self._spells = [_Spell(state, float("-inf"))]

    @property
    def now(self) -> State:
        return self._spells[-1].state

    def becomes(self, state: State, write: Callable[[], object]) -> None:
        """`write` makes it so, and returns when everybody who asks the source sees it."""
        self._spells.append(_Spell(state, time.monotonic()))
        write()
        self._spells[-2].until = time.monotonic()

    def between(self, since: float, until: float) -> list[State]:
        return [each.state for each in self._spells if each.since <= until and since <= each.until]


@dataclass(frozen=True)
class Sighting:
    """One answer: the names in it (empty unless `status` is 200), and when it was asked for and given."""

    asked_at: float
    answered_at: float
    status: int
    names: tuple[str, ...] = ()
    revision: str = ""
    what: str = ""


class Truth:
    """The documents of an index, and the person who asks about themselves."""

    def __init__(self, documents: Iterable[Any], somebody: Somebody) -> None:
        self.policies = Source(Oracle(documents))
        self.people = Source(somebody)

    def allows(self, seen: Sighting) -> bool:
        """Whether this was so at some moment from MAX_AGE before it was asked until it was answered."""
        return (seen.status, seen.names) in self.allowed(seen)

    def allowed(self, seen: Sighting) -> set[tuple[int, tuple[str, ...]]]:
        since = seen.asked_at - MAX_AGE
        spans = (each.between(since, seen.answered_at) for each in (self.policies, self.people))
        return {_answer(*states) for states in product(*spans)}

    def is_now(self, seen: Sighting) -> bool:
        return _answer(self.policies.now, self.people.now) == (seen.status, seen.names)


@lru_cache(maxsize=4096)
def _answer(policies: Oracle, person: Somebody) -> tuple[int, tuple[str, ...]]:
    if not person.enabled:
        return 401, ()
    found = policies.effective(person.username, person.groups, (), time.time())
    return 200, tuple(policies.purposes[guid]["name"] for guid in found)


def look(ask: Callable[[], httpx.Response], what: str = "") -> Sighting:
    """Ask once, and write down what came when."""
    asked_at = time.monotonic()
    try:
        answer = ask()
    except httpx.TransportError as error:
        return Sighting(asked_at, time.monotonic(), 0, what=f"{what} {type(error).__name__}")
    answered_at = time.monotonic()
    names = tuple(each["name"] for each in answer.json()["purposes"]) if answer.status_code == 200 else ()
    revision = answer.headers.get("X-Access-Revision", "")
    return Sighting(asked_at, answered_at, answer.status_code, names, revision, what)


@dataclass
class Watcher:
    """Asks again and again in a thread of its own, while the block lasts."""

    asks: Iterable[tuple[str, Callable[[], httpx.Response]]]
    pause: float = 0.02
    seen: list[Sighting] = field(default_factory=list)

    def __enter__(self) -> "Watcher":
        self._ended = Event()
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join(30)

    def _watch(self) -> None:
        while not self._ended.is_set():
            for what, ask in self.asks:
                self.seen.append(look(ask, what))
            self._ended.wait(self.pause)
