"""The read model in one process: built, asked and changed, beside the targets, and again for companies that have grown.

Look-ups and changes are in CPU time of their thread: the machine is shared, and they wait for nobody.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from statistics import median

from bench import machine, report
from bench.places import ROOT, Places
from bench.progress import say
from bench.readmodel import Order, Report
from bench.stores import index
from bench.world import World

GROWTH = (1, 4, 16)
TARGETS = {
    "build from Elasticsearch, s": ("20", "6", "3"),
    "memory, MiB": ("400", "150", "60"),
    "listed page, P50 µs": ("100", "30", "18"),
}
"""Floor, goal and beyond, for size M."""


def run(world: World, runs: int, users: int) -> bool:
    """Measure, print and write. False when an answer was wrong: then the run is void."""
    about, url = machine.describe(), Places.of_environment().elasticsearch
    name, size = index.load(url, world), world.size.name
    live = [measured(Order(size, users=users, url=url, index=name)) for _ in range(runs)]
    grown = [measured(Order(size, growth=growth, users=users)) for growth in GROWTH]
    print(report.aligned(_table(live, grown)))
    wrong = sum(one.wrong for one in (*live, *grown))
    content = {
        "machine": about,
        "size": size,
        "void": bool(wrong),
        "elasticsearch": [asdict(one) for one in live],
        "growth": {str(growth): asdict(one) for growth, one in zip(GROWTH, grown, strict=True)},
    }
    say(f"Written to {report.write(f'snapshot-{size}', content)}")
    if wrong:
        print(f"VOID: {wrong} wrong answers")
    return not wrong


def measured(order: Order) -> Report:
    """Ordered from a process of its own."""
    command = [sys.executable, "-m", "bench.readmodel"]
    done = subprocess.run(
        command, cwd=ROOT, input=json.dumps(asdict(order)), stdout=subprocess.PIPE, text=True, check=True
    )
    found = Report(**json.loads(done.stdout))
    say(f"  {order.size} x{order.growth}: {found}")
    return found


def _table(live: Sequence[Report], grown: Sequence[Report]) -> list[list[str]]:
    head = ["", "floor", "goal", "beyond", "least", "median", *(f"x{growth}" for growth in GROWTH)]
    return [head, *([name, *_cells(name, live, grown)] for name in _figures(live[0]))]


def _cells(name: str, live: Sequence[Report], grown: Sequence[Report]) -> list[str]:
    ours = [_figures(one)[name] for one in live]
    return [
        *TARGETS.get(name, ("", "", "")),
        *(f"{each:,.1f}" for each in (min(ours), median(ours))),
        *(f"{_figures(one)[name]:,.1f}" for one in grown),
    ]


def _figures(one: Report) -> dict[str, float]:
    """By the name of its row. Grown companies are built from JSON in memory."""
    timed = {
        "listed page": one.listed_us,
        "effective page": one.effective_us,
        "page with reasons": one.reasons_us,
        "a policy changed": one.policy_change_us,
        "a purpose renamed": one.rename_us,
    }
    return {
        "build from Elasticsearch, s": one.build,
        "memory, MiB": one.memory,
        "purposes seen": one.listed_total,
        **{f"{name}, P50 µs": pair[0] for name, pair in timed.items()},
        **{f"{name}, P99 µs": pair[1] for name, pair in timed.items()},
        "wrong": one.wrong,
    }
