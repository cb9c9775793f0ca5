"""The changes made so far, on top of a state that stays as it is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from purposeapp.domain.difference import State
from purposeapp.domain.model import Group, Policy, Purpose, Role
from purposeapp.domain.population import Population
from purposeapp.domain.snapshot import Change

Edge = tuple[Literal["group", "role"], str, int]
"""That a user (an ordinal) is directly in a group, or directly holds a role, by its id."""


@dataclass
class Draft:
    """Later changes see the earlier ones. `notes` say what had no effect or was taken for something new, by change."""

    state: State
    purposes: dict[str, Purpose] = field(default_factory=dict)
    policies: dict[str, list[Policy]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    edges: dict[Edge, bool] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    notes: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    # --- what there is ---

    def purpose(self, guid: str) -> Purpose | None:
        if guid in self.deleted:
            return None
        return self.purposes.get(guid) or self.state.purpose(guid)

    def rows_of(self, policy: str) -> list[Policy]:
        """The rows of a policy by its guid, one for each purpose it belongs to; none when there is no such policy."""
        if policy in self.deleted:
            return []
        return self.policies.get(policy) or self.state.snapshot.families.rows_of(policy)

    def has(self, edge: Edge) -> bool:
        kind, id_, ordinal = edge
        population = self.state.population
        held = (population.in_group if kind == "group" else population.with_role).get(id_, ())
        return self.edges.get(edge, ordinal in held)

    def groups_called(self, name: str) -> list[Group]:
        """The groups of that name or path."""
        return self._groups_called.get(name, [])

    def roles_called(self, name: str) -> list[Role]:
        """The realm roles of that name."""
        return self._roles_called.get(name, [])

    @cached_property
    def _groups_called(self) -> dict[str, list[Group]]:
        found: dict[str, list[Group]] = defaultdict(list)
        for group in self.state.population.realm.groups.values():
            for name in {group.name, group.path}:
                found[name].append(group)
        return found

    @cached_property
    def _roles_called(self) -> dict[str, list[Role]]:
        found: dict[str, list[Role]] = defaultdict(list)
        for role in self.state.population.realm.roles.values():
            if not role.client:
                found[role.name].append(role)
        return found

    # --- changing it ---

    def new_group(self, name: str) -> Group:
        """A root group that gives no roles."""
        group = Group(f"new group {name}", name, f"/{name}")
        self.groups[group.id] = group
        self._groups_called[name] = [group]
        return group

    def new_role(self, name: str) -> Role:
        role = Role(f"new role {name}", name)
        self.roles[role.id] = role
        self._roles_called[name] = [role]
        return role

    def put_policy(self, rows: Iterable[Policy]) -> None:
        """All rows of one or more policies, instead of what was there."""
        by_guid: dict[str, list[Policy]] = defaultdict(list)
        for row in rows:
            by_guid[row.guid].append(row)
        self.policies |= by_guid
        self.deleted -= by_guid.keys()

    def put_purpose(self, purpose: Purpose) -> None:
        self.purposes[purpose.guid] = purpose
        self.deleted.discard(purpose.guid)

    def delete(self, guid: str) -> None:
        self.deleted.add(guid)
        self.policies.pop(guid, None)
        self.purposes.pop(guid, None)

    # --- what comes of it ---

    def result(self) -> State:
        """The state with all the changes made."""
        change = Change(
            purposes=list(self.purposes.values()),
            policies=[row for rows in self.policies.values() for row in rows],
            deleted=frozenset(self.deleted),
        )
        untouched = not (change.purposes or change.policies or change.deleted)
        snapshot = self.state.snapshot if untouched else self.state.snapshot.updated(change)
        return State(snapshot, self._population())

    def _population(self) -> Population:
        population = self.state.population
        if not self.edges:
            return population
        realm = population.realm
        if self.groups or self.roles:
            realm = replace(
                realm, groups={**realm.groups, **self.groups}, roles={**realm.roles, **self.roles}
            )
        return population.rewired(
            realm,
            joined=self._marks("group", present=True),
            left=self._marks("group", present=False),
            granted=self._marks("role", present=True),
            withdrawn=self._marks("role", present=False),
        )

    def _marks(self, kind: str, *, present: bool) -> Mapping[str, list[int]]:
        marks: dict[str, list[int]] = defaultdict(list)
        for (of_kind, id_, ordinal), is_present in self.edges.items():
            if of_kind == kind and is_present is present:
                marks[id_].append(ordinal)
        return marks
