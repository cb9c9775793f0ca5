"""The checker: writers, watchers and, if wanted, faults beside two services, then the judgement."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from random import Random
from threading import Event, Thread
from typing import Any

import psycopg

from bench import machine, report
from bench.company import Company
from bench.freshness.changes import Documents, Members
from bench.freshness.faults import Faults
from bench.freshness.judging import PROMISE, Delay, Judge, Verdict
from bench.freshness.redis import own_redis
from bench.freshness.watching import Watched, watch
from bench.freshness.writing import PeopleWriter, PolicyWriter, keep_writing
from bench.measures import percentile
from bench.people import User
from bench.places import Places, of_database
from bench.progress import say
from bench.service import Service, serving
from bench.stores import index, keycloak
from bench.world import World
from deploy.native.redis import Redis
from purposeapp.policyindex.elasticsearch.client import open_client

Work = Callable[[Event], object]
"""Goes on until the event."""

NAME = "freshness"
USERS = 6
SETTLED_SECONDS = 4.0
"""Watched before the first change, and after the last."""


@dataclass(frozen=True, slots=True)
class Plan:
    minutes: float
    faults: bool
    seed: int


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that happened: what was written, what each service said, and what was done to them."""

    policies: PolicyWriter
    people: PeopleWriter
    watched: Sequence[Watched]
    faults: Sequence[tuple[float, str]]


def run(world: World, plan: Plan) -> bool:
    """Measure, judge, print and write. False when any answer was wrong."""
    about, users = machine.describe(), world.people.sample(USERS, NAME)
    with _company(world) as company, own_redis() as redis:
        company = replace(company, places=replace(company.places, redis=redis.url))
        with serving(company.settings, processes=1, services=2) as services:
            record = _recorded(company, users, services, redis, plan)
    say("Comparing the answers with what was true")
    answers = sorted((seen for one in record.watched for seen in one.seen), key=lambda seen: seen.sent)
    verdict = Judge(world.documents(), record.policies.history, record.people.history).judge(answers)
    content = {"machine": about, "size": asdict(world.size), "plan": asdict(plan), **_found(record, verdict)}
    print(_told(content))
    suffix = "-faults" if plan.faults else ""
    say(f"Written to {report.write(f'freshness-{world.size.name}{suffix}', content)}")
    return not content["wrong"]


@contextmanager
def _company(world: World) -> Iterator[Company]:
    """One to be changed, of which nothing is left afterwards."""
    places = Places.of_environment()
    try:
        yield Company.loaded(world, places, name=NAME)
    finally:
        index.drop(places.elasticsearch, world, name=NAME)
        keycloak.drop(places, world, name=NAME)


def _recorded(
    company: Company, users: Sequence[User], services: Sequence[Service], redis: Redis, plan: Plan
) -> Record:
    places, usernames = company.places, [each.username for each in users]
    documents, members, first, second, harm = (Random(f"{plan.seed} {number}") for number in range(5))
    directory = of_database(places.postgres, company.directory.rpartition("/")[2])
    with (
        open_client(places.elasticsearch, request_timeout=30.0) as client,
        psycopg.connect(directory, autocommit=True) as connection,
    ):
        policies = PolicyWriter(client, company.index, Documents(company.world, usernames, documents))
        people = PeopleWriter(connection, Members(company.world, users, members))
        watched, faults = [Watched() for _ in services], Faults(services, redis, harm)
        writing: list[Work] = [
            partial(keep_writing, policies, first),
            partial(keep_writing, people, second),
            *([faults.go_on] if plan.faults else []),
        ]
        watching = [
            partial(watch, number, service, users, watched[number]) for number, service in enumerate(services)
        ]
        say(f"Changing and watching {company.index} for {plan.minutes:g} minutes")
        with _running(watching):
            time.sleep(SETTLED_SECONDS)
            with _running(writing):
                time.sleep(60 * plan.minutes)
            time.sleep(SETTLED_SECONDS)
    return Record(policies, people, watched, faults.done)


@contextmanager
def _running(works: Sequence[Work]) -> Iterator[None]:
    """Each in a thread of its own until the end, when it is told to stop. Raises what any of them raised."""
    stop, failures = Event(), list[BaseException]()

    def guarded(work: Work) -> None:
        try:
            work(stop)
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=guarded, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]


def _found(record: Record, verdict: Verdict) -> dict[str, Any]:
    statuses = sorted({status for one in record.watched for status in one.statuses})
    return {
        "promise": PROMISE,
        "answers": verdict.answers,
        "wrong": verdict.wrong + sum(status != 503 for status in statuses),
        "never_true": verdict.never_true,
        "too_late": len(verdict.late),
        "latest": max(verdict.late, default=0.0),
        "outdated": verdict.outdated,
        "oldest": verdict.oldest,
        "unavailable": verdict.unavailable,
        "unreachable": sum(one.unreachable for one in record.watched),
        "other_statuses": [status for status in statuses if status != 503],
        "changes": {
            "policies": _kinds(each.state.what for each in record.policies.history.versions[1:]),
            "people": _kinds(each.state.what for each in record.people.history.versions[1:]),
        },
        "delays": {
            "all": _spread(verdict.delays),
            **{
                what: _spread([each for each in verdict.delays if each.what == what])
                for what in sorted({each.what for each in verdict.delays})
            },
        },
        "delay_seconds": [round(each.seconds, 4) for each in verdict.delays],
        "faults": [what for _, what in record.faults],
        "examples": verdict.examples,
    }


def _kinds(names: Iterator[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _spread(delays: Sequence[Delay]) -> dict[str, float]:
    """Seconds."""
    ordered = sorted(each.seconds for each in delays)
    if not ordered:
        return {"count": 0}
    shares = {f"p{share}": round(percentile(ordered, share), 3) for share in (50, 95, 99)}
    return {"count": len(ordered), **shares, "worst": round(ordered[-1], 3)}


def _told(found: dict[str, Any]) -> str:
    delays = found["delays"]
    columns = ("count", "p50", "p95", "p99", "worst")
    rows = [["seconds until a change is in a service's answers", *columns]]
    rows += [[what, *(str(spread.get(name, "")) for name in columns)] for what, spread in delays.items()]
    return "\n".join(
        [
            report.aligned(rows),
            "",
            f"answers {found['answers']:,}, wrong {found['wrong']}: never true {found['never_true']},"
            f" too late {found['too_late']}, by {found['latest']:.2f} s at the most",
            f"outdated within the promise {found['outdated']:,}, the oldest by {found['oldest']:.2f} s",
            f"could not tell (503) {found['unavailable']:,}; not reachable {found['unreachable']:,} times;"
            f" other statuses {found['other_statuses']}",
            f"faults: {'; '.join(found['faults']) or 'none'}",
            *found["examples"],
        ]
    )
