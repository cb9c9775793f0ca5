"""Pieces of JSON as the statements aggregate them, made into the domain's values. Null is what SQL aggregates of nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from purposeapp.domain.model import Role


def by_first(pairs: Iterable[tuple[str, str]] | None) -> dict[str, tuple[str, ...]]:
    """Pairs as a mapping of the first to all seconds, in their order."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, value in pairs or ():
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def roles_of(row: Mapping[str, Any]) -> dict[str, Role]:
    """The roles of `roles` (id, name, description, client) and `role_attributes` (role's id, name, value), by id."""
    attributes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for role_id, name, value in row["role_attributes"] or ():
        attributes[role_id].append((name, value))
    return {
        id_: Role(id_, name, description or "", client, by_first(attributes[id_]))
        for id_, name, description, client in row["roles"] or ()
    }


def path_of(group: str, groups: Mapping[str, tuple[str, str]]) -> str:
    """The path as Keycloak shows it, "/eng/data". `groups` has names and parents by id.

    The root's parent is a blank, so it is in no mapping.
    """
    names: list[str] = []
    seen: set[str] = set()
    while group in groups and group not in seen:
        seen.add(group)
        name, group = groups[group]
        names.append(name)
    return "/" + "/".join(reversed(names))
