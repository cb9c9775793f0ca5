"""Processes of the service, as far as the directory cache goes: one source, one Redis, and a clock for each process.

A test moves the clocks; `live` lets time pass for some of them.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from purposeapp.directory.cached import CachedDirectory
from purposeapp.domain.model import Person
from purposeapp.domain.realm import Member
from purposeapp.redis import connect
from tests.counted import GROUPS, ROLES, CountedDirectory, Ticking

ANA = Member(
    "7b0c9f5e-1f8b-4a58-9f0e-0d6d5d1c2b3a",
    "ana",
    groups=tuple(GROUPS)[:50],
    roles=tuple(ROLES)[:20],
    attributes={"designation": ("Analyst",)},
)
BO = Member("bo's id", "bo", enabled=False, may_view_any_access=True)
REVOKED = replace(ANA, groups=(), roles=())

SECRET = "the service's secret"


@dataclass
class Process:
    directory: CachedDirectory
    clock: Ticking

    def live(self, seconds: float = 1.1) -> None:
        """Some time passes, in which the process hears of all changes there were."""
        self.clock.now += seconds
        self.directory.confirm(self.clock.now)

    def ask(self, member: Member = ANA) -> Person | None:
        return self.directory.by_id(member.id)


@dataclass
class World:
    """One source, one Redis, and the processes that a test starts."""

    url: str
    source: CountedDirectory = field(default_factory=lambda: CountedDirectory([ANA, BO]))
    place: tuple[str, ...] = field(default_factory=lambda: ("test", secrets.token_hex(8)))
    patience: float = 10.0

    def start(
        self, *, place: tuple[str, ...] | None = None, secret: str = SECRET, size: int = 100
    ) -> Process:
        """A process that has just begun to follow the directory."""
        clock = Ticking()
        redis = connect(self.url, deadline=self.patience)
        directory = CachedDirectory(
            self.source, place=place or self.place, secret=secret, redis=redis, clock=clock, size=size
        )
        directory.confirm(clock.now)
        return Process(directory, clock)

    def start_trusted(self, *elders: Process) -> Process:
        process = self.start()
        live(*elders, process)
        live(*elders, process)
        live(process)
        return process

    def change(self, member: Member, *processes: Process) -> None:
        """The source changes, and these processes hear of it."""
        self.source.put(member)
        for process in processes:
            process.directory.forget([member.id])

    def asked(self, ask: Callable[[], object]) -> int:
        """How many questions about people the source was asked."""
        before = len(self.source.asked)
        ask()
        return len(self.source.asked) - before


IMPATIENT = 0.1
"""Seconds that the service's settings give Redis. Where a test is about answers, a busy machine may take its time."""


def live(*processes: Process, seconds: float = 1.1) -> None:
    for process in processes:
        process.live(seconds)


def groups_of(person: Person | None) -> set[str]:
    assert person is not None
    return {group.id for group in person.groups}
