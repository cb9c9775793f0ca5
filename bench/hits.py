"""How often the directory cache has the answer: users asked about by a Zipf distribution, while people change.

In one process, with the real Redis and Keycloak's tables. What a minute of a service at ASKED_PER_SECOND does is done
without its pauses: so many questions, and so many users of whom it is heard that they changed.
"""

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from itertools import accumulate
from random import Random

from redis import Redis

from bench import machine, report
from bench.company import Company
from bench.people import guid
from bench.places import Places
from bench.progress import say
from bench.stores import keycloak
from bench.world import World
from purposeapp.directory.cached import CachedDirectory, Counters
from purposeapp.directory.keycloak import KeycloakDirectory, connect

EXPONENT = 1.0
CHANGED_A_MINUTE = 0.01
"""Of all users."""

ASKED_PER_SECOND = 1_000
MINUTES = 3
CHUNK = 2_000
BULK_SECONDS = 20.0
"""For reading a chunk of users, as the service has it."""

TAIL_EVERY = 0.3
"""Seconds between two polls of the tail."""


def run(world: World) -> bool:
    """Measure, print and write. Nothing is compared here."""
    about = machine.describe()
    company = Company.loaded(world, Places.of_environment())
    found = {}
    with (
        closing(Redis.from_url(company.places.redis)) as redis,
        connect(company.directory) as pool,
        connect(company.directory, deadline=BULK_SECONDS) as bulk,
    ):
        source = KeycloakDirectory(pool, keycloak.REALM, bulk=bulk)
        for what, shared, is_warmed in (
            ("after the warm-up", redis, True),
            ("from nothing", redis, False),
            ("without Redis, from nothing", None, False),
        ):
            company.empty_redis()
            directory = CachedDirectory(source, place=["bench"], secret="bench", redis=shared)
            found[what] = _minutes(_Traffic(world, directory), is_warmed=is_warmed)
    print(report.aligned(_table(found)))
    content = {"machine": about, "size": asdict(world.size), "asked_per_second": ASKED_PER_SECOND}
    content["minutes"] = {
        what: [asdict(one) | {"hit_ratio": one.hit_ratio} for one in minutes]
        for what, minutes in found.items()
    }
    say(f"Written to {report.write(f'hits-{world.size.name}', content)}")
    return True


class _Traffic:
    """Questions to a directory, and news of changes, as they would come in a minute."""

    def __init__(self, world: World, directory: CachedDirectory) -> None:
        self._directory, self._random = directory, Random(1)
        self._ids = [guid("user", number) for number in range(world.size.users)]
        self._random.shuffle(self._ids)
        self._weights = list(accumulate((rank + 1) ** -EXPONENT for rank in range(len(self._ids))))
        self._confirmed_at = float("-inf")
        self.follow()

    def follow(self) -> None:
        """What the tail does all the time: say that nothing else has changed."""
        now = time.monotonic()
        if now - self._confirmed_at >= TAIL_EVERY:
            self._directory.confirm(now)
            self._confirmed_at = now

    def warm(self) -> None:
        """As the warm-up: everybody, a chunk at a time."""
        realm, after = self._directory.realm(), ""
        while members := self._directory.members(after, limit=CHUNK):
            self.follow()
            self._directory.store(members, self._directory.mark(), realm)
            after = members[-1].username

    def minute(self) -> Counters:
        """The counters' growth in a minute."""
        before, asked = self._directory.counters, 60 * ASKED_PER_SECOND
        pause = round(asked / (len(self._ids) * CHANGED_A_MINUTE))
        for number, user_id in enumerate(self._random.choices(self._ids, cum_weights=self._weights, k=asked)):
            if number % pause == 0:
                self._directory.forget([self._random.choice(self._ids)])
            self.follow()
            self._directory.by_id(user_id)
        after = self._directory.counters
        return Counters(
            after.in_process - before.in_process,
            after.in_redis - before.in_redis,
            after.missed - before.missed,
        )


def _minutes(traffic: _Traffic, *, is_warmed: bool) -> list[Counters]:
    if is_warmed:
        traffic.warm()
    return [traffic.minute() for _ in range(MINUTES)]


def _table(found: dict[str, list[Counters]]) -> Sequence[Sequence[str]]:
    head = ["answered without the source", *(f"minute {number + 1}" for number in range(MINUTES))]
    ratios = [[what, *(f"{one.hit_ratio:.2%}" for one in minutes)] for what, minutes in found.items()]
    return [head, *ratios]
