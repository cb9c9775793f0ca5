"""How fresh an answer must be, and how far the answers of this process have come.

fast                    what this process knows; at most some two seconds behind the sources
at-least:<revision>     all that an earlier answer was computed from, whichever process gave it
full                    the sources themselves are asked
"""

from dataclasses import dataclass
from typing import Protocol

from purposeapp.directory.base import Directory
from purposeapp.discovery.everybody import Everybody
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.revision import Revision
from purposeapp.policyindex.base import PolicyIndex

_AT_LEAST = "at-least:"


class Freshness(Protocol):
    """What keeps the answers of a process up to date. One for each tenant; threads share it."""

    def revision(self) -> Revision:
        """How far they have come: a lower bound for whatever is asked after this call. Costs nothing."""
        ...

    def present(self) -> Revision:
        """How far the sources themselves are now: not smaller than what any answer of theirs until now includes."""
        ...

    def reaches(self, revision: Revision) -> bool:
        """Whether everything that an answer of this revision was computed from, in any process, is in the answers here.

        Not the same as a smaller number: a process may have counted a later change, and not have seen this one.
        """
        ...

    def catch_up(self) -> None:
        """Return when everything that was visible at the sources before the call is in the answers of this process.

        Raises Unavailable when it cannot within its deadline, some two seconds.
        """
        ...


@dataclass(frozen=True, slots=True)
class Still:
    """For ports that ask their sources each time: there is nothing to catch up with, and nobody counts changes."""

    def revision(self) -> Revision:
        return Revision()

    def present(self) -> Revision:
        return Revision()

    def reaches(self, revision: Revision) -> bool:
        return True

    def catch_up(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Ports:
    """A tenant's ports for one question, and the revision that everything they answer includes.

    `everybody` are the people of the directory; it says itself how old what it tells may be.
    """

    slug: str
    policies: PolicyIndex
    directory: Directory
    revision: Revision
    everybody: Everybody


@dataclass(frozen=True, slots=True)
class Consistency:
    """How fresh an answer must be; without arguments: fast."""

    full: bool = False
    at_least: Revision | None = None

    @classmethod
    def parse(cls, text: str) -> "Consistency":
        """Read `fast`, `full` or `at-least:<revision>`. Raises InvalidRequest that says what there is."""
        if text.startswith(_AT_LEAST):
            return cls(at_least=Revision.parse(text.removeprefix(_AT_LEAST)))
        if text not in ("fast", "full"):
            cure = "consistency must be fast, full, or at-least: and the revision of an earlier answer"
            raise InvalidRequest(cure, fields={"consistency": cure})
        return cls(full=text == "full")

    def reached(self, freshness: Freshness) -> Revision:
        """Wait until answers are this fresh; gives the revision that answers from now on include at least.

        What the sources say may be seen by no process yet, so it has a revision that all others must catch up with.

        One `catch_up` is enough, whatever the numbers say then: it began after the question came, so after every
        answer that the question can refer to, and all those were computed from was visible before it.
        """
        if self.at_least is not None and not freshness.reaches(self.at_least):
            freshness.catch_up()
        return freshness.present() if self.full else freshness.revision()
