"""A directory in memory that counts its questions, may be changed, and lets a test step in while it answers."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from purposeapp.directory.memory import MemoryDirectory
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.domain.model import Group, Person, Role
from purposeapp.domain.realm import Member, Realm

Answer = TypeVar("Answer")

GROUPS = {f"g{number}": Group(f"g{number}", f"group {number}", f"/group {number}") for number in range(60)}
ROLES = {f"r{number}": Role(f"r{number}", f"role {number}") for number in range(30)}


class CountedDirectory(MemoryDirectory):
    """People of one realm. `asked` has every id and name, `light` counts those of them that were for the member alone;
    questions about the structure are counted apart.

    `before_answering` and `after_reading` are called around each reading of a person; `failing` makes all questions fail.
    """

    def __init__(self, members: Iterable[Member] = (), structure: Realm | None = None) -> None:
        super().__init__()
        self.structure = structure or Realm(groups=GROUPS, roles=ROLES, group_roles={"g0": ("r0",)})
        self.people: dict[str, Member] = {}
        self.asked: list[str] = []
        self.structures = 0
        self.light = 0
        self.failing = False
        self.before_reading: Callable[[], object] = lambda: None
        self.after_reading: Callable[[], object] = lambda: None
        for member in members:
            self.put(member)

    def put(self, member: Member) -> None:
        self.people[member.id] = member

    def by_id(self, user_id: str) -> Person | None:
        return self._answer(user_id, lambda: self.people.get(user_id))

    def by_username(self, username: str) -> Person | None:
        return self._answer(username, lambda: self._named(username.lower()))

    def member_by_id(self, user_id: str) -> Member | None:
        return self._answer_member(user_id, lambda: self.people.get(user_id))

    def member_by_username(self, username: str) -> Member | None:
        return self._answer_member(username, lambda: self._named(username.lower()))

    def realm(self) -> Realm:
        self._fail()
        self.structures += 1
        return self.structure

    def members(self, after: str = "", *, limit: int) -> list[Member]:
        found = sorted(self.people.values(), key=lambda member: member.username)
        return [member for member in found if member.username > after][:limit]

    def _named(self, username: str) -> Member | None:
        return next((member for member in self.people.values() if member.username == username), None)

    def _answer(self, key: str, find: Callable[[], Member | None]) -> Person | None:
        return self._read(key, find, lambda member: self.structure.person(member))

    def _answer_member(self, key: str, find: Callable[[], Member | None]) -> Member | None:
        self.light += 1
        return self._read(key, find, lambda member: Member.of(self.structure.person(member)))

    def _read(
        self, key: str, find: Callable[[], Member | None], make: Callable[[Member], Answer]
    ) -> Answer | None:
        self.asked.append(key)
        self.before_reading()
        self._fail()
        member = find()
        answer = None if member is None else make(member)
        self.after_reading()
        return answer

    def _fail(self) -> None:
        if self.failing:
            raise DirectoryUnavailable


class Ticking:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
