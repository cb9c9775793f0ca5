"""Which fields each kind of change has in the form, and how they are read."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from accessviz.present import POLICY_TYPES

JSON = "json"
"""The kind of row that holds any change as it is: for those that the fields cannot show."""


@dataclass(frozen=True, slots=True)
class Input:
    """One field. `kind` is how it is shown: a kind of thing to pick, `text`, `list`, `json` or `choice`."""

    name: str
    label: Any
    kind: str = "text"
    choices: Mapping[str, Any] | None = None


_USER = Input("username", _("User"), "user")
_POLICY = Input("guid", _("Policy"), "policy")
_PURPOSE = Input("guid", _("Purpose"), "purpose")
_GROUP = Input("name", _("Group"), "group")
_ROLE = Input("name", _("Role"))
_UNCHANGED = _("as it is")

INPUTS: Mapping[str, tuple[Input, ...]] = {
    "add_group": (_USER, _GROUP),
    "remove_group": (_USER, _GROUP),
    "add_role": (_USER, _ROLE),
    "remove_role": (_USER, _ROLE),
    "put_policy": (
        Input("guid", _("Policy (blank: a new one)"), "policy"),
        Input("purpose", _("Purpose"), "purpose"),
        Input("type", _("Does"), "choice", {"": _UNCHANGED, **POLICY_TYPES}),
        Input("users", _("Users, one a line"), "list"),
        Input("groups", _("Groups, one a line"), "list"),
        Input("roles", _("Roles, one a line"), "list"),
        Input("actions", _("Actions, one a line"), "list"),
        Input("priority", _("Override"), "choice", {"": _UNCHANGED, "0": _("no"), "1": _("yes")}),
        Input("enabled", _("Enabled"), "choice", {"": _UNCHANGED, "false": _("no"), "true": _("yes")}),
    ),
    "name_user": (_USER, _POLICY),
    "unname_user": (_USER, _POLICY),
    "disable_policy": (_POLICY,),
    "enable_policy": (_POLICY,),
    "delete_policy": (_POLICY,),
    "disable_purpose": (_PURPOSE,),
    "enable_purpose": (_PURPOSE,),
    "put_policies": (Input("documents", _("A JSON list of Atlas entities"), "json"),),
    JSON: (Input("change", _("A change as the API takes it, in JSON"), "json"),),
}
"""By the `op` of a change, in the order in which the form offers them."""

_READ: Mapping[str, Callable[[str], Any]] = {
    "list": lambda text: [line.strip() for line in text.splitlines() if line.strip()],
    "json": orjson.loads,
    "priority": int,
    "enabled": orjson.loads,
}
"""By the kind or the name of a field; all others are texts."""


def change_of(op: str, values: Mapping[str, str]) -> Any:
    """The change that a filled-in row is; fields left blank are absent. Raises ValueError for what is no JSON."""
    given = {
        each.name: _READ.get(each.kind, _READ.get(each.name, str))(values[each.name].strip())
        for each in INPUTS[op]
        if values.get(each.name, "").strip()
    }
    if op == JSON:
        return given.get("change", {})
    return {"op": op, "policy": given} if op == "put_policy" else {"op": op, **given}


def values_of(change: Any) -> tuple[str, dict[str, str]]:
    """The kind of row that shows a change, and the texts in its fields."""
    given = dict(change) if isinstance(change, dict) else {}
    op = str(given.pop("op", ""))
    if op == "put_policy" and isinstance(given.get("policy"), dict):
        given = given["policy"]
    values = {name: _text(value) for name, value in given.items()}
    if op != JSON and op in INPUTS and _reads_back(op, values, change):
        return op, values
    return JSON, {"change": json.dumps(change, ensure_ascii=False, indent=1)}


def _reads_back(op: str, values: Mapping[str, str], change: Any) -> bool:
    """Whether the fields say all that the change says, and nothing else."""
    try:
        return values.keys() <= {each.name for each in INPUTS[op]} and bool(change_of(op, values) == change)
    except ValueError:
        return False


def _text(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "\n".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
