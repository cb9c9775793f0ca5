"""What each kind of change does to a draft. Each takes the draft, the change as it was sent and its place, and raises Wrong."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from purposeapp.discovery.simulation import fields, policies
from purposeapp.discovery.simulation.draft import Draft, Edge
from purposeapp.discovery.simulation.fields import Given, Wrong
from purposeapp.domain.model import Group

Operation = Callable[[Draft, Given, int], None]


def add_group(draft: Draft, given: Given, place: int) -> None:
    name, ordinal = fields.text(given, "name"), _user(draft, given)
    found = draft.groups_called(name)
    if not found:
        note = _("the directory knows no group %(name)s: taken for a new one without roles")
        draft.notes[place].append(note % {"name": repr(name)})
        found = [draft.new_group(name)]
    _set(draft, ("group", _only(found, name).id, ordinal), place, present=True)


def add_role(draft: Draft, given: Given, place: int) -> None:
    name, ordinal = fields.text(given, "name"), _user(draft, given)
    found = draft.roles_called(name)
    if not found:
        note = _("the directory knows no role %(name)s: taken for a new one")
        draft.notes[place].append(note % {"name": repr(name)})
        found = [draft.new_role(name)]
    _set(draft, ("role", found[0].id, ordinal), place, present=True)


def remove_group(draft: Draft, given: Given, place: int) -> None:
    """Out of every group of that name: policies cannot tell them apart."""
    name, ordinal = fields.text(given, "name"), _user(draft, given)
    edges: list[Edge] = [("group", group.id, ordinal) for group in draft.groups_called(name)]
    note = _("nothing changes: %(user)s is not directly in group %(name)s")
    _take_away(draft, edges, place, note % {"user": repr(given["username"]), "name": repr(name)})


def remove_role(draft: Draft, given: Given, place: int) -> None:
    name, ordinal = fields.text(given, "name"), _user(draft, given)
    edges: list[Edge] = [("role", role.id, ordinal) for role in draft.roles_called(name)]
    note = _("nothing changes: %(user)s does not directly hold role %(name)s")
    _take_away(draft, edges, place, note % {"user": repr(given["username"]), "name": repr(name)})


def put_policy(draft: Draft, given: Given, place: int) -> None:
    policy = fields.an_object(given.get("policy"), "policy")
    if policies.is_document(policy):
        policies.document(policy, draft)
    else:
        draft.put_policy(policies.flat_policy(policy, draft, new_guid=f"new policy {place}"))


def put_policies(draft: Draft, given: Given, place: int) -> None:
    others = policies.documents(given.get("documents"), draft)
    if others:
        note = ngettext(
            "%(count)d document is neither a purpose nor a policy of a purpose: left out",
            "%(count)d documents are neither purposes nor policies of purposes: left out",
            others,
        )
        draft.notes[place].append(note % {"count": others})


def name_user(draft: Draft, given: Given, _place: int) -> None:
    _name(draft, given, lambda users, name: users | {name})


def unname_user(draft: Draft, given: Given, _place: int) -> None:
    _name(draft, given, lambda users, name: users - {name})


def delete_policy(draft: Draft, given: Given, _place: int) -> None:
    draft.delete(_policy(draft, given))


def enable_policy(draft: Draft, given: Given, _place: int) -> None:
    _switch_policy(draft, given, enabled=True)


def disable_policy(draft: Draft, given: Given, _place: int) -> None:
    _switch_policy(draft, given, enabled=False)


def enable_purpose(draft: Draft, given: Given, _place: int) -> None:
    _switch_purpose(draft, given, enabled=True)


def disable_purpose(draft: Draft, given: Given, _place: int) -> None:
    _switch_purpose(draft, given, enabled=False)


OPERATIONS: Mapping[str, Operation] = {
    each.__name__: each
    for each in (
        add_group, remove_group, add_role, remove_role,
        put_policy, put_policies, name_user, unname_user, delete_policy, enable_policy, disable_policy,
        enable_purpose, disable_purpose,
    )
}  # fmt: skip
"""By the `op` that names it."""


def _user(draft: Draft, given: Given) -> int:
    username = fields.text(given, "username")
    ordinal = draft.state.population.usernames.find(username.lower())
    if ordinal is None:
        raise Wrong("username", _("the directory knows no user %(name)s") % {"name": repr(username)})
    return ordinal


def _only(groups: list[Group], name: str) -> Group:
    exact = [group for group in groups if group.path == name] or groups
    if len(exact) > 1:
        paths = ", ".join(sorted(group.path for group in exact))
        wrong = _("several groups are called %(name)s; give a path: %(paths)s")
        raise Wrong("name", wrong % {"name": repr(name), "paths": paths})
    return exact[0]


def _set(draft: Draft, edge: Edge, place: int, *, present: bool) -> None:
    if draft.has(edge) is present:
        draft.notes[place].append(_("nothing changes: it is so already"))
    draft.edges[edge] = present


def _take_away(draft: Draft, edges: list[Edge], place: int, otherwise: str) -> None:
    held = [edge for edge in edges if draft.has(edge)]
    if not held:
        draft.notes[place].append(otherwise)
    draft.edges.update(dict.fromkeys(held, False))


def _policy(draft: Draft, given: Given) -> str:
    guid = fields.text(given, "guid")
    if not draft.rows_of(guid):
        raise Wrong("guid", _("there is no policy of guid %(guid)s") % {"guid": repr(guid)})
    return guid


def _name(draft: Draft, given: Given, edit: Callable[[frozenset[str], str], frozenset[str]]) -> None:
    """Another list of users for a policy, with or without the one given."""
    name = draft.state.population.usernames[_user(draft, given)]
    rows = draft.rows_of(_policy(draft, given))
    draft.put_policy(replace(row, users=edit(row.users, name)) for row in rows)


def _switch_policy(draft: Draft, given: Given, *, enabled: bool) -> None:
    draft.put_policy(replace(row, enabled=enabled) for row in draft.rows_of(_policy(draft, given)))


def _switch_purpose(draft: Draft, given: Given, *, enabled: bool) -> None:
    guid = fields.text(given, "guid")
    purpose = draft.purpose(guid)
    if purpose is None:
        raise Wrong("guid", _("there is no purpose of guid %(guid)s") % {"guid": repr(guid)})
    draft.put_purpose(replace(purpose, enabled=enabled))
