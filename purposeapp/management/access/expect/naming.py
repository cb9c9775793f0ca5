"""What the names in a test mean: guids of things, ordinals of people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyroaring import FrozenBitMap

from purposeapp.discovery.decisions import Resource
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.model import Group, Match, Via
from purposeapp.domain.population import Population
from purposeapp.domain.snapshot.seen import union
from purposeapp.management.access.expect.model import People, Way, Written
from purposeapp.management.access.expect.nodes import Mistake
from purposeapp.management.access.names import Names, did_you_mean


@dataclass(frozen=True)
class Meaning:
    """The names of one tenant. Every lookup raises Mistake, with the line, for what nobody is called."""

    things: Mapping[Resource, Names]
    population: Population

    def guid(self, kind: Resource, name: Written) -> str:
        try:
            return self.things[kind].guid(name.text)
        except InvalidRequest as error:
            raise Mistake(name.line, str(error)) from None

    def people(self, people: People) -> FrozenBitMap:
        if people.all:
            return self.population.everybody
        return union(
            [
                *(FrozenBitMap([self.user(name)]) for name in people.users),
                *map(self._group, people.groups),
                *map(self._role, people.roles),
            ]
        )

    def user(self, name: Written) -> int:
        usernames = self.population.usernames
        ordinal = usernames.find(name.text.lower())
        if ordinal is None:
            raise _unknown("user", name, usernames)
        return ordinal

    def names_on(self, way: Way) -> frozenset[str] | None:
        """The names by which policies know the group or role of a way; None where any will do."""
        if way.name is None:
            return None
        if way.via is Via.GROUP:
            return frozenset(group.name for group in self._groups(way.name))
        return frozenset({self._role_name(way.name)})

    def leads(self, way: Way, match: Match) -> bool:
        """Whether a match is of the way that is wanted."""
        names = self.names_on(way)
        return match.via is way.via and (names is None or match.name in names)

    def _group(self, name: Written) -> FrozenBitMap:
        """Those directly in it: policies look at nothing else."""
        in_group = self.population.in_group
        return union([in_group[group.id] for group in self._groups(name) if group.id in in_group])

    def _role(self, name: Written) -> FrozenBitMap:
        """Those who hold it, however they come by it."""
        return union(
            [self.population.roles[role] for role in {self._role_name(name)} & self.population.roles.keys()]
        )

    def _groups(self, name: Written) -> list[Group]:
        """By name, or the one of that path."""
        groups = self.population.realm.groups.values()
        found = [group for group in groups if name.text in (group.name, group.path)]
        if not found:
            raise _unknown("group", name, (known for group in groups for known in (group.name, group.path)))
        return found

    def _role_name(self, name: Written) -> str:
        known = {role.name for role in self.population.realm.roles.values() if not role.client}
        if name.text not in known:
            raise _unknown("role", name, known)
        return name.text


def _unknown(kind: str, name: Written, known: Iterable[str]) -> Mistake:
    return Mistake(name.line, f"the directory knows no {kind} {name.text!r}{did_you_mean(name.text, known)}")
