"""The side-by-side table, and the file of results."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.measures import Measure, Spread
from bench.places import RESULTS

COLUMNS = (
    "P50",
    "P95",
    "P99",
    "P99",
    "slowest",
    "req/s",
    "app CPU",
    "ES CPU",
    "searches",
    "wrong",
    "503",
    "unordered",
)
UNITS = ("ms", "ms", "ms", "ms, least", "ms", "", "ms/req", "ms/req", "per req", "", "", "")


def table(runs: Sequence[Sequence[Measure]]) -> str:
    """One line for each kind of question: the median of the runs, counts over all of them."""
    rows: list[tuple[str, ...]] = [("", *COLUMNS), (f"median of {len(runs)} run(s)", *UNITS)]
    rows += [_row([one for run in runs for one in run if one.name == name]) for name in _names(runs)]
    return aligned(rows)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows as lines: the first column to the left, the others to the right."""
    first, *others = (max(map(len, column)) for column in zip(*rows, strict=True))
    return "\n".join(
        "  ".join(
            [row[0].ljust(first), *(cell.rjust(width) for cell, width in zip(row[1:], others, strict=True))]
        )
        for row in rows
    )


def write(name: str, content: dict[str, Any]) -> Path:
    """Keep what was found as `results/<date>-<name>.json`; an earlier file of the day is replaced."""
    path = RESULTS / f"{datetime.now(UTC):%Y-%m-%d}-{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def plain(runs: Sequence[Sequence[Measure]]) -> list[list[dict[str, Any]]]:
    """All measures, for the file of results."""
    return [
        [asdict(one) | {"wrong": one.wrong, "unavailable": one.unavailable} for one in run] for run in runs
    ]


def ratios(
    runs: Sequence[Sequence[Measure]], ours: Sequence[str], others: Sequence[str]
) -> list[dict[str, Any]]:
    """How many times the P99, and the requests a second, of each of ours go into the others'. Medians of the runs' ratios."""
    by_name = [{one.name: one for one in run} for run in runs]
    return [
        {
            "ours": mine,
            "other": other,
            "p99": _middle(run[other].p99 / run[mine].p99 for run in by_name),
            "per_second": _middle(run[mine].per_second / run[other].per_second for run in by_name),
        }
        for mine in ours
        for other in others
    ]


def ratio_table(found: Sequence[dict[str, Any]]) -> str:
    """Ours down, the others across: P99 so many times less, requests a second so many times more."""
    others = list(dict.fromkeys(each["other"] for each in found))
    rows = [["times better (P99, req/s) than", *others]]
    for mine in dict.fromkeys(each["ours"] for each in found):
        pairs = [(each["p99"], each["per_second"]) for each in found if each["ours"] == mine]
        rows.append([mine, *(f"{p99:,.1f}, {rate:,.1f}" for p99, rate in pairs)])
    return aligned(rows)


def _middle(values: Iterable[float]) -> float:
    return round(Spread.of(values).median, 2)


def _names(runs: Sequence[Sequence[Measure]]) -> list[str]:
    return list(dict.fromkeys(one.name for run in runs for one in run))


def _row(measures: Sequence[Measure]) -> tuple[str, ...]:
    def middle(field: str) -> float:
        return Spread.of(getattr(one, field) for one in measures).median

    checked = sum(one.checked for one in measures)
    return (
        measures[0].name,
        *(f"{middle(field):.1f}" for field in ("p50", "p95", "p99")),
        f"{Spread.of(one.p99 for one in measures).least:.1f}",
        f"{max(one.slowest for one in measures):.0f}",
        f"{middle('per_second'):,.0f}",
        f"{middle('app_cpu_ms'):.2f}",
        f"{middle('elastic_cpu_ms'):.2f}",
        f"{middle('searches'):.1f}",
        f"{sum(one.wrong for one in measures):,} of {checked:,}",
        str(sum(one.unavailable for one in measures)),
        str(sum(one.unordered for one in measures)),
    )
