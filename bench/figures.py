"""The whole comparison: the service and its baselines, same data, same users, same Elasticsearch, in turns."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from itertools import cycle, islice

from bench import machine, report
from bench.asked import Stand, ask_service
from bench.baselines import BASELINES, BRUTE_FORCE
from bench.company import Company
from bench.compared import Processes, ask_baseline
from bench.elastic import Watched
from bench.hot import ask_warm
from bench.measures import Measure
from bench.people import User
from bench.places import MIB, Places
from bench.progress import say
from bench.questions import ENDPOINTS, LISTED, Endpoint
from bench.service import Service, serving
from bench.warming import Warmed, warm
from bench.world import World

WARM_UP = 100
CALLERS = 500
"""Users who ask again and again."""

BRUTE_FORCE_REQUESTS = 20

COLD, WARM, FULL, KEPT = "cold", "warm", "consistency=full", "first time, after the warm-up"


@dataclass(frozen=True, slots=True)
class Plan:
    """`requests` for each kind of question in each run; `seconds` for which wrk asks each."""

    runs: int
    requests: int
    clients: int
    processes: int
    seconds: int


def run(world: World, plan: Plan) -> bool:
    """Load what is missing, measure, print and write. False when an answer of the service was wrong: then the run is void."""
    company, about = Company.loaded(world, Places.of_environment()), machine.describe()
    company.empty_redis()
    with ExitStack() as stack:
        (service,) = stack.enter_context(serving(company.settings, processes=plan.processes))
        processes = Processes(plan.processes)
        stack.callback(processes.close)
        bench = _Bench(company, service, processes, plan)
        bench.warm_up()
        runs = [bench.one_run(number) for number in range(plan.runs)]
        usage = service.usage()
        warmed = warm(service)
        kept = bench.after_the_warm_up()
    wrong = sum((Counter(one.faults) for one in (*_of_service(runs), *kept) if one.wrong), Counter[str]())
    ratios = report.ratios(runs, [named(LISTED, how) for how in (WARM, FULL, COLD)], list(BASELINES))
    print(report.table([[*runs[0], *kept], *runs[1:]]))
    print(f"\n{report.ratio_table(ratios)}\n")
    print(_warm_up_line(warmed))
    print(
        f"Memory of the service's processes, MiB: {', '.join(f'{each / MIB:.0f}' for each in usage.resident)}"
    )
    content = {
        "machine": about,
        "size": asdict(world.size),
        "plan": asdict(plan),
        "resident_bytes": usage.resident,
        "peak_bytes": usage.peak,
        "void": bool(wrong),
        "warm_up": asdict(warmed),
        "ratios": ratios,
        "after_the_warm_up": report.plain([kept])[0],
        "runs": report.plain(runs),
    }
    say(f"Written to {report.write(f'figures-{world.size.name}', content)}")
    if wrong:
        print(f"VOID: the service gave wrong answers: {dict(wrong)}")
    return not wrong


def named(endpoint: Endpoint, how: str) -> str:
    return f"{endpoint.name}, {how}"


class _Bench:
    """Everything that a run needs, and the users that nobody has asked about yet."""

    def __init__(self, company: Company, service: Service, processes: Processes, plan: Plan) -> None:
        self._company, self._processes, self._plan = company, processes, plan
        elastic = Watched(company.places.elasticsearch, company.index)
        self._stand = Stand(service, company.truth, elastic, plan.clients)
        wanted = CALLERS + WARM_UP * (len(ENDPOINTS) + 1) + (plan.runs + 1) * plan.requests * len(ENDPOINTS)
        self._fresh = iter(company.world.people.sample(wanted))
        self._callers = self._users(CALLERS)

    def warm_up(self) -> None:
        """Connections, mappings and compilers: not what is to be measured."""
        for endpoint in ENDPOINTS:
            self._ask(endpoint, COLD, self._users(WARM_UP))
        users = self._users(WARM_UP)
        for name in BASELINES:
            self._baseline(name, users)

    def one_run(self, number: int) -> list[Measure]:
        """Every kind once. Baselines get the users of the first endpoint; who begins changes from run to run."""
        users = {endpoint.name: self._users(self._plan.requests) for endpoint in ENDPOINTS}
        again = list(islice(cycle(self._callers), self._plan.requests // 2))
        turns: list[Callable[[], Measure]] = [
            *(partial(self._ask, endpoint, COLD, users[endpoint.name]) for endpoint in ENDPOINTS),
            *(partial(self._warm, endpoint) for endpoint in ENDPOINTS),
            *(partial(self._ask, endpoint, FULL, again, consistency="full") for endpoint in ENDPOINTS),
            *(partial(self._baseline, name, users[LISTED.name]) for name in BASELINES),
        ]
        start = number * len(turns) // self._plan.runs
        measures = [_told(number, turn()) for turn in turns[start:] + turns[:start]]
        return measures[len(turns) - start :] + measures[: len(turns) - start]

    def after_the_warm_up(self) -> list[Measure]:
        """Users who are in Redis, and in no process."""
        return [self._ask(endpoint, KEPT, self._users(self._plan.requests)) for endpoint in ENDPOINTS]

    def _ask(self, endpoint: Endpoint, how: str, users: Sequence[User], **further: str) -> Measure:
        return ask_service(named(endpoint, how), endpoint, users, self._stand, **further)

    def _warm(self, endpoint: Endpoint) -> Measure:
        return ask_warm(
            named(endpoint, WARM), endpoint, self._callers, self._stand, seconds=self._plan.seconds
        )

    def _baseline(self, name: str, users: Sequence[User]) -> Measure:
        asking = users[:BRUTE_FORCE_REQUESTS] if name == BRUTE_FORCE else users
        places, index, clients = self._company.places, self._company.index, self._plan.clients
        return ask_baseline(
            name, self._processes, places.elasticsearch, index, asking, self._company.truth, clients=clients
        )

    def _users(self, count: int) -> list[User]:
        users = list(islice(self._fresh, count))
        if len(users) < count:
            raise SystemExit("too few users for so many cold requests: ask for fewer, or take a larger size")
        return users


def _told(number: int, one: Measure) -> Measure:
    say(
        f"  run {number + 1}: {one.name}: P50 {one.p50} P99 {one.p99} ms, {one.per_second}/s, wrong {one.faults}"
    )
    return one


def _of_service(runs: Sequence[Sequence[Measure]]) -> Iterator[Measure]:
    return (one for run in runs for one in run if one.name not in BASELINES)


def _warm_up_line(warmed: Warmed) -> str:
    return (
        f"Warm-up: {warmed.users:,} users in {warmed.seconds:.1f} s, {warmed.per_second:,.0f} a second;"
        f" Redis {warmed.bytes_per_user:,.0f} bytes a user"
    )
