"""Which groups and roles a user has, worked out a second time (see oracle.py)."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from bench.people import DEFAULT_COMPOSITES, Group, User


class Who(NamedTuple):
    """A user as policies see them."""

    username: str
    groups: frozenset[str]
    roles: frozenset[str]


class Held(Protocol):
    """Groups, names of roles, and pairs of an outer and an inner role; by their numbers, as in `People`."""

    @property
    def groups(self) -> tuple[Group, ...]: ...

    @property
    def roles(self) -> tuple[str, ...]: ...

    @property
    def composites(self) -> tuple[tuple[int, int], ...]: ...


class Roles:
    """Who holds which roles: direct, by group, by the groups above it, and by composites."""

    def __init__(self, people: Held) -> None:
        self._people = people
        self._inside: dict[int, set[int]] = defaultdict(set)
        for outer, inner in people.composites:
            self._inside[outer].add(inner)

    def who(self, user: User) -> Who:
        groups = frozenset(self._people.groups[each].name for each in user.groups)
        return Who(user.username, groups, frozenset(self._people.roles[each] for each in self._held(user)))

    def whoami(self, user: User) -> dict[str, Any]:
        """What `whoami` must say of the user, the parts that depend on who she is."""
        who = self.who(user)
        rank = [name for name in ("$admin", "$member", "$guest") if name in who.roles]
        return {
            "userId": user.id,
            "username": user.username,
            "groups": sorted(who.groups),
            "roles": sorted(who.roles),
            "workspaceRole": rank[0],
            "defaultRoles": sorted(DEFAULT_COMPOSITES),
        }

    def _held(self, user: User) -> set[int]:
        open_, held = [*user.roles, *self._by_groups(user)], set[int]()
        while open_:
            role = open_.pop()
            if role not in held:
                held.add(role)
                open_ += self._inside[role]
        return held

    def _by_groups(self, user: User) -> Iterator[int]:
        for number in user.groups:
            group: int | None = number
            while group is not None:
                yield from self._people.groups[group].roles
                group = self._people.groups[group].parent
