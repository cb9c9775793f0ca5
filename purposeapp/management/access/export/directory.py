"""The directory of an export: a realm and its members at hand."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from purposeapp.domain.finding import Found, user_found
from purposeapp.domain.model import Person
from purposeapp.domain.realm import Member, Realm


class RealmDirectory:
    """Answers as the directory did from which it was exported."""

    def __init__(self, realm: Realm, members: Iterable[Member]) -> None:
        self._realm = realm
        self._members = sorted(members, key=lambda member: member.username)
        self._usernames = [member.username for member in self._members]
        self._by_username = dict(zip(self._usernames, self._members, strict=True))
        self._by_id = {member.id: member for member in self._members}

    def by_username(self, username: str) -> Person | None:
        return self._person(self.member_by_username(username))

    def by_id(self, user_id: str) -> Person | None:
        return self._person(self.member_by_id(user_id))

    def peek_by_id(self, user_id: str) -> Person | None:
        return self.by_id(user_id)

    def realm(self) -> Realm:
        return self._realm

    def member_by_username(self, username: str) -> Member | None:
        return self._by_username.get(username.lower())

    def member_by_id(self, user_id: str) -> Member | None:
        return self._by_id.get(user_id)

    def members(self, after: str = "", *, limit: int) -> Sequence[Member]:
        start = bisect_right(self._usernames, after) if after else 0
        return self._members[start : start + limit]

    def count(self) -> int:
        return len(self._members)

    def search(self, prefix: str, *, limit: int) -> Sequence[Found]:
        lowered = prefix.lower()
        found = [member for member in self._members if member.username.startswith(lowered)][:limit]
        return [user_found(each.username, None, None, None, enabled=each.enabled) for each in found]

    def check(self) -> str:
        return f"{len(self._members)} people in an export"

    def _person(self, member: Member | None) -> Person | None:
        return None if member is None else self._realm.person(member)
