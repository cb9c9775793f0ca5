"""Pictures for docs/performance.md, drawn from the newest results of the largest size: `python -m bench plots`."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from bench import svg
from bench.baselines import BASELINES
from bench.places import RESULTS, ROOT
from bench.progress import say

FOLDER = ROOT / "docs" / "plots"
SIZES = ("M", "S")


def run() -> bool:
    """Draw whatever there are results of."""
    FOLDER.mkdir(exist_ok=True)
    for kind, draw in DRAWINGS.items():
        found = _newest(kind)
        if found is None:
            say(f"no results of {kind}: run `python -m bench {kind}` first")
            continue
        for name, picture in draw(found).items():
            (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")
            say(f"docs/plots/{name}.svg")
    return True


def _figures(found: Any) -> dict[str, str]:
    runs = [{one["name"]: one for one in run} for run in found["runs"]]
    names = [name for name in runs[0] if "listed" in name or name in BASELINES]
    ours = [name for name in names if name not in BASELINES]

    def middle(figure: str) -> dict[str, float]:
        return {name: median(run[name][figure] for run in runs) for name in names}

    size = found["size"]
    of = f"first page of 100 purposes, {size['users']:,} users, {size['policies']:,} policies, 10 clients"
    return {
        "latency": svg.bars(f"P99: {of}", "ms", middle("p99"), ours=ours),
        "throughput": svg.bars(f"Answers a second: {of}", "/s", middle("per_second"), ours=ours),
    }


def _growth(found: Any) -> dict[str, str]:
    sizes = [f"{one['users']:,} users" for one in found["sizes"]]

    def lines(title: str, unit: str, figure: str) -> str:
        questions = found["sizes"][0]["medians"]
        series = {name: [one["medians"][name][figure] for one in found["sizes"]] for name in questions}
        return svg.lines(title, unit, sizes, series)

    return {
        "growth-latency": lines("P99 of warm answers while the company grows", "ms", "p99"),
        "growth-cpu": lines("Processor time of a warm answer while the company grows", "ms", "app_cpu_ms"),
    }


def _freshness(found: Any) -> dict[str, str]:
    delays = found["delay_seconds"]
    title = f"Seconds until a change is in a service's answers ({len(delays):,} changes seen)"
    return {"freshness": svg.histogram(title, delays, width=0.1, until=2.0)}


DRAWINGS: Mapping[str, Callable[[Any], dict[str, str]]] = {
    "figures": _figures,
    "growth": _growth,
    "freshness": _freshness,
}
"""What is drawn of which results."""


def _newest(kind: str) -> Any:
    """The newest results of the largest size that has any."""
    for size in SIZES:
        files: list[Path] = sorted(RESULTS.glob(f"*-{kind}-{size}.json"))
        if files:
            return json.loads(files[-1].read_text(encoding="utf-8"))
    return None
