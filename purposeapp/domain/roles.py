"""Effective roles: which roles a user holds, and every way by which each is held.

A directory hands over the *edges* it found (user → role, user → group → ancestor group → role, role → role);
this module closes them. Edges keep the data linear in the realm's size, where listing every path in SQL would
grow with the product of composites. Composite roles may form cycles: a way never visits a role twice.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

Ids = tuple[str, ...]

MAX_PATHS = 200
"""Ways shown for one role. Dense composites have astronomically many; who needs more than these has other problems."""

STEPS_PER_PATH = 20
"""How long a search may take for each way that is wanted."""


@dataclass(frozen=True, slots=True)
class Step:
    """One stop on the way from a user to a role. `kind` is `group` or `role`; a group's `name` is its path."""

    kind: str
    id: str
    name: str


Way = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways to one role, shortest first; `complete` is false where there may be more of them."""

    items: tuple[Way, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class RoleGraph:
    """The edges from one user to roles, by id.

    `memberships` are the groups the user is directly in, `parents` maps a group to its parent group,
    `composites` maps a role to the roles it contains. `names` has a role's name and a group's path.
    """

    direct_roles: Ids = ()
    memberships: Ids = ()
    parents: Mapping[str, str] = field(default_factory=dict)
    group_roles: Mapping[str, Ids] = field(default_factory=dict)
    composites: Mapping[str, Ids] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def effective_role_ids(self) -> frozenset[str]:
        """Every role held: direct, of the groups, of their ancestors, and all that those contain, to any depth."""
        todo = list(self.direct_roles)
        for group in self._groups_with_ancestors():
            todo.extend(self.group_roles.get(group, ()))
        held: set[str] = set()
        while todo:
            role = todo.pop()
            if role not in held:
                held.add(role)
                todo.extend(self.composites.get(role, ()))
        return frozenset(held)

    def paths_to(self, role_id: str, *, limit: int = MAX_PATHS) -> tuple[Way, ...]:
        """As `ways_to`, for those who need not know whether there are more."""
        return self.ways_to(role_id, limit=limit).items

    def ways_to(self, role_id: str, *, limit: int = MAX_PATHS) -> Ways:
        """The simple ways to a role, shortest first, then by name, at most `limit`; none when it is not held.

        A way reads from the user outwards: groups from the one the user is in up to the ancestor that
        carries the role, then roles from the one granted down to the one asked for.
        In dense cycles the search gives up after a while: then some longer ways are missing, never the shortest.
        """
        # Best first (A*): a way's whole length is at least its own plus the distance that is left, so complete ways
        # come out in the order of their length; of equals the longer one goes first, which keeps the queue short. Names
        # decide the rest, so that the order in which a directory lists its edges never shows.
        left = self._distances_to(role_id)
        order = count()
        queue: list[tuple[int, int, tuple[str, ...], int, Way]] = []
        found: list[Way] = []

        def wait(way: Way) -> None:
            if way[-1].id in left:
                heappush(queue, (len(way) + left[way[-1].id], -len(way), _names(way), next(order), way))

        for way in self._entries():
            wait(way)
        for _ in range(limit * STEPS_PER_PATH + len(left)):
            if not queue or len(found) == limit:
                break
            way = heappop(queue)[-1]
            if way[-1].id == role_id:
                found.append(way)
            else:
                for longer in self._extend(way):
                    wait(longer)
        return Ways(tuple(sorted(found, key=lambda way: (len(way), _names(way)))), complete=not queue)

    def _entries(self) -> Iterator[Way]:
        for role in self.direct_roles:
            yield (self._role(role),)
        for group in self.memberships:
            climb: Way = ()
            for ancestor in self._lineage(group):
                climb = (*climb, Step("group", ancestor, self.names.get(ancestor, ancestor)))
                for role in self.group_roles.get(ancestor, ()):
                    yield (*climb, self._role(role))

    def _extend(self, way: Way) -> Iterator[Way]:
        been = {step.id for step in way}
        for child in self.composites.get(way[-1].id, ()):
            if child not in been:
                yield (*way, self._role(child))

    def _role(self, role_id: str) -> Step:
        return Step("role", role_id, self.names.get(role_id, role_id))

    def _distances_to(self, role_id: str) -> Mapping[str, int]:
        """How many composites lie between a role and `role_id`, for every role that leads there."""
        containers: dict[str, list[str]] = {}
        for parent, children in self.composites.items():
            for child in children:
                containers.setdefault(child, []).append(parent)
        distances, todo = {role_id: 0}, deque([role_id])
        while todo:
            role = todo.popleft()
            for parent in containers.get(role, ()):
                if parent not in distances:
                    distances[parent] = distances[role] + 1
                    todo.append(parent)
        return distances

    def _groups_with_ancestors(self) -> Iterable[str]:
        seen: dict[str, None] = {}
        for group in self.memberships:
            current: str | None = group
            # Above a group that was seen, all has been: most people's groups share their ancestors.
            while current and current not in seen:
                seen[current] = None
                current = self.parents.get(current)
        return seen

    def _lineage(self, group: str) -> Iterator[str]:
        """A group, its parent, and so on to the root; a broken table with a loop ends where it began."""
        seen: set[str] = set()
        current: str | None = group
        while current and current not in seen:
            seen.add(current)
            yield current
            current = self.parents.get(current)


def _names(way: Way) -> tuple[str, ...]:
    return tuple(step.name for step in way)
