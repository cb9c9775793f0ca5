"""A Member as bytes, and back: some 150 of them for fifty groups and twenty roles.

    seal (16) · version (1) · flags (1) · moment (4) · table's fingerprint (8) · lengths of id, name and gaps (2 each)
    · id · username · gaps between the numbers of groups and roles (varints) · attributes (JSON, nothing for none)

The seal is a keyed digest of the rest, of the place it was written for, and of the *ids* that the numbers stand for: what
was tampered with, copied from another tenant or user, or read with a wrong table, is refused, and never another answer.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from itertools import pairwise
from struct import Struct, error
from uuid import UUID

import orjson

from purposeapp.directory.cached.table import FINGERPRINT_SIZE, Table
from purposeapp.domain.realm import Member
from purposeapp.domain.roles import Ids

VERSION = 1
SEAL_SIZE = 16

_HEAD = Struct(f"<BBI{FINGERPRINT_SIZE}sHHH")
_ENABLED, _MAY_VIEW_ANY_ACCESS, _ID_IS_UUID = 1, 2, 4

FindTable = Callable[[bytes], Table | None]


class Codec:
    """`secret` makes the seals (16 to 64 bytes), `place` says whose data this is: tenant and realm."""

    def __init__(self, secret: bytes, place: bytes) -> None:
        self._secret = secret
        self._place = place

    def encode(self, member: Member, table: Table, moment: int) -> bytes | None:
        """The member as read at a moment (a count, below 2³²); None when the table lacks one of the ids, or it is too long."""
        try:
            numbers = table.numbers(member)
            id_, username = _packed_id(member.id), member.username.encode()
            gaps = b"".join(map(_varint, _gaps(numbers)))
            flags = (
                _ENABLED * member.enabled
                | _MAY_VIEW_ANY_ACCESS * member.may_view_any_access
                | _ID_IS_UUID * (id_ is not None)
            )
            raw_id = member.id.encode() if id_ is None else id_
            lengths = len(raw_id), len(username), len(gaps)
            head = _HEAD.pack(VERSION, flags, moment, table.fingerprint, *lengths)
        except (KeyError, UnicodeEncodeError, error):
            return None
        attributes = orjson.dumps(dict(member.attributes)) if member.attributes else b""
        body = b"".join((head, raw_id, username, gaps, attributes))
        return self._seal(body, table, numbers) + body

    def decode(self, data: bytes, find_table: FindTable) -> tuple[Member, int] | None:
        """The member and the moment that `encode` was given; None for all that it did not write here."""
        seal, body = data[:SEAL_SIZE], data[SEAL_SIZE:]
        try:
            version, flags, moment, fingerprint, *lengths = _HEAD.unpack_from(body)
            table = find_table(fingerprint) if version == VERSION else None
            if table is None:
                return None
            raw_id, username, gaps, attributes = _cut(body[_HEAD.size :], lengths)
            numbers = list(_sums(_varints(gaps)))
            if not hmac.compare_digest(seal, self._seal(body, table, numbers)):
                return None
            return _member(flags, raw_id, username, attributes, table.ids(numbers)), moment
        except (error, IndexError, ValueError):
            return None

    def _seal(self, body: bytes, table: Table, numbers: list[int]) -> bytes:
        digest = blake2b(key=self._secret, digest_size=SEAL_SIZE)
        digest.update(orjson.dumps([self._place.hex(), *table.ids(numbers)]))
        digest.update(body)
        return digest.digest()


def _member(
    flags: int, raw_id: bytes, username: bytes, attributes: bytes, memberships: tuple[Ids, Ids]
) -> Member:
    """Raises ValueError for what is no text, or no JSON."""
    groups, roles = memberships
    return Member(
        id=str(UUID(bytes=raw_id)) if flags & _ID_IS_UUID else raw_id.decode(),
        username=username.decode(),
        enabled=bool(flags & _ENABLED),
        groups=groups,
        roles=roles,
        attributes={name: tuple(values) for name, values in orjson.loads(attributes or b"{}").items()},
        may_view_any_access=bool(flags & _MAY_VIEW_ANY_ACCESS),
    )


def _packed_id(id_: str) -> bytes | None:
    """A UUID in 16 bytes, if the id is one as everybody writes it."""
    try:
        uuid = UUID(id_)
    except ValueError:
        return None
    return uuid.bytes if str(uuid) == id_ else None


def _cut(body: bytes, lengths: Iterable[int]) -> Iterator[bytes]:
    """Pieces of these lengths, and the rest."""
    for length in lengths:
        yield body[:length]
        body = body[length:]
    yield body


def _gaps(numbers: list[int]) -> Iterator[int]:
    yield from numbers[:1]
    yield from (after - before for before, after in pairwise(numbers))


def _sums(gaps: Iterable[int]) -> Iterator[int]:
    number = 0
    for gap in gaps:
        number += gap
        yield number


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first; the top bit says that more follow."""
    if number < 0x80:
        return bytes((number,))
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _varints(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield number
            number = shift = 0
