"""One stable order, and pages through it that neither repeat nor skip.

The default order is `displayName` or else `name`, case-folded, then guid. A cursor is the place of the last item
given (keyset paging): items added or removed between two calls cannot shift the pages. Cursors are signed and bound
to their question, so that nobody can edit one or use it for somebody else's list.
"""

import base64
import hashlib
import hmac
import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from purposeapp.domain.errors import InvalidCursor, InvalidRequest

_SIGNATURE_BYTES = 16


class Displayed(Protocol):
    """What can be ordered for display."""

    @property
    def guid(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def display_name(self) -> str: ...


def display_order(item: Displayed) -> tuple[str, str]:
    """The default sort key."""
    return ((item.display_name or item.name).casefold(), item.guid)


Place = tuple[str | int, str]
"""Where an item stands: its sort value, then its guid."""

Item = TypeVar("Item")

SORT_FIELDS: dict[str, Callable[[Any], str | int]] = {
    "displayName": lambda item: (item.display_name or item.name).casefold(),
    "name": lambda item: item.name.casefold(),
    "qualifiedName": lambda item: item.qualified_name,
    "createTime": lambda item: item.create_time,
    "updateTime": lambda item: item.update_time,
}
"""The sorts on offer, by their public name. A leading minus reverses one."""


@dataclass(frozen=True, slots=True)
class Sort:
    """An order over purposes or personas; the guid breaks ties, so it is total."""

    field: str = "displayName"
    descending: bool = False

    @classmethod
    def parse(cls, text: str) -> "Sort":
        """Read `name` or `-updateTime`. Raises InvalidRequest that lists what there is."""
        field = text.removeprefix("-")
        if field not in SORT_FIELDS:
            cure = f"sort must be one of {', '.join(SORT_FIELDS)}, with - in front for descending"
            raise InvalidRequest(cure, fields={"sort": cure})
        return cls(field, text.startswith("-"))

    def place(self, item: Any) -> Place:
        return (SORT_FIELDS[self.field](item), item.guid)

    def __str__(self) -> str:
        return f"-{self.field}" if self.descending else self.field


@dataclass(frozen=True, slots=True)
class CursorSigner:
    """Signs and reads cursors. `key` is the service's secret; `scope` names the question (tenant, user, mode, filters)."""

    key: bytes
    scope: str

    def sign(self, place: Place) -> str:
        payload = json.dumps(place, ensure_ascii=False, separators=(",", ":")).encode()
        return _text(self._signature(payload) + payload)

    def read(self, cursor: str) -> Place:
        """The place a cursor stands for. Raises InvalidCursor unless we signed it for this very question."""
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raise InvalidCursor from None
        if _text(raw) != cursor:
            # The last character has bits to spare: several texts would decode to the same bytes.
            raise InvalidCursor
        signature, payload = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._signature(payload)):
            raise InvalidCursor
        value, guid = json.loads(payload)
        return (value, guid)

    def _signature(self, payload: bytes) -> bytes:
        # The scope is hashed to a fixed length first, so that no scope and payload can be confused with another pair.
        message = hashlib.sha256(self.scope.encode("utf-8", "surrogatepass")).digest() + payload
        return hmac.new(self.key, message, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A stretch of an ordered list. `total` counts the whole list; `last` is None when nothing follows this page."""

    items: Sequence[Item]
    total: int
    last: Place | None = None


def by_keyset(
    items: Sequence[Item], *, sort: Sort, after: Place | None, limit: int, key: Callable[[Item], Any]
) -> Page[Item]:
    """The `limit` items that follow `after` in `sort` order; `key` gives the thing that is sorted by."""
    ordered = sorted(items, key=lambda item: sort.place(key(item)), reverse=sort.descending)
    rest = [
        item for item in ordered if after is None or _follows(sort.place(key(item)), after, sort.descending)
    ]
    shown = tuple(rest[:limit])
    more = len(rest) > len(shown)
    return Page(shown, len(ordered), sort.place(key(shown[-1])) if more and shown else None)


def by_place(
    items: Sequence[Item], *, after: Place | None, limit: int, key: Callable[[Item], Displayed]
) -> Page[Item]:
    """What `by_keyset` gives in the default sort, of items in display order: it looks at few but those of the page."""
    start = (
        0
        if after is None
        else bisect_right(items, _displayed(after), key=lambda item: display_order(key(item)))
    )
    shown = tuple(items[start : start + limit])
    more = start + len(shown) < len(items)
    return Page(shown, len(items), display_order(key(shown[-1])) if more and shown else None)


def by_offset(items: Sequence[Item], *, offset: int, limit: int | None) -> Page[Item]:
    """The items from `offset` on (all of them without a limit), of a list already in order.

    Past the end: none, with the true total.
    """
    end = None if limit is None else offset + limit
    return Page(tuple(items[offset:end]), len(items))


def _displayed(place: Place) -> tuple[str, str]:
    value, guid = place
    if not isinstance(value, str):
        raise InvalidCursor
    return value, guid


def _follows(place: Place, after: Place, descending: bool) -> bool:
    if type(place[0]) is not type(after[0]):
        raise InvalidCursor
    return place < after if descending else place > after
