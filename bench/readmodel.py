"""One snapshot, built and asked in a process of its own, so that its memory is its own: `python -m bench.readmodel`.

Reads an Order as JSON from standard input, writes a Report as JSON to standard output.
"""

import ctypes
import gc
import json
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TypeVar

import orjson

from bench.oracle import EFFECTIVE, LISTED, Oracle
from bench.sizes import SIZES
from bench.who import Roles
from bench.world import World
from purposeapp.discovery.written import WRITERS
from purposeapp.domain.model import Mode, Subject
from purposeapp.domain.snapshot import Change, Snapshot
from purposeapp.policyindex.elasticsearch import ElasticsearchPolicyIndex, connect
from purposeapp.policyindex.elasticsearch.index import entities_of

Item = TypeVar("Item")

PAGE = 100
ROUNDS = 3
CHANGES = 300
MIB = 2**20

SHAPE_OF = {Mode.LISTED: "flat", Mode.EFFECTIVE: "accessible"}
GUID_OF = {Mode.LISTED: "guid", Mode.EFFECTIVE: "id"}


@dataclass(frozen=True, slots=True)
class Order:
    """`index` is the Elasticsearch index to read at `url`; without, the documents come as JSON from memory."""

    size: str
    growth: int = 1
    users: int = 1_000
    url: str = ""
    index: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Seconds, MiB, and microseconds (`…_us`: P50 and P99 of the best round); totals are means over the users."""

    purposes: int
    policies: int
    build: float
    memory: float
    peak: float
    listed_us: tuple[float, float]
    effective_us: tuple[float, float]
    listed_total: float
    effective_total: float
    reasons_us: tuple[float, float]
    policy_change_us: tuple[float, float]
    rename_us: tuple[float, float]
    wrong: int


def measure(order: Order) -> Report:
    """Build the snapshot, then ask it about many users and change it many times."""
    world = World(SIZES[order.size].times(order.growth))
    subjects = _subjects(world, order.users)
    lines = [] if order.url else [orjson.dumps(each) for each in world.documents()]
    index = ElasticsearchPolicyIndex(connect(order.url), order.index) if order.url else None
    entities = (
        index.scan() if index else chain.from_iterable(entities_of(orjson.loads(each)) for each in lines)
    )
    before, began = _resident(), time.perf_counter()
    snapshot = Snapshot(WRITERS, moment=time.time()).updated(Change.adding(entities))
    took, peak = time.perf_counter() - began, _peak()
    after = _resident()
    return Report(
        purposes=len(snapshot.entries),
        policies=sum(len(entry.policies) for entry in snapshot.entries.values()),
        build=took,
        memory=after - before,
        peak=peak - before,
        listed_us=_best(lambda who: _page(snapshot, who, Mode.LISTED), subjects),
        effective_us=_best(lambda who: _page(snapshot, who, Mode.EFFECTIVE), subjects),
        listed_total=_mean_total(snapshot, subjects, Mode.LISTED),
        effective_total=_mean_total(snapshot, subjects, Mode.EFFECTIVE),
        reasons_us=_best(lambda who: _reasons(snapshot, who), subjects),
        policy_change_us=_best(snapshot.updated, _policy_changes(snapshot)),
        rename_us=_best(snapshot.updated, _renames(snapshot)),
        wrong=_wrong(snapshot, world, subjects),
    )


def _page(snapshot: Snapshot, who: Subject, mode: Mode) -> tuple[int, bytes]:
    """What a request needs: the first page's bytes, in order, and the total."""
    seen = snapshot.seen(who, mode=mode, now=time.time())
    return len(seen), snapshot.written(snapshot.page(seen, offset=0, limit=PAGE), SHAPE_OF[mode])


def _reasons(snapshot: Snapshot, who: Subject) -> int:
    now = time.time()
    seen = snapshot.seen(who, mode=Mode.EFFECTIVE, now=now)
    page = snapshot.page(seen, offset=0, limit=PAGE)
    return len(snapshot.grants(page, who, mode=Mode.EFFECTIVE, now=now))


def _subjects(world: World, count: int) -> list[Subject]:
    roles = Roles(world.people)
    return [Subject(*roles.who(user)) for user in world.people.sample(count)]


def _policy_changes(snapshot: Snapshot) -> list[Change]:
    """Policies that name one more user, each by itself."""
    entries = random.Random(1).choices(list(snapshot.entries.values()), k=CHANGES)
    policies = [entry.policies[0] for entry in entries if entry.policies]
    return [Change(policies=[replace(each, users=each.users | {"somebody new"})]) for each in policies]


def _renames(snapshot: Snapshot) -> list[Change]:
    """Purposes that move elsewhere in the order, each by itself."""
    entries = random.Random(2).choices(list(snapshot.entries.values()), k=CHANGES)
    return [
        Change([replace(entry.purpose, display_name=f"new {entry.purpose.name[::-1]}")]) for entry in entries
    ]


def _best(ask: Callable[[Item], object], items: Sequence[Item]) -> tuple[float, float]:
    """P50 and P99 in µs, of the round with the least P99 (the machine is shared)."""
    return min((_round(ask, items) for _ in range(ROUNDS)), key=lambda one: one[1])


def _round(ask: Callable[[Item], object], items: Sequence[Item]) -> tuple[float, float]:
    times = []
    for item in items:
        began = time.thread_time_ns()
        ask(item)
        times.append((time.thread_time_ns() - began) / 1000)
    times.sort()
    return times[len(times) // 2], times[len(times) * 99 // 100]


def _mean_total(snapshot: Snapshot, subjects: Sequence[Subject], mode: Mode) -> float:
    totals = [len(snapshot.seen(who, mode=mode, now=time.time())) for who in subjects]
    return sum(totals) / len(totals)


def _wrong(snapshot: Snapshot, world: World, subjects: Sequence[Subject]) -> int:
    """How many answers, whole lists and first pages, differ from the oracle's."""
    oracle, roles, now = Oracle(world.documents()), Roles(world.people), time.time()
    moment = datetime.fromtimestamp(now, UTC)
    wrong = 0
    for user, who in zip(world.people.sample(len(subjects)), subjects, strict=True):
        for mode, name in ((Mode.LISTED, LISTED), (Mode.EFFECTIVE, EFFECTIVE)):
            right = oracle.answer(roles.who(user), name, moment)
            seen = snapshot.seen(who, mode=mode, now=now)
            total, page = _page(snapshot, who, mode)
            guids = [each[GUID_OF[mode]] for each in orjson.loads(b"[" + page + b"]")]
            same = [each.guid for each in snapshot.purposes(seen.ordinals)] == right
            wrong += not (same and guids == right[:PAGE] and total == len(right))
    return wrong


def _resident() -> float:
    """MiB of this process, after giving back what is free."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / MIB


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    json.dump(asdict(measure(Order(**json.load(sys.stdin)))), sys.stdout)
