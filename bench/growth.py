"""The same company when it was a sixteenth and a quarter of its size: what grows with it, and what does not."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from bench import machine, report, snapshot
from bench.asked import Stand
from bench.company import Company
from bench.elastic import Watched
from bench.figures import CALLERS, Plan
from bench.hot import ask_warm
from bench.measures import Measure
from bench.places import MIB, Places
from bench.progress import say
from bench.questions import ENDPOINTS
from bench.readmodel import Order
from bench.service import serving
from bench.sizes import SIZES
from bench.world import World

SHARES = (16, 4, 1)


@dataclass(frozen=True, slots=True)
class Grown:
    """One size: its warm answers, run by run, and its snapshot (seconds to build from Elasticsearch, MiB).

    `resident` are the bytes of the largest process of the service after the load."""

    size: str
    users: int
    policies: int
    runs: list[list[Measure]]
    resident: int
    build_seconds: float
    snapshot_mib: float

    def middle(self, question: str, figure: str) -> float:
        found: list[float] = [
            getattr(one, figure) for run in self.runs for one in run if one.name == question
        ]
        return median(found)

    @property
    def wrong(self) -> int:
        return sum(one.wrong for run in self.runs for one in run)


def run(world: World, plan: Plan) -> bool:
    """Measure all sizes up to this one, print and write. False when an answer was wrong."""
    about, name = machine.describe(), world.size.name
    grown = [_measured(World(SIZES[name if share == 1 else f"{name}{share}"]), plan) for share in SHARES]
    print(report.aligned(_table(grown)))
    content = {
        "machine": about,
        "plan": asdict(plan),
        "void": any(one.wrong for one in grown),
        "sizes": [_plain(one) for one in grown],
    }
    say(f"Written to {report.write(f'growth-{name}', content)}")
    return not content["void"]


def _measured(world: World, plan: Plan) -> Grown:
    company = Company.loaded(world, Places.of_environment())
    company.empty_redis()
    callers = world.people.sample(CALLERS)
    elastic = Watched(company.places.elasticsearch, company.index)
    order = Order(world.size.name, users=100, url=company.places.elasticsearch, index=company.index)
    read_model = snapshot.measured(order)
    with serving(company.settings, processes=plan.processes) as (service,):
        stand = Stand(service, company.truth, elastic, plan.clients)
        runs = [
            [
                ask_warm(endpoint.name, endpoint, callers, stand, seconds=plan.seconds)
                for endpoint in ENDPOINTS
            ]
            for _ in range(plan.runs)
        ]
        resident = service.usage().resident[0]
    size = world.size
    return Grown(
        size.name,
        size.users,
        size.policies,
        runs,
        resident,
        round(read_model.build, 2),
        round(read_model.memory, 1),
    )


def _table(grown: Sequence[Grown]) -> list[list[str]]:
    first, last = grown[0], grown[-1]
    rows = [["", *(f"{one.users:,} users, {one.policies:,} policies" for one in grown), "last over first"]]
    for endpoint in ENDPOINTS:
        for figure, what in (("p99", "P99 ms"), ("per_second", "req/s"), ("app_cpu_ms", "app CPU ms/req")):
            values = [one.middle(endpoint.name, figure) for one in grown]
            rows.append([f"{endpoint.name}: {what}", *_cells(values)])
    rows.append(["largest process, MiB", *_cells([one.resident / MIB for one in grown])])
    rows.append(["snapshot, MiB", *_cells([one.snapshot_mib for one in grown])])
    rows.append(["snapshot built from Elasticsearch, s", *_cells([one.build_seconds for one in grown])])
    wrong = f"x{last.users / first.users:.0f} users"
    rows.append(["wrong", *(str(one.wrong) for one in grown), wrong])
    return rows


def _cells(values: Sequence[float]) -> list[str]:
    return [*(f"{value:,.2f}" for value in values), f"x{values[-1] / values[0]:.2f}"]


def _plain(one: Grown) -> dict[str, Any]:
    middles = {
        endpoint.name: {
            figure: one.middle(endpoint.name, figure) for figure in ("p50", "p99", "per_second", "app_cpu_ms")
        }
        for endpoint in ENDPOINTS
    }
    return {**asdict(one), "runs": report.plain(one.runs), "medians": middles}
