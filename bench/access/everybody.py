"""Who sees what, worked out a second time and user by user: for some of the purposes, before and after a change to each."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import cycle
from typing import Any

from bench.access.changes import Change, changes
from bench.baselines import PAGE
from bench.entities import Document
from bench.oracle import EFFECTIVE, LISTED, Oracle
from bench.people import User, rng
from bench.progress import counted
from bench.who import Roles
from bench.world import World


@dataclass
class Users:
    """Users in the order of their names: how many, the first PAGE, and a digest of all."""

    total: int = 0
    first: list[str] = field(default_factory=list)
    _digest: Any = field(default_factory=sha256)

    def add(self, username: str) -> None:
        self.total += 1
        self._digest.update(f"{username}\n".encode())
        if len(self.first) < PAGE:
            self.first.append(username)

    @property
    def digest(self) -> str:
        return str(self._digest.hexdigest())

    @classmethod
    def of(cls, usernames: Iterable[str]) -> "Users":
        made = cls()
        for username in usernames:
            made.add(username)
        return made


@dataclass(frozen=True, slots=True)
class Purpose:
    """What is true of one purpose: who sees it in each mode, of how many users the modes disagree, and whom `change`
    would give it or take it from."""

    guid: str
    enabled: bool
    change: Change | None
    listed: Users = field(default_factory=Users)
    effective: Users = field(default_factory=Users)
    differing: Users = field(default_factory=Users)
    gained: Users = field(default_factory=Users)
    lost: Users = field(default_factory=Users)

    def learn(self, username: str, *, listed: bool, effective: bool, afterwards: bool) -> None:
        for users, belongs in (
            (self.listed, listed),
            (self.effective, effective),
            (self.differing, listed != effective),
            (self.gained, afterwards and not effective),
            (self.lost, effective and not afterwards),
        ):
            if belongs:
                users.add(username)


class Everybody:
    """The truth about `count` purposes, the public ones first, and all users of a company."""

    def __init__(self, world: World, count: int) -> None:
        self._roles, self._now = Roles(world.people), datetime.now(UTC)
        documents = _about(world, count)
        guids = [each["__guid"] for each in documents if each["__typeName"] == "Purpose"]
        planned = dict(zip(guids, changes(guids, documents), strict=True))
        self._before = Oracle(documents)
        self._after = Oracle(_changed(documents, planned.values()))
        self.purposes = [
            Purpose(guid, self._before.purposes[guid]["isAccessControlEnabled"], change)
            for guid, change in planned.items()
        ]
        for user in counted(world.people.users(), "users counted", world.size.users):
            self._count(user)

    @property
    def most_seen(self) -> Purpose:
        return max(self.purposes, key=lambda each: each.effective.total)

    def sees(self, user: User, mode: str) -> set[str]:
        """Which of the purposes; somebody disabled sees nothing in effective mode."""
        return self._seen(self._before, user, mode)

    def _count(self, user: User) -> None:
        listed, effective = (self.sees(user, mode) for mode in (LISTED, EFFECTIVE))
        afterwards = self._seen(self._after, user, EFFECTIVE)
        for purpose in self.purposes:
            guid = purpose.guid
            purpose.learn(
                user.username,
                listed=guid in listed,
                effective=guid in effective,
                afterwards=guid in afterwards,
            )

    def _seen(self, oracle: Oracle, user: User, mode: str) -> set[str]:
        if mode == EFFECTIVE and not user.enabled:
            return set()
        return set(oracle.answer(self._roles.who(user), mode, self._now))
