"""A directory that keeps members, as the cache does, and lets a test step in between two chunks."""

from collections.abc import Callable, Iterable, Sequence

from purposeapp.directory.cached import Mark
from purposeapp.directory.memory import MemoryDirectory
from purposeapp.domain.model import Person
from purposeapp.domain.realm import Member, Realm


class KeepingDirectory(MemoryDirectory):
    """`kept` has the username of everybody stored, as often as it was; `before_storing` is called each time."""

    def __init__(self, people: Iterable[Person] = (), *, room: int = 10**9) -> None:
        super().__init__(people)
        self.source = MemoryDirectory(people)
        self.kept: list[str] = []
        self.before_storing: Callable[[], object] = lambda: None
        self._room = room

    def mark(self) -> Mark | None:
        return Mark(b"era", 1) if self._room else None

    def store(self, members: Sequence[Member], mark: Mark | None, realm: Realm | None = None) -> int:
        assert mark == self.mark()
        self.before_storing()
        taken = [member.username for member in members[: self._room - len(self.kept)]]
        self.kept += taken
        return len(taken)
