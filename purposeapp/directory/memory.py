"""A directory in memory: for tests, examples and scenario files."""

from collections.abc import Iterable

from purposeapp.domain.model import Person


class MemoryDirectory:
    def __init__(self, people: Iterable[Person] = ()) -> None:
        people = tuple(people)
        self._by_id = {person.id: person for person in people}
        self._by_username = {person.username: person for person in people}

    def by_username(self, username: str) -> Person | None:
        return self._by_username.get(username.lower())

    def by_id(self, user_id: str) -> Person | None:
        return self._by_id.get(user_id)

    def check(self) -> str:
        return f"{len(self._by_id)} people in memory"
