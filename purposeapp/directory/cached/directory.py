"""The directory port on what was asked of another one before."""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from threading import Lock

import orjson

from purposeapp.directory.base import Directory
from purposeapp.directory.cached.era import Mark
from purposeapp.directory.cached.flights import Flights
from purposeapp.directory.cached.keeping import Keeping
from purposeapp.directory.cached.local import Forgotten, Held, Key, Nobodies, People
from purposeapp.directory.cached.renewals import Background, Renewals
from purposeapp.directory.cached.shared import FORGOTTEN, SharedMembers
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.domain.finding import Found
from purposeapp.domain.model import Person
from purposeapp.domain.realm import Member, Realm
from purposeapp.redis import RedisClient

NOBODY_SECONDS = 2.0
"""How long nobody is nobody, whatever is known of changes."""

HELD_SECONDS = 900.0
"""How long, on average, a person is held here at most: the source may know of changes of which nobody is told."""

RENEWED_AFTER = 0.5
"""The part of `max_age` after which people are read anew before they must be, where nobody confirms them."""

LONGEST = 255
"""Characters of a question that is remembered; no directory has longer names or ids."""

Clock = Callable[[], float]


@dataclass(slots=True)
class Counters:
    """Questions about one user since the start, by where the answer was found; those who waited for the same are one.

    `renewed` are those that were put to the source ahead of time, with nobody waiting.
    """

    in_process: int = 0
    in_redis: int = 0
    missed: int = 0
    renewed: int = 0

    def add(self, other: "Counters") -> None:
        self.in_process += other.in_process
        self.in_redis += other.in_redis
        self.missed += other.missed
        self.renewed += other.renewed

    @property
    def hit_ratio(self) -> float:
        """From 0 to 1; 1 when nothing was asked."""
        asked = self.in_process + self.in_redis + self.missed
        return (self.in_process + self.in_redis) / asked if asked else 1.0


class CachedDirectory:
    """Wraps `source`: asks it once for each person, and again only when that is needed to be at most `max_age` seconds
    behind it.

    People are held in this process (the `size` last used ones), members in Redis, where one is given, for all processes.
    They serve as long as somebody who follows the source's changes says so: `forget`, `forget_structure` and
    `forget_everything` name what changed, `confirm` until when that was all. Without a recent `confirm` Redis is not asked,
    and people serve for `max_age` from when they were read; those who are asked for in the second half of it are read anew
    meanwhile, where there is a `background` for it. Redis is told of them there, too.

    `place` names tenant and realm; `secret` keeps anybody who can write to Redis from inventing people.
    What a person carries is what a Member does: of the attributes, MEMBER_ATTRIBUTES.
    """

    def __init__(
        self,
        source: Directory,
        *,
        place: Sequence[str],
        secret: str,
        redis: RedisClient | None = None,
        background: Background | None = None,
        max_age: float = 2.0,
        size: int = 10_000,
        clock: Clock = time.monotonic,
    ) -> None:
        self.source = source
        self._max_age = max_age
        self._clock = clock
        self._shared = _shared(redis, place, secret, clock)
        self._counters = Counters()
        self._lock = Lock()
        self._people = People(size)
        self._nobodies = Nobodies(size // 10)
        self._structure: tuple[Realm, float] | None = None
        self._forgotten = Forgotten(FORGOTTEN)
        self._structures_forgotten = 0
        self._confirmed = float("-inf")
        self._flights: Flights[Person | None] = Flights()
        self._renewals = background and Renewals(background)
        self._keeping = background and Keeping(background, self.store)
        self._structure_flights: Flights[Realm] = Flights()

    def by_username(self, username: str) -> Person | None:
        return self._ask(("name", username.lower()))

    def by_id(self, user_id: str) -> Person | None:
        return self._ask(("id", user_id))

    def peek_by_id(self, user_id: str) -> Person | None:
        held = self._held(("id", user_id))
        return None if held is None else held.person

    def realm(self) -> Realm:
        structure = self._structure
        if structure is not None and self._is_fresh(structure[1]):
            return structure[0]
        return self._structure_flights.share("structure", self._read_structure)

    def member_by_username(self, username: str) -> Member | None:
        return self.source.member_by_username(username)

    def member_by_id(self, user_id: str) -> Member | None:
        return self.source.member_by_id(user_id)

    def members(self, after: str = "", *, limit: int) -> Sequence[Member]:
        return self.source.members(after, limit=limit)

    def count(self) -> int:
        return self.source.count()

    def search(self, prefix: str, *, limit: int) -> Sequence[Found]:
        return self.source.search(prefix, limit=limit)

    def check(self) -> str:
        return self.source.check()

    def forget(self, user_ids: Iterable[str]) -> None:
        """These users changed. Whoever asks from now on is not answered from what was read before."""
        user_ids = tuple(user_ids)
        if self._shared is not None:
            # First there, then here: what is read there meanwhile was read before, and is not held here.
            self._shared.forget(user_ids)
        with self._lock:
            self._forgotten.add(user_ids)
            for user_id in user_ids:
                self._people.drop(user_id)
            self._nobodies.clear()
        self._flights.detach()

    def forget_structure(self) -> None:
        """Groups, roles or edges between them changed. Who is a member of what stays."""
        with self._lock:
            self._forget_here()

    def forget_everything(self) -> None:
        """Anything may have changed."""
        if self._shared is not None:
            self._shared.forget_everything()
        with self._lock:
            self._forget_here()

    def confirm(self, as_of: float) -> None:
        """All changes that could be seen in the source until `as_of`, a moment of the clock, have been told to `forget…`."""
        with self._lock:
            self._confirmed = max(self._confirmed, as_of)
        if self._shared is not None:
            self._shared.beat(as_of)

    def mark(self) -> Mark | None:
        """The present moment, for `store`. None when Redis fails, or nobody follows the directory's changes."""
        return self._shared.mark() if self._shared is not None else None

    def store(self, members: Sequence[Member], mark: Mark | None, realm: Realm | None = None) -> int:
        """Keep members, read from the source after `mark` was taken, in Redis; how many of them it has dealt with.

        Members who changed since are left out, as are those in groups that were made since. Whoever stores by the thousand
        gives the `realm` that they read at the beginning: an older one leaves out more, and is no worse. Fewer than all are
        dealt with when Redis fails. Raises DirectoryUnavailable.
        """
        if self._shared is None or mark is None:
            return 0
        return self._shared.store(members, mark, realm or self.realm())

    @property
    def counters(self) -> Counters:
        return replace(self._counters)

    def _ask(self, key: Key) -> Person | None:
        if len(key[1]) > LONGEST:
            return self._source_answer(key)
        held = self._held(key)
        return held.person if held is not None else self._flights.share(key, lambda: self._load(key))

    def _held(self, key: Key) -> Held | None:
        with self._lock:
            held = self._people.find(key) or self._nobodies.find(key)
            if held is None or self._clock() > held.until or not self._is_fresh(held.read_at):
                return None
            self._counters.in_process += 1
        if held.person is not None and self._renewals and self._is_due(held.read_at):
            self._renew(("id", held.person.id), self._renewals)
        return held

    def _is_fresh(self, read_at: float) -> bool:
        return self._clock() - max(read_at, self._confirmed) <= self._max_age

    @property
    def _is_followed(self) -> bool:
        return self._is_fresh(float("-inf"))

    def _is_due(self, read_at: float) -> bool:
        return not self._is_followed and self._clock() - read_at > self._max_age * RENEWED_AFTER

    def _renew(self, key: Key, renewals: Renewals) -> None:
        read = partial(self._read, key, Counters(renewed=1))
        renewals.begin(key, lambda: self._flights.share(key, read))

    def _load(self, key: Key) -> Person | None:
        held = self._held(key)  # of the flight that landed just before this one began
        return held.person if held is not None else self._read(key, Counters(missed=1))

    def _read(self, key: Key, counted: Counters) -> Person | None:
        """The person as Redis or the source has them; `counted` is what it counts as if it is the source."""
        began, now, confirmed = self._forgotten.now, self._clock(), self._confirmed
        person, mark = self._from_shared(key)
        if person is not None:
            return self._hold(person, confirmed, began, Counters(in_redis=1))
        found, read_at = self._from_source(key, now)
        if found is None:
            self._hold_nobody(key, now, began, counted)
            return None
        if mark is not None:
            self._keep(Member.of(found), mark)
        return self._hold(found, read_at, began, counted)

    def _keep(self, member: Member, mark: Mark) -> None:
        """Store a member that somebody waits for: after the answer, where there is a `background`."""
        if self._keeping:
            self._keeping.add(member, mark)
            return
        # What is not kept there is no worse than what was not asked for.
        with suppress(DirectoryUnavailable):
            self.store([member], mark)

    def _from_shared(self, key: Key) -> tuple[Person | None, Mark | None]:
        """The person that Redis has, or the moment to store with what the source says."""
        if self._shared is None or not self._is_followed:
            return None, None
        try:
            realm = self.realm()
        except DirectoryUnavailable:
            return None, None
        seen = self._shared.find(key, realm)
        return (realm.person(seen.member) if seen.member else None), seen.mark

    def _from_source(self, key: Key, now: float) -> tuple[Person | None, float]:
        """The person, and since when that stands: on the structure that all share, where it serves.

        Then the source is asked for the member only, and the person takes a tenth of the memory.
        """
        structure = self._structure
        if structure is None or not self._is_fresh(structure[1]) or self._is_due(structure[1]):
            return self._source_answer(key), now
        realm, as_of = structure[0], max(structure[1], self._confirmed)
        kind, name = key
        member = self.source.member_by_id(name) if kind == "id" else self.source.member_by_username(name)
        if member is None:
            return None, now
        if not realm.knows(member):
            return self._source_answer(key), now
        return realm.person(member), min(now, as_of)

    def _source_answer(self, key: Key) -> Person | None:
        kind, name = key
        person = self.source.by_id(name) if kind == "id" else self.source.by_username(name)
        return person and replace(person, attributes=Member.of(person).attributes)

    def _hold(self, person: Person, read_at: float, began: int, counted: Counters) -> Person:
        """Hold a person, unless they were forgotten while the answer came."""
        with self._lock:
            self._counters.add(counted)
            if not self._forgotten.since(began, person.id):
                spread = random.uniform(0.75, 1.25)  # noqa: S311 (so that not all are asked for at once)
                self._people.put(person, read_at, self._clock() + HELD_SECONDS * spread)
        return person

    def _hold_nobody(self, key: Key, read_at: float, began: int, counted: Counters) -> None:
        with self._lock:
            self._counters.add(counted)
            gone = self._people.find(key)
            if gone is not None and gone.person is not None:
                self._people.drop(gone.person.id)
            if self._forgotten.now == began:
                self._nobodies.put(key, read_at, read_at + NOBODY_SECONDS)

    def _read_structure(self) -> Realm:
        began, now = self._structures_forgotten, self._clock()
        realm = self.source.realm()
        with self._lock:
            if self._structures_forgotten == began:
                self._structure = (realm, now)
        return realm

    def _forget_here(self) -> None:
        self._forgotten.add_everybody()
        self._structures_forgotten += 1
        self._structure = None
        self._people.clear()
        self._nobodies.clear()
        self._flights.detach()
        self._structure_flights.detach()


def _shared(
    redis: RedisClient | None, place: Sequence[str], secret: str, clock: Clock
) -> SharedMembers | None:
    if redis is None:
        return None
    key = blake2b(secret.encode(), digest_size=32, person=b"directory").digest()
    return SharedMembers(redis, place=orjson.dumps(list(place)), secret=key, clock=clock)
