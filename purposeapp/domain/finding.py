"""Finding by the beginning of a name: what a search box offers.

Found      one thing that has a name: a user, a group, a purpose, a persona or a policy
Catalogue  all named things of a tenant except its users, whom only the directory can search
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What can be found, in the order in which it is offered."""

    USER = "user"
    GROUP = "group"
    PURPOSE = "purpose"
    PERSONA = "persona"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Found:
    """`id` is what its page is asked by: a username, a guid, a group's id. `detail` tells namesakes apart.

    `parent` is the guid of a policy's purpose, blank otherwise.
    """

    kind: Kind
    id: str
    name: str
    detail: str = ""
    enabled: bool = True
    parent: str = ""


def user_found(
    username: str, first_name: str | None, last_name: str | None, email: str | None, *, enabled: bool
) -> Found:
    """A user, told apart as `Priya Nair · priya@example.com`, as far as that is known."""
    name = " ".join(part for part in (first_name, last_name) if part)
    detail = " · ".join(part for part in (name, email) if part)
    return Found(Kind.USER, username, username, detail, enabled)


class Catalogue:
    """Searched by a walk through folded names: some 30,000 take a few milliseconds."""

    def __init__(self, entries: Iterable[Found]) -> None:
        folded = ((entry.name.casefold(), entry) for entry in entries)
        self._entries = tuple(sorted(folded, key=lambda pair: (pair[0], pair[1].id)))

    def __len__(self) -> int:
        return len(self._entries)

    def search(self, words: str, *, limit: int) -> list[Found]:
        """At most `limit` of each kind whose name has all the words; names that begin with them first."""
        whole = " ".join(words.casefold().split())
        parts = whole.split()
        if not parts:
            return []
        hits = [pair for pair in self._entries if all(part in pair[0] for part in parts)]
        hits.sort(key=lambda pair: _distance(pair[0], whole))  # stable: alphabetical within a distance
        return [entry for kind in Kind for entry in _first([each for _, each in hits], kind, limit)]


def _distance(name: str, words: str) -> int:
    """0: begins with the words; 1: one of its own words does; 2: they are somewhere inside."""
    if name.startswith(words):
        return 0
    return 1 if f" {words}" in name else 2


def _first(entries: Sequence[Found], kind: Kind, limit: int) -> list[Found]:
    return [entry for entry in entries if entry.kind is kind][:limit]
