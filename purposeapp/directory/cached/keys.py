"""Where in Redis the parts of one realm lie.

Entries and names lie in a fixed number of buckets: a key of their own, with its expiry, would cost each of them some
hundred bytes. All keys of a realm have one tag, so that they lie on one node of a cluster.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

from purposeapp.directory.cached.local import Key

BUCKETS = 2048
"""Redis packs a hash of up to 128 short values tightly: so do the names of a quarter of a million users."""

_NUMBER_SIZE, _FIELD_SIZE = 2, 8


class Spot(NamedTuple):
    """A bucket, and a field in it. The bucket's key ends with its number, in `_NUMBER_SIZE` bytes."""

    bucket: bytes
    field: bytes


@dataclass(frozen=True)
class Keys:
    """The keys of `place`: what each stands for is in no text that could be read two ways, or at all without `secret`."""

    secret: bytes
    place: bytes

    @cached_property
    def era(self) -> bytes:
        return self._stem + b"era"

    @cached_property
    def forgotten(self) -> bytes:
        return self._stem + b"forgotten"

    def table(self, fingerprint: bytes) -> bytes:
        return self._stem + b"table:" + self._digest(8, b"table", fingerprint)

    def buckets(self, token: bytes, kind: str) -> bytes:
        """What the keys of an era's buckets for ids, or for names, begin with; the number follows."""
        return self._stem + self._digest(8, token, kind.encode())

    def spot(self, token: bytes, key: Key) -> Spot:
        """Two users may share a spot (by chance one in 2⁷⁰ pairs does): who reads there looks whose the entry is."""
        kind, name = key
        digest = self._digest(
            _NUMBER_SIZE + _FIELD_SIZE, token, kind.encode(), name.encode("utf-8", "surrogatepass")
        )
        number = int.from_bytes(digest[:_NUMBER_SIZE], "big") % BUCKETS
        bucket = self.buckets(token, kind) + number.to_bytes(_NUMBER_SIZE, "big")
        return Spot(bucket, digest[_NUMBER_SIZE:])

    @cached_property
    def _stem(self) -> bytes:
        return b"purposeapp:{%s}:" % urlsafe_b64encode(self._digest(12))

    def _digest(self, size: int, *parts: bytes) -> bytes:
        digest = blake2b(key=self.secret, digest_size=size)
        digest.update(b"".join(_delimited((self.place, *parts))))
        return digest.digest()


def _delimited(parts: Iterable[bytes]) -> Iterable[bytes]:
    return (len(part).to_bytes(4, "big") + part for part in parts)
