"""A whole realm as the directory knows it: what all people share (groups, roles, edges) and, apart, each member.

A `Person` is what both together say of one user. Kept apart they are small: the structure is read once, a member is a
few ids. So a tenant of 100,000 can be kept in a cache, walked through, or turned round ("who holds this role?").
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from purposeapp.domain.model import Group, Person, Role, Subject
from purposeapp.domain.roles import Ids, RoleGraph

MEMBER_ATTRIBUTES = ("designation", "profileRole", "profileRoleOther")
"""The user attributes that are shown to anybody: all that a Member carries."""


@dataclass(frozen=True, slots=True)
class Member:
    """One user of a realm, by ids: the groups they are directly in and the roles mapped directly to them.

    `attributes` are those of MEMBER_ATTRIBUTES.
    """

    id: str
    username: str
    enabled: bool = True
    groups: Ids = ()
    roles: Ids = ()
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    may_view_any_access: bool = False

    @classmethod
    def of(cls, person: Person) -> "Member":
        graph = person.role_graph
        return cls(
            id=person.id,
            username=person.username,
            enabled=person.enabled,
            groups=tuple(group.id for group in person.groups),
            roles=graph.direct_roles,
            attributes={
                name: person.attributes[name] for name in MEMBER_ATTRIBUTES if name in person.attributes
            },
            may_view_any_access=person.may_view_any_access,
        )


@dataclass(frozen=True)
class Realm:
    """Groups and roles by id, and the edges between them. Ids that nobody knows lead nowhere.

    `groups` has every group, ancestors too; `parents` maps a group to its parent group; `composites` a role to the
    roles it contains. `default_roles` are names.
    """

    groups: Mapping[str, Group] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    group_roles: Mapping[str, Ids] = field(default_factory=dict)
    composites: Mapping[str, Ids] = field(default_factory=dict)
    default_roles: tuple[str, ...] = ()

    def knows(self, member: Member) -> bool:
        """Whether all that the member is in and has is here: otherwise one of the two is older than the other."""
        return self.groups.keys() >= set(member.groups) and self.roles.keys() >= set(member.roles)

    def person(self, member: Member) -> Person:
        """All that is known of a member, as the directory itself would answer.

        The role graph is that of the whole realm: it is shared, and only what the member's own edges reach matters.
        """
        graph = self.graph(member)
        groups = (self.groups[id_] for id_ in graph.memberships)
        roles = (self.roles[id_] for id_ in graph.effective_role_ids() if id_ in self.roles)
        return Person(
            id=member.id,
            username=member.username,
            enabled=member.enabled,
            groups=tuple(sorted(groups, key=lambda group: (group.path, group.id))),
            roles=tuple(sorted(roles, key=lambda role: (role.name, role.client, role.id))),
            role_graph=graph,
            default_roles=self.default_roles,
            attributes=member.attributes,
            may_view_any_access=member.may_view_any_access,
        )

    def graph(self, member: Member) -> RoleGraph:
        return RoleGraph(
            direct_roles=tuple(id_ for id_ in member.roles if id_ in self.roles),
            memberships=tuple(id_ for id_ in member.groups if id_ in self.groups),
            parents=self.parents,
            group_roles=self.group_roles,
            composites=self.composites,
            names=self._names,
        )

    def subject(self, member: Member) -> Subject:
        """What the rules look at: `person(member).subject`, for those who ask it of everybody."""
        known = [id_ for id_ in member.groups if id_ in self.groups]
        roles = set[str]().union(
            *(self.role_names_of_group(id_) for id_ in known),
            *(self.role_names_in(id_) for id_ in member.roles),
        )
        return Subject(member.username, frozenset(self.groups[id_].name for id_ in known), frozenset(roles))

    def role_names_of_group(self, group_id: str) -> frozenset[str]:
        """The names of the realm roles that membership in a group gives, its ancestors' included."""
        return self._remembered(self._by_group, group_id, RoleGraph(memberships=(group_id,)))

    def role_names_in(self, role_id: str) -> frozenset[str]:
        """The names of a realm role and of all realm roles inside it."""
        return self._remembered(self._by_role, role_id, RoleGraph(direct_roles=(role_id,)))

    def _remembered(self, known: dict[str, frozenset[str]], key: str, graph: RoleGraph) -> frozenset[str]:
        found = known.get(key)
        if found is None:
            whole = RoleGraph(
                graph.direct_roles, graph.memberships, self.parents, self.group_roles, self.composites
            )
            found = known[key] = frozenset(self._realm_role_names(whole.effective_role_ids()))
        return found

    def _realm_role_names(self, ids: Iterable[str]) -> Iterable[str]:
        return (role.name for id_ in ids if (role := self.roles.get(id_)) is not None and not role.client)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        paths = {id_: group.path for id_, group in self.groups.items()}
        return paths | {id_: role.name for id_, role in self.roles.items()}

    @cached_property
    def _by_group(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def _by_role(self) -> dict[str, frozenset[str]]:
        return {}
