"""What a person could be given and wait for: the material of suggestions, looked up once for one case."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from purposeapp.domain.explain.case import Case
from purposeapp.domain.explain.model import Change, Kind, Node, Op
from purposeapp.domain.explain.paths import group_node
from purposeapp.domain.model import PUBLIC_GROUP, Group, Persona, Policy
from purposeapp.domain.realm import Realm

MAX_NAMED = 25
"""Groups and roles of one policy that are tried: enough to choose from."""

MAX_MOMENTS = 24
"""Schedule edges that are tried, the next ones."""

ByName = Mapping[str, Sequence[Change]]


@dataclass(frozen=True, slots=True)
class Means:
    """`joins` and `holds` are the changes that bring a group or a role of a name; there are none for names of nothing.

    A role is held directly, or by joining a group that carries it; what brings it over further edges brings it along with
    more, so it is left to people to think of. `moments` are the next ones at which a schedule of the case begins or ends.
    `complete` is false where some were left out.
    """

    joins: ByName
    holds: ByName
    moments: tuple[float, ...]
    complete: bool

    @classmethod
    def of(cls, case: Case, realm: Realm) -> "Means":
        naming = (case.resource,) if isinstance(case.resource, Persona) else case.policies
        joins = _joins(set[str]().union(*map(_groups_named_by, naming)), realm)
        holds = _holds(set[str]().union(*map(_roles_named_by, naming)), realm)
        moments = _moments(case)
        whole = cls(joins, holds, moments[:MAX_MOMENTS], complete=True)
        complete = len(moments) <= MAX_MOMENTS and all(whole.knows_all_of(each) for each in naming)
        return replace(whole, complete=complete)

    def to_be_named(self, naming: Policy | Persona) -> tuple[Change, ...]:
        """The ways to be named by a policy or persona through a group or a role."""
        return tuple(islice(self._naming(naming), MAX_NAMED))

    def knows_all_of(self, naming: Policy | Persona) -> bool:
        """Whether `to_be_named` leaves none out."""
        return next(islice(self._naming(naming), MAX_NAMED, None), None) is None

    def _naming(self, naming: Policy | Persona) -> Iterator[Change]:
        for name in sorted(_groups_named_by(naming)):
            yield from self.joins.get(name, ())
        for name in sorted(_roles_named_by(naming)):
            yield from self.holds.get(name, ())


def _groups_named_by(naming: Policy | Persona) -> frozenset[str]:
    """The groups that one has to join to be named: `public` names everybody, except in a persona."""
    return naming.groups if isinstance(naming, Persona) else naming.groups - {PUBLIC_GROUP}


def _roles_named_by(naming: Policy | Persona) -> frozenset[str]:
    return frozenset({naming.role_name}) if isinstance(naming, Persona) else naming.roles


def _joins(names: set[str], realm: Realm) -> ByName:
    found = defaultdict[str, list[Change]](list)
    for group in realm.groups.values():
        if group.name in names:
            found[group.name].append(_join(group))
    return {name: sorted(changes, key=lambda change: change.order) for name, changes in found.items()}


def _holds(names: set[str], realm: Realm) -> ByName:
    named = {role.id: role for role in realm.roles.values() if role.name in names and not role.client}
    found = {role.name: [Change(Op.ADD_ROLE, Node(Kind.ROLE, id_, role.name))] for id_, role in named.items()}
    carriers = realm.group_roles.items() if named else ()
    for group_id, carried in carriers:
        for id_ in named.keys() & carried:
            if group_id in realm.groups:
                found[named[id_].name].append(_join(realm.groups[group_id]))
    return {name: sorted(changes, key=lambda change: change.order) for name, changes in found.items()}


def _join(group: Group) -> Change:
    return Change(Op.ADD_GROUP, group_node(group))


def _moments(case: Case) -> tuple[float, ...]:
    windows = (window for policy in case.policies for window in policy.schedule)
    edges = {edge for window in windows for edge in (window.start, window.end) if edge is not None}
    return tuple(sorted(edge for edge in edges if edge > case.now))
