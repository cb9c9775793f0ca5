"""Members in Redis, shared by all processes: never needed, never believed without reason.

Who reads an entry must know that its user has not changed since. Three things together say so:
    · every process that follows the directory records each change it hears of (FORGET), before it goes on
    · an entry is stored with the moment before it was read, and refused when its user was forgotten since (STORE)
    · a process that joins waits until another vouches for the time before, or else begins anew (era.py)
A process that could not record a change trusts nothing here until it has joined again.
"""

import logging
import random
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from redis import RedisError, ResponseError

from purposeapp.directory.cached import scripts
from purposeapp.directory.cached.breaker import Breaker
from purposeapp.directory.cached.codec import Codec
from purposeapp.directory.cached.era import Mark, Membership
from purposeapp.directory.cached.keys import Keys
from purposeapp.directory.cached.local import Forgotten, Key
from purposeapp.directory.cached.table import Table
from purposeapp.domain.realm import Member, Realm
from purposeapp.models.batches import batches
from purposeapp.redis import RedisClient, Script

log = logging.getLogger(__name__)

LIFE = 2 * 3600
"""Seconds, on average, after which an entry ends: those of ended eras, and what changed with nobody being told."""

LONGEST_LIFE = LIFE * 5 // 4

BEAT_SECONDS = 1.0
TABLES = 8
"""Other numberings of the realm that are kept, besides the present one."""

AT_ONCE = 100
"""Users of one script: while it runs, Redis does nothing else."""

FORGOTTEN = 100_000
"""Users of whom it is remembered when they were forgotten."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What Redis says: the member if it has one, and the moment to store with if it has not."""

    mark: Mark | None = None
    member: Member | None = None


NOTHING = Sighting()


class SharedMembers:
    """The members of one realm. `place` tells them from all others in the same Redis; `secret` seals them.

    No method raises: where Redis fails, there is nothing to be had.
    """

    def __init__(
        self, redis: RedisClient, *, place: bytes, secret: bytes, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis = redis
        self._place = place
        self._secret = secret
        self._clock = clock
        self._breaker = Breaker(clock=clock)
        self._keys = Keys(secret, place)
        self._membership: Membership | None = None
        self._forgotten = Forgotten(FORGOTTEN)
        self._table: tuple[Realm, Table] | None = None
        self._tables: dict[bytes, Table] = {}
        self._published: tuple[bytes, bytes, float] | None = None

    @property
    def is_trusted(self) -> bool:
        """Whether what is here may be believed now."""
        membership = self._membership
        return membership is not None and membership.is_trusted and not self._breaker.is_open

    def mark(self) -> Mark | None:
        """The present moment, to be taken before reading what is to be stored; None when nothing can be."""
        found = self._run(scripts.MARK, [self._keys.era], [])
        return Mark(found[0], int(found[1])) if found and None not in found else None

    def find(self, key: Key, realm: Realm) -> Sighting:
        """Look up one user by id or by name; members of groups and roles that the realm has not are not found."""
        membership = self._membership
        if membership is None or not self.is_trusted:
            return NOTHING
        token = membership.token
        spot = self._keys.spot(token, key)
        by_name = [self._keys.buckets(token, "id")] if key[0] == "name" else []
        found = self._run(scripts.FIND, [self._keys.era, spot.bucket], [token, spot.field, *by_name])
        if not found:
            return NOTHING
        mark, data = Mark(token, int(found[0])), found[1]
        return Sighting(mark, self._believed(key, token, data, realm) if data else None)

    def store(self, members: Sequence[Member], mark: Mark, realm: Realm) -> int:
        """Keep members that were read after `mark`. Gives how many Redis has dealt with; fewer than all when it failed."""
        table = self._table_of(realm)
        if self._breaker.is_open or not self._publish(table, mark.token):
            return 0
        done = 0
        for some in batches(members, size=AT_ONCE):
            dealt_with = self._store(some, mark, table)
            done += dealt_with
            if dealt_with < len(some):
                break
        return done

    def _store(self, members: Sequence[Member], mark: Mark, table: Table) -> int:
        codec = self._codec(mark.token)
        keys, arguments = [self._keys.era, self._keys.forgotten], [mark.token, mark.tick, LONGEST_LIFE]
        unknown = 0
        for member in members:
            data = codec.encode(member, table, mark.tick)
            if data is None:
                unknown += 1
                continue
            entry = self._keys.spot(mark.token, ("id", member.id))
            name = self._keys.spot(mark.token, ("name", member.username))
            life = random.randint(LIFE * 3 // 4, LONGEST_LIFE)  # noqa: S311 (so that not all end at once)
            keys += (entry.bucket, name.bucket)
            arguments += (entry.field, name.field, life, data)
        return unknown + int(self._run(scripts.STORE, keys, arguments) or 0)

    def forget(self, user_ids: Iterable[str]) -> None:
        """These users changed: what is here of them goes, and nothing older comes back."""
        membership = self._membership
        if membership is None:
            return
        token = membership.token
        for some in batches(list(user_ids), size=AT_ONCE):
            spots = [self._keys.spot(token, ("id", user_id)) for user_id in some]
            keys = [self._keys.era, self._keys.forgotten, *(spot.bucket for spot in spots)]
            fields = (spot.field for spot in spots)
            tick = self._run(scripts.FORGET, keys, [token, FORGOTTEN, *fields])
            if not tick:
                self._membership = None
                return
            self._forgotten.add(some, at=int(tick))

    def forget_everything(self) -> None:
        """Anybody may have changed: a new era begins."""
        membership = self._membership
        if membership is not None:
            self._join(ending=membership.token)

    def beat(self, as_of: float) -> None:
        """Say that all changes until `as_of` (of the clock) were given to `forget`, and hear what others say.

        To be called every now and then by who follows the directory; asks Redis once in BEAT_SECONDS.
        """
        membership, now = self._membership, self._clock()
        if membership is None:
            self._join()
        elif membership.waits_in_vain(now):
            self._join(ending=membership.token)
        elif now - membership.seen_at >= BEAT_SECONDS:
            self._hear(membership, as_of)

    def _hear(self, membership: Membership, as_of: float) -> None:
        arguments = [membership.token, membership.can_vouch_for(as_of)]
        found = self._run(scripts.BEAT, [self._keys.era], arguments)
        if found is None:
            return
        if not found:
            self._join()
        elif not membership.heard(int(found[0]), int(found[1]), self._clock()):
            self._join(ending=membership.token)

    def _join(self, *, ending: bytes = b"") -> None:
        self._membership = None
        found = self._run(
            scripts.JOIN, [self._keys.era, self._keys.forgotten], [secrets.token_bytes(8), ending]
        )
        if found:
            token, tick, vouched = found
            # Ticks begin anew with an era.
            self._forgotten = Forgotten(FORGOTTEN)
            self._membership = Membership.begin(token, int(tick), int(vouched), self._clock())

    def _believed(self, key: Key, token: bytes, data: bytes, realm: Realm) -> Member | None:
        decoded = self._codec(token).decode(data, lambda fingerprint: self._find_table(fingerprint, realm))
        if decoded is None:
            return None
        member, tick = decoded
        kind, name = key
        is_asked = name == (member.id if kind == "id" else member.username)
        is_outdated = self._forgotten.since(tick, member.id)
        return member if is_asked and realm.knows(member) and not is_outdated else None

    def _table_of(self, realm: Realm) -> Table:
        held = self._table
        if held is None or held[0] is not realm:
            held = self._table = (realm, Table.of(realm))
        return held[1]

    def _find_table(self, fingerprint: bytes, realm: Realm) -> Table | None:
        current = self._table_of(realm)
        known = current if current.fingerprint == fingerprint else self._tables.get(fingerprint)
        if known is not None:
            return known
        packed = self._command("GET", self._keys.table(fingerprint))
        table = Table.unpack(packed, fingerprint) if isinstance(packed, bytes) else None
        if table is not None:
            self._tables = {fingerprint: table, **dict(list(self._tables.items())[: TABLES - 1])}
        return table

    def _publish(self, table: Table, token: bytes) -> bool:
        """Put the table where other processes find it, some of which may know the realm as it was or will be."""
        published, now = self._published, self._clock()
        if published and published[:2] == (token, table.fingerprint) and now - published[2] < LIFE:
            return True
        key = self._keys.table(table.fingerprint)
        if self._command("SET", key, table.pack(), "EX", 2 * LIFE) is None:
            return False
        self._published = (token, table.fingerprint, now)
        return True

    def _codec(self, token: bytes) -> Codec:
        return Codec(self._secret, self._place + token)

    def _run(self, script: Script, keys: list[bytes], arguments: list[Any]) -> Any:
        """What a script gives; None when Redis fails."""
        return self._answer(lambda: script.run(self._redis, keys, arguments))

    def _command(self, *words: Any) -> Any:
        return self._answer(lambda: self._redis.execute_command(*words))

    def _answer(self, ask: Callable[[], Any]) -> Any:
        if self._breaker.is_open:
            return None
        try:
            answer = ask()
        except RedisError as error:
            self._failed(error)
            return None
        self._breaker.succeeded()
        return answer

    def _failed(self, error: RedisError) -> None:
        # One that refuses (it is full, or a replica) has answered at once: no reason to ask it no more.
        if not isinstance(error, ResponseError):
            self._breaker.failed()
        log.warning("the shared directory cache does not answer: %s", type(error).__name__)
