"""A directory in memory: for tests, examples and scenario files."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from purposeapp.domain.finding import Found, user_found
from purposeapp.domain.model import Group, Person
from purposeapp.domain.realm import Member, Realm
from purposeapp.domain.roles import RoleGraph

Value = TypeVar("Value")


class MemoryDirectory:
    def __init__(self, people: Iterable[Person] = ()) -> None:
        people = tuple(people)
        self._by_id = {person.id: person for person in people}
        self._by_username = {person.username: person for person in people}

    def by_username(self, username: str) -> Person | None:
        return self._by_username.get(username.lower())

    def by_id(self, user_id: str) -> Person | None:
        return self._by_id.get(user_id)

    def peek_by_id(self, user_id: str) -> Person | None:
        return self.by_id(user_id)

    def realm(self) -> Realm:
        graphs = [person.role_graph for person in self._by_id.values()]
        return Realm(
            groups={id_: _ancestor(graph, id_) for graph in graphs for id_ in graph.parents.values()}
            | {group.id: group for person in self._by_id.values() for group in person.groups},
            roles={role.id: role for person in self._by_id.values() for role in person.roles},
            parents=_merged(graph.parents for graph in graphs),
            group_roles=_merged(graph.group_roles for graph in graphs),
            composites=_merged(graph.composites for graph in graphs),
            default_roles=next((person.default_roles for person in self._by_id.values()), ()),
        )

    def member_by_username(self, username: str) -> Member | None:
        person = self.by_username(username)
        return None if person is None else Member.of(person)

    def member_by_id(self, user_id: str) -> Member | None:
        person = self.by_id(user_id)
        return None if person is None else Member.of(person)

    def members(self, after: str = "", *, limit: int) -> Sequence[Member]:
        names = sorted(name for name in self._by_username if name > after)
        return [Member.of(self._by_username[name]) for name in names[:limit]]

    def count(self) -> int:
        return len(self._by_username)

    def search(self, prefix: str, *, limit: int) -> Sequence[Found]:
        lowered = prefix.lower()
        people = sorted(
            (person for name, person in self._by_username.items() if name.startswith(lowered)),
            key=lambda person: person.username,
        )
        return [user_found(each.username, None, None, None, enabled=each.enabled) for each in people[:limit]]

    def check(self) -> str:
        return f"{len(self._by_id)} people in memory"


def _ancestor(graph: RoleGraph, group_id: str) -> Group:
    path = graph.names.get(group_id, f"/{group_id}")
    return Group(group_id, path.rpartition("/")[2], path)


def _merged(mappings: Iterable[Mapping[str, Value]]) -> dict[str, Value]:
    return {key: value for mapping in mappings for key, value in mapping.items()}
