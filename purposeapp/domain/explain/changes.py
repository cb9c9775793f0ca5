"""Making changes to a case, to see what it would decide then. Nothing is written anywhere."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from purposeapp.domain.explain.case import Case
from purposeapp.domain.explain.model import Change, Op
from purposeapp.domain.model import Person, Persona, Policy, Role
from purposeapp.domain.realm import Member, Realm
from purposeapp.domain.roles import RoleGraph

_NO_ROLES: Mapping[str, Role] = {}


def changed(case: Case, changes: Iterable[Change], realm: Realm | None = None) -> Case:
    """The case as it is after the changes. What gives somebody a group or a role needs the realm: what comes with it."""
    for change in changes:
        case = _changed(case, change, realm or Realm())
    return case


def _changed(case: Case, change: Change, realm: Realm) -> Case:
    if change.op in _OF_THE_PERSON:
        return replace(case, person=_OF_THE_PERSON[change.op](case.person, change, realm))
    match change.op:
        case Op.WAIT:
            return replace(case, now=change.moment)
        case Op.ENABLE_PURPOSE | Op.ENABLE_PERSONA:
            return replace(case, resource=replace(case.resource, enabled=True))
        case Op.ENABLE_POLICY:
            return _with_policy(case, change, lambda policy: replace(policy, enabled=True))
        case Op.DISABLE_POLICY:
            return _with_policy(case, change, lambda policy: replace(policy, enabled=False))
        case Op.NAME_USER:
            return _naming(case, change, lambda users: users | {case.person.username})
        case _:
            return _naming(case, change, lambda users: users - {case.person.username})


def _with_policy(case: Case, change: Change, edit: Callable[[Policy], Policy]) -> Case:
    policies = (edit(policy) if policy.guid == change.node.id else policy for policy in case.policies)
    return replace(case, policies=tuple(policies))


def _naming(case: Case, change: Change, edit: Callable[[frozenset[str]], frozenset[str]]) -> Case:
    """With other users in the list of a policy, or of the persona itself."""
    if isinstance(case.resource, Persona):
        return replace(case, resource=replace(case.resource, users=edit(case.resource.users)))
    return _with_policy(case, change, lambda policy: replace(policy, users=edit(policy.users)))


def _add_group(person: Person, change: Change, realm: Realm) -> Person:
    graph = _in_realm(person, realm)
    graph = replace(graph, memberships=(*graph.memberships, change.node.id))
    groups = (*person.groups, realm.groups[change.node.id])
    return _rewired(replace(person, groups=groups), graph, realm.roles)


def _add_role(person: Person, change: Change, realm: Realm) -> Person:
    graph = _in_realm(person, realm)
    graph = replace(graph, direct_roles=(*graph.direct_roles, change.node.id))
    return _rewired(person, graph, realm.roles)


def _remove_group(person: Person, change: Change, _realm: Realm) -> Person:
    graph = person.role_graph
    graph = replace(graph, memberships=_without(graph.memberships, change.node.id))
    groups = tuple(group for group in person.groups if group.id != change.node.id)
    return _rewired(replace(person, groups=groups), graph)


def _remove_role(person: Person, change: Change, _realm: Realm) -> Person:
    graph = person.role_graph
    return _rewired(person, replace(graph, direct_roles=_without(graph.direct_roles, change.node.id)))


def _remove_group_role(person: Person, change: Change, _realm: Realm) -> Person:
    graph = person.role_graph
    return _rewired(person, replace(graph, group_roles=_taken_out(graph.group_roles, change)))


def _remove_composite(person: Person, change: Change, _realm: Realm) -> Person:
    graph = person.role_graph
    return _rewired(person, replace(graph, composites=_taken_out(graph.composites, change)))


def _enable(person: Person, _change: Change, _realm: Realm) -> Person:
    return replace(person, enabled=True)


_OF_THE_PERSON: Mapping[Op, Callable[[Person, Change, Realm], Person]] = {
    Op.ADD_GROUP: _add_group,
    Op.ADD_ROLE: _add_role,
    Op.REMOVE_GROUP: _remove_group,
    Op.REMOVE_ROLE: _remove_role,
    Op.REMOVE_GROUP_ROLE: _remove_group_role,
    Op.REMOVE_COMPOSITE: _remove_composite,
    Op.ENABLE_USER: _enable,
}


def _in_realm(person: Person, realm: Realm) -> RoleGraph:
    """The person's graph with the edges of the whole realm: a directory may give only those that she can reach."""
    graph = person.role_graph
    return realm.graph(Member(person.id, person.username, groups=graph.memberships, roles=graph.direct_roles))


def _rewired(person: Person, graph: RoleGraph, others: Mapping[str, Role] = _NO_ROLES) -> Person:
    """The person with another graph and the roles that are held by it: her own, and others of the realm."""
    known = {**others, **{role.id: role for role in person.roles}}
    held = (known[id_] for id_ in graph.effective_role_ids() if id_ in known)
    roles = sorted(held, key=lambda role: (role.name, role.client, role.id))
    return replace(person, role_graph=graph, roles=tuple(roles))


def _taken_out(edges: Mapping[str, tuple[str, ...]], change: Change) -> Mapping[str, tuple[str, ...]]:
    holder = change.holder.id if change.holder else ""
    return {**edges, holder: _without(edges.get(holder, ()), change.node.id)}


def _without(ids: tuple[str, ...], id_: str) -> tuple[str, ...]:
    return tuple(each for each in ids if each != id_)
