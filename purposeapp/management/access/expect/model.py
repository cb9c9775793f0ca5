"""What a file of access tests says, as frozen values. Names are as they were written."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from purposeapp.discovery.decisions import Resource
from purposeapp.domain.model import Mode, Via


@dataclass(frozen=True, slots=True)
class Written:
    """A name, and the line of the file where it stands."""

    text: str
    line: int


class Form(Enum):
    """What is said of some people and the things in `sees` and `has`. The value is the key in the file."""

    USER = "user"
    EVERYONE = "everyone"
    NOBODY = "nobody"
    NOBODY_OUTSIDE = "nobody outside"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class People:
    """Those directly in one of the groups, holding one of the roles, or named. `all`: everybody."""

    groups: tuple[Written, ...] = ()
    roles: tuple[Written, ...] = ()
    users: tuple[Written, ...] = ()
    all: bool = False

    def one_by_one(self) -> Iterator["People"]:
        """The same, each name by itself."""
        yield from (People(groups=(name,)) for name in self.groups)
        yield from (People(roles=(name,)) for name in self.roles)
        yield from (People(users=(name,)) for name in self.users)


@dataclass(frozen=True, slots=True)
class Way:
    """By what somebody is to have access. Only groups and roles have a name."""

    via: Via
    name: Written | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """A purpose or persona, and whether access is wanted or to be absent."""

    kind: Resource
    name: Written
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class AccessTest:
    """One expectation. `at` is epoch seconds; None is the moment of the run."""

    name: str
    line: int
    form: Form
    people: People
    things: tuple[Thing, ...]
    via: Way | None = None
    mode: Mode = Mode.EFFECTIVE
    at: float | None = None
