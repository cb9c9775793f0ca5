"""Who sees what, worked out a second time and user by user: for some of the purposes, before and after a change to each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from bench.access.changes import Change, disabled, made, opened
from bench.baselines import PAGE
from bench.entities import Document
from bench.oracle import EFFECTIVE, LISTED, Oracle
from bench.people import User, guid, rng
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
        found = cls()
        for username in usernames:
            found.add(username)
        return found


@dataclass(frozen=True, slots=True)
class Purpose:
    """What is true of one purpose: who sees it in each mode, about whom the modes disagree, and who would gain and lose
    it by `change`, in effective mode."""

    guid: str
    enabled: bool
    change: Change
    listed: Users = field(default_factory=Users)
    effective: Users = field(default_factory=Users)
    differing: Users = field(default_factory=Users)
    gained: Users = field(default_factory=Users)
    lost: Users = field(default_factory=Users)

    def in_mode(self, mode: str) -> Users:
        return self.listed if mode == LISTED else self.effective

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
    """The truth about some of the purposes and all users of a company."""

    def __init__(self, world: World, count: int) -> None:
        self._roles, self._now = Roles(world.people), datetime.now(UTC)
        numbers = _chosen(world, count)
        changes = _changes(world, numbers)
        self._before = Oracle(_about(world, changes))
        self._after = Oracle(made(_about(world, changes), changes.values()))
        self._purposes = {
            each: Purpose(each, self._before.purposes[each]["isAccessControlEnabled"], change)
            for each, change in changes.items()
        }
        for user in counted(world.people.users(), "users asked about by the oracle", world.size.users):
            self._learn(user)

    @property
    def purposes(self) -> list[Purpose]:
        return list(self._purposes.values())

    def sees(self, user: User, mode: str) -> set[str]:
        """Which of the purposes, by guid."""
        return self._seen(self._before, user, mode)

    def _learn(self, user: User) -> None:
        listed, effective = self.sees(user, LISTED), self.sees(user, EFFECTIVE)
        afterwards = self._seen(self._after, user, EFFECTIVE)
        for each in listed | effective | afterwards:
            self._purposes[each].learn(
                user.username,
                listed=each in listed,
                effective=each in effective,
                afterwards=each in afterwards,
            )

    def _seen(self, oracle: Oracle, user: User, mode: str) -> set[str]:
        """Somebody disabled sees nothing in effective mode: that is no concern of the oracle's."""
        if mode == EFFECTIVE and not user.enabled:
            return set()
        return set(oracle.answer(self._roles.who(user), mode, self._now))


def _chosen(world: World, count: int) -> list[int]:
    """Numbers of live purposes: one that is public, then others."""
    oracle = Oracle(each for each in world.documents() if each["__typeName"] == "Purpose")
    live = [number for number in range(world.size.purposes) if guid("Purpose", number) in oracle.purposes]
    public = [number for number in live if number in world.public]
    others = rng("chosen purposes").sample(live, min(count, len(live)))
    return list(dict.fromkeys([*public[:1], *others]))[:count]


def _changes(world: World, numbers: Iterable[int]) -> dict[str, Change]:
    """By guid of the purpose: every other one loses a policy if it has a suitable one, the rest are opened."""
    suitable = {
        link["endGuid"]: policy
        for policy in world.documents()
        if _opens(policy)
        for link in policy.get("relationshipList") or ()
        if link["status"] == "ACTIVE"
    }
    found = {}
    for place, number in enumerate(numbers):
        policy = suitable.get(guid("Purpose", number))
        found[guid("Purpose", number)] = disabled(policy) if policy and place % 2 else opened(world, number)
    return found


def _opens(policy: Document) -> bool:
    kind = (policy["__typeName"], policy["__state"], policy.get("policyCategory"), policy.get("policyType"))
    return kind == ("AuthPolicy", "ACTIVE", "purpose", "allow")


def _about(world: World, guids: Iterable[str]) -> Iterator[Document]:
    """The documents without other purposes: an oracle then knows no others."""
    kept = set(guids)
    return (each for each in world.documents() if each["__typeName"] != "Purpose" or each["__guid"] in kept)
