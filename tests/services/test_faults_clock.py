"""The clock of one process steps by an hour, forth and back: nothing is revived, and nothing is stale.

What is judged by the clock (tokens, schedules) is judged by the one that is; what is a matter of age is not touched.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.native.daemon import wait_until
from tests import world
from tests.servers import tool
from tests.services.faulty import PURPOSES, RECOVERY, USER, Deployment, deployment, judged, ticks

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("clock")]

HOUR = 3_600
STEP_SECONDS = 3.0


@dataclass
class World:
    """The first of the two processes has the clock that `file` says, in seconds from the true one."""

    two: Deployment
    file: Path

    def step(self, seconds: int) -> None:
        set_clock(self.file, seconds)

    def token(self, lifetime: int) -> str:
        """One that the first process makes by its clock."""
        return self.two.processes[0].manage("token", USER, "--lifetime", str(lifetime))

    def status(self, token: str) -> int:
        """At the edge, where it is remembered, and behind it."""
        service = self.two.processes[0]
        answers = [service.get(PURPOSES, token), service.get(PURPOSES, token, consistency="fast")]
        (status,) = {answer.status_code for answer in answers}
        return status

    def names(self, token: str) -> set[str]:
        return {each["name"] for each in self.two.processes[0].get(PURPOSES, token).json()["purposes"]}


def set_clock(file: Path, seconds: int) -> None:
    """Replaced whole, for it is read at every look at the clock."""
    fresh = file.with_suffix(".new")
    fresh.write_text(f"{seconds:+d}\n")
    fresh.rename(file)


@pytest.fixture(scope="module")
def clocks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    tool("faketime")
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    file = tmp_path_factory.mktemp("clock") / "clock"
    set_clock(file, 0)
    environment = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with deployment(environment) as two:
        yield World(two, file)


def test_freshness_is_no_matter_of_the_clock(clocks: World) -> None:
    two = clocks.two
    clocks.step(-HOUR)
    two.tokens[0] = clocks.token(3 * HOUR)  # good at all three
    clocks.step(0)
    assert two.settled()
    with two.load() as watchers:
        for seconds in (HOUR, -HOUR, 0):
            clocks.step(seconds)
            until = time.monotonic() + STEP_SECONDS
            while time.monotonic() < until:
                for number in (0, 1):
                    said = two.sees(number)
                    assert ticks(two.at_least(1 - number, said.revision)) >= ticks(said)
    judged(two, watchers)


def test_tokens_are_judged_by_the_clock_that_is(clocks: World) -> None:
    short, long = clocks.token(900), clocks.token(3 * HOUR)
    for seconds, of_short, of_long in [(0, 200, 200), (HOUR, 401, 200), (-HOUR, 401, 401), (0, 200, 200)]:
        clocks.step(seconds)
        for _ in range(3):
            assert (clocks.status(short), clocks.status(long)) == (of_short, of_long)


def test_schedules_are_judged_by_the_clock_that_is(clocks: World) -> None:
    two, soon = clocks.two, (datetime.now(UTC) + timedelta(minutes=30)).strftime("%Y/%m/%d %H:%M:%S")
    for name, window in {
        "until soon": world.schedule(end=soon),
        "from soon": world.schedule(start=soon),
    }.items():
        purpose = world.purpose(name)
        put(two, purpose)
        put(two, world.policy(name, on=purpose, groups=["public"], policyValiditySchedule=[window]))
    clocks.step(-HOUR)
    token = clocks.token(3 * HOUR)
    for seconds, seen, unseen in [(0, "until soon", "from soon"), (HOUR, "from soon", "until soon")] * 2:
        clocks.step(seconds)
        assert wait_until(lambda seen=seen: seen in clocks.names(token), RECOVERY)
        for _ in range(5):
            assert unseen not in clocks.names(token)


def put(two: Deployment, document: Any) -> None:
    two.client.index(index=two.index, id=document["__guid"], document=document, refresh="true")
