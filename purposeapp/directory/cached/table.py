"""Numbers for the groups and roles of a realm, so that a member is written in some bytes."""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import orjson

from purposeapp.domain.realm import Member, Realm
from purposeapp.domain.roles import Ids

FINGERPRINT_SIZE = 8


@dataclass(frozen=True)
class Table:
    """Ids in a fixed order, groups first; an id's place is its number. Named by the digest of its content."""

    groups: Ids
    roles: Ids

    @classmethod
    def of(cls, realm: Realm) -> "Table":
        return cls(tuple(sorted(realm.groups)), tuple(sorted(realm.roles)))

    @classmethod
    def unpack(cls, packed: bytes, fingerprint: bytes) -> "Table | None":
        """The table that `pack` gave, or None when this is not the one of that fingerprint."""
        try:
            groups, roles = orjson.loads(zlib.decompress(packed))
            table = cls(tuple(groups), tuple(roles))
            return table if table.fingerprint == fingerprint else None
        except (zlib.error, ValueError, TypeError):
            return None

    def pack(self) -> bytes:
        return zlib.compress(self._content)

    @cached_property
    def fingerprint(self) -> bytes:
        return blake2b(self._content, digest_size=FINGERPRINT_SIZE).digest()

    def numbers(self, member: Member) -> list[int]:
        """The member's groups and roles, ascending. Raises KeyError for an id that is not in the table."""
        groups, roles = self._numbers
        return sorted([groups[id_] for id_ in member.groups] + [roles[id_] for id_ in member.roles])

    def ids(self, numbers: Iterable[int]) -> tuple[Ids, Ids]:
        """The groups and the roles of these numbers. Raises IndexError where there is none."""
        first_role = len(self.groups)
        groups, roles = [], []
        for number in numbers:
            if number < first_role:
                groups.append(self.groups[number])
            else:
                roles.append(self.roles[number - first_role])
        return tuple(groups), tuple(roles)

    @property
    def _content(self) -> bytes:
        return orjson.dumps([self.groups, self.roles])

    @cached_property
    def _numbers(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        first_role = len(self.groups)
        return (
            {id_: number for number, id_ in enumerate(self.groups)},
            {id_: number for number, id_ in enumerate(self.roles, first_role)},
        )
