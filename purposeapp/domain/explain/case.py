"""One case to decide, and the decision: the very functions that make the listings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from purposeapp.domain.model import Group, Match, Mode, Person, Persona, Policy, Purpose, Subject
from purposeapp.domain.resolve import ChainsOf, judge, no_chains, resolve_personas
from purposeapp.domain.roles import Ways

Granted = tuple[Policy | None, Match]
"""By which policy (a persona has none) and by which match something is given."""


@dataclass(frozen=True)
class Case:
    """A person, a purpose with its own policies or a persona, and a moment (epoch seconds): all that decides."""

    person: Person
    resource: Purpose | Persona
    policies: tuple[Policy, ...] = ()
    now: float = 0.0

    @cached_property
    def subject(self) -> Subject:
        return self.person.subject

    @cached_property
    def groups_by_name(self) -> Mapping[str, Sequence[Group]]:
        """The groups the person is directly in. Names repeat, paths do not."""
        found = defaultdict[str, list[Group]](list)
        for group in sorted(self.person.groups, key=lambda group: (group.path, group.id)):
            found[group.name].append(group)
        return found

    def ways_to_role(self, name: str, limit: int) -> Ways:
        """The ways by which the person holds a realm role, shortest first."""
        if (name, limit) not in self._ways:
            graph = self.person.role_graph
            found = [
                graph.ways_to(role.id, limit=limit) for role in self.person.realm_roles if role.name == name
            ]
            items = tuple(way for ways in found for way in ways.items)
            self._ways[name, limit] = Ways(items, all(ways.complete for ways in found))
        return self._ways[name, limit]

    @cached_property
    def _ways(self) -> dict[tuple[str, int], Ways]:
        return {}

    def visible(self, mode: Mode = Mode.EFFECTIVE) -> bool:
        return bool(self.granted(mode))

    def granted(self, mode: Mode = Mode.EFFECTIVE, chains_of: ChainsOf = no_chains) -> tuple[Granted, ...]:
        """Each policy and match that gives access. Somebody disabled has nothing in effective mode."""
        if mode is Mode.EFFECTIVE and not self.person.enabled:
            return ()
        if isinstance(self.resource, Persona):
            grants = resolve_personas((self.resource,), self.subject, mode=mode, chains_of=chains_of)
            return tuple((None, match) for grant in grants for match in grant.matches)
        _, reasons = judge(
            self.resource, self.policies, self.subject, mode=mode, now=self.now, chains_of=chains_of
        )
        return tuple((reason.policy, reason.match) for reason in reasons if reason.counts)
