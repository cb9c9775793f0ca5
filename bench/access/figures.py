"""What is written down of one kind of question."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from bench.clients import Connection, ask_all
from bench.measures import UNAVAILABLE, milliseconds, percentile
from bench.questions import Request, send
from bench.service import Service
from bench.truth import Reply, fault_of_status


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what is wrong with an answer's JSON (None: nothing)."""

    request: Request
    fault: Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One kind of question, asked one after the other. Latencies in milliseconds, as the client saw them.

    `memory` is how many MiB the largest process had at its peak beyond what it had before; None where it was not
    looked at.
    """

    name: str
    requests: int
    p50: float
    p95: float
    p99: float
    slowest: float
    memory: float | None = None
    faults: dict[str, int] = field(default_factory=dict)
    detail: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        name: str,
        seconds: Sequence[float],
        faults: Sequence[str | None],
        *,
        memory: float | None = None,
        **detail: Any,
    ) -> "Figure":
        """One latency in seconds and one fault (or None) for each request."""
        ordered = sorted(seconds)
        p50, p95, p99, slowest = (milliseconds(percentile(ordered, share)) for share in (50, 95, 99, 100))
        counts = Counter(fault for fault in faults if fault is not None)
        return cls(name, len(ordered), p50, p95, p99, slowest, memory, dict(counts), detail)

    @property
    def wrong(self) -> int:
        """ "Could not tell" is no answer, but no wrong one."""
        return sum(self.faults.values()) - self.faults.get(UNAVAILABLE, 0)


def asked(name: str, service: Service, questions: Sequence[Question]) -> Figure:
    """Ask every question once, on one connection; answers are compared when the clock has stopped."""
    found = ask_all(service.url, questions, _send, clients=1)
    return Figure.of(
        name, [each.seconds for each in found], [_fault(each.question, each.answer) for each in found]
    )


def _send(connection: Connection, question: Question) -> Reply:
    return send(connection, question.request)


def _fault(question: Question, reply: Reply) -> str | None:
    return fault_of_status(reply) or question.fault(orjson.loads(reply.content))
