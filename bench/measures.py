"""What is written down of one measurement, and the summary of several."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import median

UNAVAILABLE = "unavailable"
"""The one fault that is not a wrong answer."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of question, asked by so many clients. Latencies in milliseconds, as the client saw them.

    `app_cpu_ms` is what the answering side used in a request without its stores: for the service its processes, for
    a baseline its client. `searches` are the query phases that Elasticsearch ran for a request. `checked` is how many
    answers were compared with the oracle's.
    """

    name: str
    requests: int
    p50: float
    p95: float
    p99: float
    slowest: float
    per_second: float
    app_cpu_ms: float
    elastic_cpu_ms: float
    searches: float
    checked: int
    faults: dict[str, int] = field(default_factory=dict)
    unordered: int = 0

    @property
    def unavailable(self) -> int:
        """Requests that were answered "could not tell" (503): no answer, but no wrong one."""
        return self.faults.get(UNAVAILABLE, 0)

    @property
    def wrong(self) -> int:
        return sum(self.faults.values()) - self.unavailable


def measure(
    name: str,
    seconds: Sequence[float],
    *,
    wall: float,
    app_cpu: float,
    elastic_cpu: float,
    searches: int,
    faults: Iterable[str | None],
    unordered: int = 0,
) -> Measure:
    """All times in seconds; one latency and one fault (or None) for each request."""
    ordered, count = sorted(seconds), len(seconds)
    return Measure(
        name=name,
        requests=count,
        p50=milliseconds(percentile(ordered, 50)),
        p95=milliseconds(percentile(ordered, 95)),
        p99=milliseconds(percentile(ordered, 99)),
        slowest=milliseconds(ordered[-1]),
        per_second=round(count / wall, 1),
        app_cpu_ms=milliseconds(app_cpu / count),
        elastic_cpu_ms=milliseconds(elastic_cpu / count),
        searches=round(searches / count, 2),
        checked=count,
        faults=dict(Counter(fault for fault in faults if fault is not None)),
        unordered=unordered,
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that `share` per cent of the values do not exceed (nearest rank)."""
    return ordered[max(0, ceil(len(ordered) * share / 100) - 1)]


@dataclass(frozen=True, slots=True)
class Spread:
    """The same figure of several runs."""

    least: float
    median: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        ordered = sorted(values)
        return cls(ordered[0], median(ordered), ordered[-1])


def milliseconds(seconds: float) -> float:
    return round(1000 * seconds, 3)
