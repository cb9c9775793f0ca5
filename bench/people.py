"""The people of a made-up company: users, nested groups, roles and how they are held.

Everybody is a pure function of the seed and their number, so one user can be made without making the others.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from bench.sizes import Size

SEED = 20_260_101
NAMESPACE = uuid.UUID("6f1d8f0e-3c55-4d8e-9a51-b0e6b7d3a001")

POPULARITY_EXPONENT = 0.7
"""Group sizes fall like rank^-0.7: the first groups hold most of the company, the last under a hundredth of it."""

DEFAULT_ROLE = "default-roles-bench"
FIXED_ROLES = ("$admin", "$member", "$guest", "offline_access", "uma_authorization", DEFAULT_ROLE)
DEFAULT_COMPOSITES = ("$guest", "offline_access", "uma_authorization")

GROUP_CALLED_LIKE_A_USER = 7

DISABLED_SHARE = 0.005
MEMBER_SHARE, ADMIN_SHARE = 0.3, 0.01
ROLE_OF_HER_OWN_SHARE, PERSONA_ROLE_SHARE = 0.1, 0.05


@dataclass(frozen=True, slots=True)
class User:
    """`groups` and `roles` are numbers of the company's groups and roles held directly."""

    id: str
    username: str
    enabled: bool
    groups: tuple[int, ...]
    roles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """`parent` is the number of another group; `roles` are the numbers of the roles its members hold."""

    id: str
    name: str
    parent: int | None
    roles: tuple[int, ...]


def guid(kind: str, number: int) -> str:
    """The guid of an entity: the same in every run."""
    return str(uuid.uuid5(NAMESPACE, f"{kind}:{number}"))


def rng(kind: str, number: int = 0) -> Random:
    """A source of choices of its own for each entity."""
    return Random(f"{SEED}:{kind}:{number}")


def popularity(groups: int) -> list[float]:
    """Cumulative weights of the groups by rank, for `Random.choices`."""
    return list(accumulate((rank + 1) ** -POPULARITY_EXPONENT for rank in range(groups)))


class People:
    """Everybody of one company."""

    def __init__(self, size: Size, persona_roles: tuple[str, ...]) -> None:
        self.size = size
        ordinary = tuple(f"role-{number:03d}" for number in range(size.roles))
        self.roles = (*ordinary, *FIXED_ROLES, *persona_roles)
        self._number = {name: number for number, name in enumerate(self.roles)}
        self._persona_roles = range(len(self.roles) - len(persona_roles), len(self.roles))
        self.groups = tuple(self._group(number) for number in range(size.groups))
        self.composites = tuple(self._composites())
        self._popularity = popularity(size.groups)

    def role_id(self, number: int) -> str:
        return guid("role", number)

    def users(self) -> Iterator[User]:
        """All of them, one at a time."""
        return map(self.user, range(self.size.users))

    def user(self, number: int) -> User:
        choice = rng("user", number)
        return User(
            id=guid("user", number),
            username=username(number),
            enabled=choice.random() >= DISABLED_SHARE,
            groups=self._memberships(choice),
            roles=tuple(self._direct_roles(choice)),
        )

    def named(self, name: str) -> User:
        """Whoever has this username."""
        return self.user(int(name.rpartition("-")[2]))

    def sample(self, count: int, kind: str = "sample") -> list[User]:
        """`count` enabled users, none twice, the same in every run."""
        order = rng(kind).sample(range(self.size.users), self.size.users)
        enabled = (user for user in map(self.user, order) if user.enabled)
        return [user for user, _ in zip(enabled, range(count), strict=False)]

    def _memberships(self, choice: Random) -> tuple[int, ...]:
        wanted = self.size.groups_per_user
        chosen: dict[int, None] = {}
        while len(chosen) < wanted:
            ranks = choice.choices(range(self.size.groups), cum_weights=self._popularity, k=wanted)
            chosen.update(dict.fromkeys(ranks))
        return tuple(sorted(list(chosen)[:wanted]))

    def _direct_roles(self, choice: Random) -> Iterator[int]:
        yield self._number[DEFAULT_ROLE]
        rank = choice.random()
        if rank < ADMIN_SHARE + MEMBER_SHARE:
            yield self._number["$admin" if rank < ADMIN_SHARE else "$member"]
        if choice.random() < ROLE_OF_HER_OWN_SHARE:
            yield choice.randrange(self.size.roles)
        if choice.random() < PERSONA_ROLE_SHARE:
            yield choice.choice(self._persona_roles)

    def _group(self, number: int) -> Group:
        """Groups come in tens: the first is a root, the next two are inside it, the fourth inside the third."""
        place = number % 10
        parent = {1: number - 1, 2: number - 2, 3: number - 1}.get(place)
        roles = [number // 3 % self.size.roles] if number % 3 == 0 else []
        if number % 40 == 5:
            roles.append(self._persona_roles[number // 40 % len(self._persona_roles)])
        return Group(guid("group", number), group_name(number), parent, tuple(roles))

    def _composites(self) -> Iterator[tuple[int, int]]:
        for name in DEFAULT_COMPOSITES:
            yield self._number[DEFAULT_ROLE], self._number[name]
        for number in range(0, self.size.roles - 2, 5):
            yield number, number + 1
            yield number + 1, number + 2
        yield 2, 0  # a cycle, which Keycloak permits


def username(number: int) -> str:
    return f"user-{number:06d}"


def group_name(number: int) -> str:
    """One group is called like a user."""
    return username(number) if number == GROUP_CALLED_LIKE_A_USER else f"team-{number:04d}"
