"""The whole comparison: the service and its baselines, same data, same users, same Elasticsearch, in turns."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice

from bench import machine, report
from bench.baselines import BASELINES
from bench.cold import ENDPOINTS, Endpoint, ask_service
from bench.compared import Processes, ask_baseline
from bench.elastic import Watched
from bench.measures import Measure
from bench.oracle import Oracle
from bench.people import User
from bench.places import Places
from bench.progress import say
from bench.service import Service, serving
from bench.stores import index, keycloak
from bench.truth import Truth
from bench.who import Roles
from bench.world import World

WARM_UP = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """`requests` for each kind of question in each run."""

    runs: int
    requests: int
    clients: int
    processes: int


def run(world: World, plan: Plan) -> bool:
    """Load what is missing, measure, print and write. False when an answer of the service was wrong: then the run is void."""
    places = Places.of_environment()
    name = index.load(places.elasticsearch, world)
    directory = keycloak.load(places, world)
    truth = Truth(Oracle(world.documents()), Roles(world.people))
    about = machine.describe()
    settings = {
        "ELASTICSEARCH_URL": places.elasticsearch,
        "ELASTICSEARCH_INDEX": name,
        "KEYCLOAK_DATABASE_URL": directory,
        "KEYCLOAK_REALM": keycloak.REALM,
    }
    with ExitStack() as stack:
        service = stack.enter_context(serving(settings, processes=plan.processes))
        processes = Processes(plan.processes)
        stack.callback(processes.close)
        bench = _Bench(world, truth, service, processes, places.elasticsearch, name, plan)
        bench.warm_up()
        runs = [bench.one_run(number) for number in range(plan.runs)]
        peak = service.usage().peak
    wrong = sum((Counter(one.faults) for one in _of_service(runs) if one.wrong), Counter[str]())
    print(report.table(runs))
    print(f"Peak memory of one process of the service: {peak / 2**20:.0f} MiB")
    content = {
        "machine": about,
        "size": asdict(world.size),
        "plan": asdict(plan),
        "peak_bytes": peak,
        "void": bool(wrong),
        "runs": report.plain(runs),
    }
    say(f"Written to {report.write(f'cold-{world.size.name}', content)}")
    if wrong:
        print(f"VOID: the service gave wrong answers: {dict(wrong)}")
    return not wrong


class _Bench:
    """Everything that a run needs, and the users that nobody has asked about yet."""

    def __init__(
        self,
        world: World,
        truth: Truth,
        service: Service,
        processes: Processes,
        elasticsearch: str,
        index_name: str,
        plan: Plan,
    ) -> None:
        self._truth, self._service, self._processes, self._plan = truth, service, processes, plan
        self._elasticsearch, self._index = elasticsearch, index_name
        self._elastic = Watched(elasticsearch, index_name)
        wanted = WARM_UP * (len(ENDPOINTS) + len(BASELINES)) + plan.runs * plan.requests * len(ENDPOINTS)
        self._fresh = iter(world.people.sample(wanted))

    def warm_up(self) -> None:
        """Connections, mappings and compilers: not what is to be measured."""
        for endpoint in ENDPOINTS:
            self._endpoint(endpoint, self._users(WARM_UP))
        for name in BASELINES:
            self._baseline(name, self._users(WARM_UP))

    def one_run(self, number: int) -> list[Measure]:
        """Every kind once. Baselines get the users of the first endpoint; who begins changes from run to run."""
        users = {endpoint.name: self._users(self._plan.requests) for endpoint in ENDPOINTS}
        turns: list[Callable[[], Measure]] = [
            *(partial(self._endpoint, endpoint, users[endpoint.name]) for endpoint in ENDPOINTS),
            *(partial(self._baseline, name, users[ENDPOINTS[0].name]) for name in BASELINES),
        ]
        start = number % len(turns)
        measures = [turn() for turn in turns[start:] + turns[:start]]
        for one in measures:
            say(
                f"  run {number + 1}: {one.name}: P50 {one.p50} P99 {one.p99} ms, {one.per_second}/s, wrong {one.faults}"
            )
        return measures

    def _endpoint(self, endpoint: Endpoint, users: Sequence[User]) -> Measure:
        clients = self._plan.clients
        return ask_service(endpoint, self._service, users, self._truth, self._elastic, clients=clients)

    def _baseline(self, name: str, users: Sequence[User]) -> Measure:
        clients = self._plan.clients
        return ask_baseline(
            name, self._processes, self._elasticsearch, self._index, users, self._truth, clients=clients
        )

    def _users(self, count: int) -> list[User]:
        users = list(islice(self._fresh, count))
        if len(users) < count:
            raise SystemExit("too few users for so many cold requests: ask for fewer, or take a larger size")
        return users


def _of_service(runs: Sequence[Sequence[Measure]]) -> Iterator[Measure]:
    names = {endpoint.name for endpoint in ENDPOINTS}
    return (one for run in runs for one in run if one.name in names)
