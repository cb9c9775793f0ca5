"""Django's rows of groups, roles and users, made into the domain's values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User

from purposeapp import models
from purposeapp.domain.model import Group, Role


@dataclass(frozen=True, slots=True)
class Lineage:
    """Groups and their ancestors, by id: own names and parents."""

    names: Mapping[str, str]
    parents: Mapping[str, str]

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[int, str, int | None]]) -> "Lineage":
        """From (id, name, parent's id or null)."""
        rows = list(rows)
        stored = {str(id_): name for id_, name, _ in rows}
        parents = {str(id_): str(parent) for id_, _, parent in rows if parent is not None}
        return cls(
            names={id_: _own_name(name, stored.get(parents.get(id_, ""))) for id_, name in stored.items()},
            parents=parents,
        )

    def group(self, group: str) -> Group:
        return Group(group, self.names[group], self.path(group))

    def path(self, group: str) -> str:
        """`/eng/data`; a loop in the nesting ends where it began."""
        names: list[str] = []
        seen: set[str] = set()
        current: str | None = group
        while current and current in self.names and current not in seen:
            seen.add(current)
            names.append(self.names[current])
            current = self.parents.get(current)
        return "/" + "/".join(reversed(names))


def _own_name(name: str, parent: str | None) -> str:
    """A group's name without its parent's: Django's are unique, so only as `sales/data` can `sales` have a `data` too."""
    return name if parent is None else name.removeprefix(f"{parent}/")


def role_of(row: models.Role) -> Role:
    given = {"level": row.level, "summary": row.summary}
    return Role(row.pk, row.name, row.description, attributes=_texts(row.attributes | _present(given)))


def attributes_of(user: User) -> Mapping[str, tuple[str, ...]]:
    """Whatever is known of a user; `tenant_user` should have been fetched with the row."""
    profile: models.TenantUser | None = getattr(user, "tenant_user", None)
    if profile is None:
        return {}
    given = {
        "designation": profile.designation,
        "profileRole": profile.profile_role,
        "profileRoleOther": profile.profile_role_other,
    }
    return _texts(profile.attributes | _present(given))


def _present(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _texts(attributes: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """Attribute values as the port has them: always several texts."""
    return {
        name: tuple(map(str, value)) if isinstance(value, list) else (str(value),)
        for name, value in attributes.items()
        if value is not None
    }
