"""All questions of an auditor in one run, beside their targets."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from itertools import cycle, islice

from bench import machine, report
from bench.access.everybody import Everybody
from bench.access.figures import Figure, Question, asked
from bench.access.pages import persons
from bench.access.questions import MODES, Auditor
from bench.access.reviews import reviewed
from bench.access.streams import Grown, all_subjects
from bench.company import Company
from bench.oracle import EFFECTIVE
from bench.people import User
from bench.places import Places, of_database
from bench.progress import say
from bench.service import Service, serving
from bench.world import World

AUDITOR_ROLE = "$member"
"""Almost a third of the users hold it, so that there is one at any size."""

REDIS_DATABASE = "10"
"""Not that of the other runs: a worker takes every job there is."""

SETTINGS = {"AUDITOR_ROLE": AUDITOR_ROLE, "WARM_AT_USERS": "1000000000"}
"""Nobody warms anything up meanwhile: a worker is there for the review alone."""

PURPOSES, USERS = 200, 500
"""Of which the oracle knows everything · who are asked about, for each kind of question."""

BATCHES, WHOLE = 5, 5
"""Of checks · of questions about the whole tenant."""

BATCH_USERS, BATCH_PURPOSES = 100, 10

TARGETS = {
    "explain, a new user each": ("P99 100 ms", "P99 20 ms"),
    "who sees a purpose: first page": ("P99 300 ms", "P99 50 ms"),
    "who sees a purpose: all of them, streamed": ("30 s, 50 MB", "5 s, 20 MB"),
    "simulate a change of a policy": ("5 s", "1 s"),
    "review of everybody: all rows, streamed": ("10 min", "2 min"),
    "a user's page": ("P95 200 ms", "P95 60 ms"),
}
"""Floor and goal, for size M; a review's are for taking and reading it."""


def run(world: World) -> bool:
    """Load what is missing, measure, print and write. False when an answer was wrong: then the run is void."""
    about, places = machine.describe(), Places.of_environment()
    places = replace(places, redis=of_database(places.redis, REDIS_DATABASE))
    company, everybody = Company.loaded(world, places), Everybody(world, PURPOSES)
    company.empty_redis()
    # One process, whose memory can be told; an auditor asks one question after the other.
    with serving(company.settings | SETTINGS, processes=1) as (service,):
        figures = list(map(_told, _Bench(company, everybody, service).figures()))
    wrong = sum(one.wrong for one in figures)
    print(report.aligned(_table(figures)))
    content = {
        "machine": about,
        "size": asdict(world.size),
        "void": bool(wrong),
        "figures": [asdict(one) | {"wrong": one.wrong} for one in figures],
    }
    say(f"Written to {report.write(f'access-{world.size.name}', content)}")
    if wrong:
        print(f"VOID: {wrong} wrong answers")
    return not wrong


class _Bench:
    """Everything that a run needs, and the users that nobody has asked about yet."""

    def __init__(self, company: Company, everybody: Everybody, service: Service) -> None:
        people, truth = company.world.people, company.truth
        self._truth, self._service, self._purposes = truth, service, everybody.purposes
        auditors = (user for user in people.users() if user.enabled and AUDITOR_ROLE in truth.who(user).roles)
        (token,) = service.tokens([next(auditors)])
        self._auditor = Auditor(token, company.world, everybody, truth)
        # In a small company they come round again.
        self._fresh = cycle(people.sample(5 * USERS + BATCHES * BATCH_USERS))

    def figures(self) -> Iterator[Figure]:
        yield from self._about_pairs()
        yield from self._about_purposes()
        yield from self._about_everybody()
        yield persons(self._service, self._users(USERS), self._truth)
        yield from reviewed(self._service, self._auditor)

    def _about_pairs(self) -> Iterator[Figure]:
        ask, users = self._auditor, self._users(USERS)
        pairs = list(zip(users, cycle(self._purposes), strict=False))
        self._ask("warm-up", [ask.explain(user, self._purposes[0]) for user in self._users(BATCHES)])
        yield self._ask("explain, a new user each", [ask.explain(*pair) for pair in pairs])
        again = zip(users, cycle(self._purposes[1:]), strict=False)
        yield self._ask("explain, a user asked about before", [ask.explain(*pair) for pair in again])
        purposes = cycle(self._purposes)
        batches = [
            ask.can(self._users(BATCH_USERS), list(islice(purposes, BATCH_PURPOSES))) for _ in range(BATCHES)
        ]
        yield self._ask("can: 1,000 checks, new users", batches)
        yield self._ask("can: 1,000 checks, the same again", batches)
        pairs_of_users = zip(self._users(USERS), self._users(USERS), strict=True)
        yield self._ask("compare two new users", [ask.compare(*pair) for pair in pairs_of_users])

    def _about_purposes(self) -> Iterator[Figure]:
        ask = self._auditor
        grown = Grown(self._service)
        first = self._ask(
            "everybody counted: the first such question", [ask.subjects(self._purposes[0], EFFECTIVE)]
        )
        yield replace(first, memory=grown.mib)
        pages = [ask.subjects(purpose, mode) for mode in MODES for purpose in self._purposes]
        yield self._ask("who sees a purpose: first page", pages)
        most = max(self._purposes, key=lambda each: each.effective.total)
        yield all_subjects(self._service, ask, most)

    def _about_everybody(self) -> Iterator[Figure]:
        ask = self._auditor
        yield self._ask("simulate a change of a policy", [ask.simulate(each) for each in self._purposes])
        differing = [ask.differences_of(purpose) for purpose in self._purposes]
        yield self._ask("differences of one purpose", differing)
        # What is worked out is kept until something changes, and nothing does meanwhile.
        for name, question in (
            ("differences of the tenant", ask.differences()),
            ("findings of the tenant, one kind", ask.unseen()),
            ("findings of the tenant, all kinds", ask.findings()),
        ):
            yield self._ask(f"{name}: worked out", [question])
            yield self._ask(f"{name}: the same again", [question] * WHOLE)

    def _ask(self, name: str, questions: Sequence[Question]) -> Figure:
        return asked(name, self._service, questions)

    def _users(self, count: int) -> list[User]:
        return list(islice(self._fresh, count))


def _told(one: Figure) -> Figure:
    say(f"  {one.name}: P50 {one.p50} P99 {one.p99} ms, wrong {one.faults} {one.detail}")
    return one


def _table(figures: Sequence[Figure]) -> list[list[str]]:
    head = ["", "requests", "P50 ms", "P95 ms", "P99 ms", "slowest ms", "MiB added", "floor", "goal", "wrong"]
    return [head, *map(_row, figures)]


def _row(one: Figure) -> list[str]:
    return [
        one.name,
        str(one.requests),
        *(f"{each:,.1f}" for each in (one.p50, one.p95, one.p99, one.slowest)),
        "" if one.memory is None else f"{one.memory:,.1f}",
        *TARGETS.get(one.name, ("", "")),
        str(one.wrong),
    ]
