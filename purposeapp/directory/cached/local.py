"""What one process holds of a directory: people, those who are not there, and what was forgotten when.

Nothing here locks: the owner does.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from purposeapp.domain.model import Person

Key = tuple[Literal["id", "name"], str]
"""A question: for whom, by id or by lower-case username."""


@dataclass(frozen=True, slots=True)
class Held:
    """A person, or None for nobody, as the source had it at `read_at` or later; to be asked for anew after `until`.

    Both are moments of the monotonic clock.
    """

    person: Person | None
    read_at: float
    until: float


class People:
    """People by id and by username; the least recently used go when there are more than `size`."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._by_id: OrderedDict[str, Held] = OrderedDict()
        self._ids: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def find(self, key: Key) -> Held | None:
        kind, name = key
        id_ = name if kind == "id" else self._ids.get(name)
        if id_ is None or (held := self._by_id.get(id_)) is None:
            return None
        self._by_id.move_to_end(id_)
        return held

    def put(self, person: Person, read_at: float, until: float) -> None:
        self.drop(person.id)
        self._by_id[person.id] = Held(person, read_at, until)
        self._ids[person.username] = person.id
        while len(self._by_id) > self._size:
            self.drop(next(iter(self._by_id)))

    def drop(self, user_id: str) -> None:
        held = self._by_id.pop(user_id, None)
        if held and held.person and self._ids.get(held.person.username) == user_id:
            del self._ids[held.person.username]

    def clear(self) -> None:
        self._by_id.clear()
        self._ids.clear()


class Nobodies:
    """Questions that found nobody, the last `size` of them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: OrderedDict[Key, Held] = OrderedDict()

    def find(self, key: Key) -> Held | None:
        return self._held.get(key)

    def put(self, key: Key, read_at: float, until: float) -> None:
        self._held[key] = Held(None, read_at, until)
        self._held.move_to_end(key)
        while len(self._held) > self._size:
            self._held.popitem(last=False)

    def clear(self) -> None:
        self._held.clear()


class Forgotten:
    """Which users were forgotten since some moment. Moments are counted, so that no clock can mislead.

    The last `size` users are remembered one by one; whatever is older counts as forgotten with the last of those that
    had to go.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._at: OrderedDict[str, int] = OrderedDict()
        self._all_at = 0
        self.now = 0
        """The present moment: grows with everything that is forgotten."""

    def add(self, user_ids: Iterable[str], *, at: int | None = None) -> None:
        self.now = self.now + 1 if at is None else max(self.now, at)
        for user_id in user_ids:
            self._at[user_id] = self.now
            self._at.move_to_end(user_id)
        while len(self._at) > self._size:
            self._all_at = self._at.popitem(last=False)[1]

    def add_everybody(self) -> None:
        self.now += 1
        self._all_at = self.now
        self._at.clear()

    def since(self, moment: int, user_id: str) -> bool:
        """Whether the user was forgotten after the moment."""
        return max(self._at.get(user_id, 0), self._all_at) > moment
