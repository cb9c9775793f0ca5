"""What is reviewed. A row is one user who sees one purpose; rows are made when somebody looks, not kept."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pyroaring import FrozenBitMap

from purposeapp.domain.model import Mode, Via
from purposeapp.domain.snapshot.seen import union

_ROW_ID = re.compile(r"u(0|[1-9][0-9]{0,8})p(0|[1-9][0-9]{0,8})")


class ScopeKind(StrEnum):
    TENANT = "tenant"
    PURPOSE = "purpose"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a review is about: all of a tenant, the purpose of a guid, or the direct members of the groups of a name."""

    kind: ScopeKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class RowId:
    """A row of one review: the ordinal of the user and the place of the purpose in it, as text `u17p4`."""

    user: int
    purpose: int

    def __str__(self) -> str:
        return f"u{self.user}p{self.purpose}"

    @classmethod
    def parse(cls, text: str) -> "RowId | None":
        """None for a text that names no row."""
        found = _ROW_ID.fullmatch(text)
        return None if found is None else cls(int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True)
class Way:
    """A way to see a purpose, and the users (ordinals) who see it so. `name` is blank for `Via.USER`: each by their own."""

    via: Via
    name: str
    users: FrozenBitMap


@dataclass(frozen=True, slots=True)
class ReviewedPurpose:
    """One purpose as it was, by its place in the review, and all ways by which somebody of the scope saw it."""

    place: int
    guid: str
    name: str
    ways: tuple[Way, ...]

    @property
    def users(self) -> FrozenBitMap:
        return union(way.users for way in self.ways)

    def ways_of(self, user: int) -> tuple[Way, ...]:
        return tuple(way for way in self.ways if user in way.users)


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands at the head of whatever is made of a review. Times are RFC 3339; `as_of` is when people were read."""

    id: str
    tenant: str
    scope: Scope
    mode: Mode
    two_person: bool
    revision: str
    as_of: str
    asked_by: str
    rows: int
    users: int
    purposes: int

    def as_json(self) -> dict[str, Any]:
        return {
            "review": self.id,
            "tenant": self.tenant,
            "scope": {"kind": self.scope.kind.value, "name": self.scope.name},
            "mode": self.mode.value,
            "twoPerson": self.two_person,
            "revision": self.revision,
            "asOf": self.as_of,
            "askedBy": self.asked_by,
            "rows": self.rows,
            "users": self.users,
            "purposes": self.purposes,
        }
