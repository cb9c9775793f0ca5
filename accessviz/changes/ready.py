"""Changes that other pages suggest, as the simulation takes them."""

from collections.abc import Iterable
from typing import Any

from accessviz.links import to_simulation
from purposeapp.discovery.simulation import OPERATIONS
from purposeapp.domain.explain import Change, Kind, Op
from purposeapp.domain.model import Policy, Purpose

_OF_USERS = frozenset({Op.ADD_GROUP, Op.REMOVE_GROUP, Op.ADD_ROLE, Op.REMOVE_ROLE})
_OF_LISTS = frozenset({Op.NAME_USER, Op.UNNAME_USER})


def switching(thing: Policy | Purpose) -> dict[str, Any]:
    """To disable it, or to enable it where it is disabled."""
    kind = "policy" if isinstance(thing, Policy) else "purpose"
    return {"op": f"{'disable' if thing.enabled else 'enable'}_{kind}", "guid": thing.guid}


def to_try(changes: Iterable[Change], username: str) -> str:
    """The address where these changes of an explanation are tried out; blank where the simulation knows not all of them."""
    changes = tuple(changes)
    if not changes or not all(map(_is_known, changes)):
        return ""
    return to_simulation(*(_change(each, username) for each in changes))


def _is_known(change: Change) -> bool:
    return change.op in OPERATIONS and change.node.kind is not Kind.PERSONA


def _change(change: Change, username: str) -> dict[str, Any]:
    if change.op in _OF_USERS:
        return {"op": change.op.value, "username": username, "name": change.node.name}
    if change.op in _OF_LISTS:
        return {"op": change.op.value, "username": username, "guid": change.node.id}
    return {"op": change.op.value, "guid": change.node.id}
