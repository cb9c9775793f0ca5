"""Warm answers under a client that costs little: wrk, with hundreds of callers in turn.

Clients in Python cap at some two thousand requests a second, of which they wait for one another for most of the time. So
they only compare the answers, all callers' before and after the load, and wrk holds the clock.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.asked import Stand
from bench.measures import UNAVAILABLE, Measure, milliseconds
from bench.people import User
from bench.questions import Endpoint, Request

SCRIPT = Path(__file__).parent / "wrk" / "many.lua"
WARM_UP_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk says. Seconds; `refused` are answers of another status than 2xx or 3xx, `lost` those that never came."""

    requests: int
    seconds: float
    p50: float
    p95: float
    p99: float
    slowest: float
    bytes: int
    refused: int
    lost: int


def ask_warm(name: str, endpoint: Endpoint, users: Sequence[User], stand: Stand, *, seconds: int) -> Measure:
    """The question of all users again and again, for so many seconds, once all processes know them."""
    service, elastic = stand.service, stand.elastic
    questions = stand.requests_of(endpoint, users)
    requests = [request for _, request in questions]
    load(service.url, requests, connections=stand.clients, seconds=WARM_UP_SECONDS)
    faults = stand.faults_of(endpoint, stand.ask(questions))
    before, used = elastic.counters(), service.usage()
    found = load(service.url, requests, connections=stand.clients, seconds=seconds)
    cpu, after = service.usage().cpu - used.cpu, elastic.counters()
    faults += stand.faults_of(endpoint, stand.ask(questions))
    wrong = Counter(fault for fault in faults if fault is not None)
    # The callers' answers were 200 before and after: whatever else came meanwhile is no answer, but not a wrong one.
    wrong[UNAVAILABLE] += found.refused + found.lost
    return Measure(
        name=name,
        requests=found.requests,
        p50=milliseconds(found.p50),
        p95=milliseconds(found.p95),
        p99=milliseconds(found.p99),
        slowest=milliseconds(found.slowest),
        per_second=round(found.requests / found.seconds, 1),
        app_cpu_ms=milliseconds(cpu / found.requests),
        elastic_cpu_ms=milliseconds((after.cpu - before.cpu) / found.requests),
        searches=round((after.searches - before.searches) / found.requests, 2),
        checked=len(faults),
        faults=dict(+wrong),
    )


def load(url: str, requests: Sequence[Request], *, connections: int, seconds: int) -> Load:
    """wrk with these requests in turn, from one thread. Ends the program where there is no wrk."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed; most systems have a package of that name")
    lines = ["\t".join((each.method, each.path, each.token, each.body.decode())) for each in requests]
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        options = [f"--connections={connections}", "--threads=1", f"--duration={seconds}s"]
        done = subprocess.run(
            ["wrk", *options, f"--script={SCRIPT}", url],
            env={**os.environ, "REQUESTS": file.name},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return Load(**json.loads(done.stdout.splitlines()[-1]))
