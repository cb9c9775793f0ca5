"""The port to whoever knows the people: their groups, their effective roles, and how each role is held.

A directory is bound to one realm (tenant) when it is made. It answers completely or raises DirectoryUnavailable:
a directory that cannot be reached never makes somebody look like a person without groups.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from purposeapp.domain.finding import Found
from purposeapp.domain.model import Person
from purposeapp.domain.realm import Member, Realm


class Directory(Protocol):
    def by_username(self, username: str) -> Person | None:
        """The person of that name, or None when there is nobody.

        Names compare as the directory compares them: lower-cased, never case-folded or Unicode-normalised
        (`STRASSE` finds `strasse`, not `straße`). The answer carries the directory's own spelling.
        A disabled person is returned, with `enabled` false and everything else as it stands.
        """
        ...

    def by_id(self, user_id: str) -> Person | None:
        """The person whose token says `sub` = user_id, or None. Any text may be asked; nonsense finds nobody."""
        ...

    def peek_by_id(self, user_id: str) -> Person | None:
        """As `by_id`, when that is known already, as fresh as this directory promises; None says nothing, and `by_id`
        is the way. Costs nothing."""
        ...

    def realm(self) -> Realm:
        """All groups and roles, and how they lead to one another: `realm().person(member)` says of a member what
        `by_username` does."""
        ...

    def member_by_username(self, username: str) -> Member | None:
        """The member whom `by_username` would find: much less to ask for than the person, for who has the realm at hand."""
        ...

    def member_by_id(self, user_id: str) -> Member | None:
        """The member whom `by_id` would find."""
        ...

    def members(self, after: str = "", *, limit: int) -> Sequence[Member]:
        """The next `limit` users by username (in code point order), disabled ones too; the first when `after` is blank.

        Fewer than `limit` means that these are the last. A user who comes or goes between two calls is in or out;
        everybody else comes exactly once.
        """
        ...

    def count(self) -> int:
        """How many users `members` has, as near as may be while they come and go."""
        ...

    def search(self, prefix: str, *, limit: int) -> Sequence[Found]:
        """At most `limit` users whose username, full name, last name or e-mail address begins so, whatever the case.

        `Found.id` is the username. Disabled users are found. What a directory does not know of people (its names, say)
        finds nobody; a blank prefix finds anybody.
        """
        ...

    def check(self) -> str:
        """Ask the source something cheap. Returns a few words for operators; raises DirectoryUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class DirectoryChanges:
    """Whose groups, roles or attributes may be others now, by id. `structure`: the groups and roles themselves, and what
    leads from one to another; `everything`: that, and anybody.

    `as_of` is a moment of the monotonic clock (seconds): with this and what came before, all is told that could be
    seen in the directory until then. Unless there is a `warning`: then the directory keeps no complete record of its
    changes, and what the warning says must be done before it does.
    """

    as_of: float
    users: frozenset[str] = frozenset()
    structure: bool = False
    everything: bool = False
    warning: str = ""

    @property
    def is_new(self) -> bool:
        """Whether there is anything new at all."""
        return self.everything or self.structure or bool(self.users)

    @property
    def is_complete(self) -> bool:
        """Whether nothing else happened."""
        return not self.warning


class DirectoryTail(Protocol):
    """Follows what happens in a directory. One for each reader; not to be shared by threads."""

    def poll(self) -> DirectoryChanges:
        """What is new since the last call that returned; the first one says `everything`.

        Somebody named has not necessarily changed. One round trip. Raises DirectoryUnavailable, and then loses nothing.
        """
        ...
