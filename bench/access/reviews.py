"""A review of everybody and everything: taken by a worker, then downloaded."""

import time
from collections.abc import Sequence

import orjson

from bench.access.figures import Figure
from bench.access.questions import Auditor
from bench.access.streams import Grown, Read, pieces
from bench.baselines import PAGE
from bench.clients import Connection
from bench.oracle import EFFECTIVE
from bench.places import MIB
from bench.processes import forget_peaks, usage_of_group
from bench.questions import Request, send
from bench.service import Service
from bench.warming import working
from bench.world import World

LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 1_200.0


def reviewed(service: Service, auditor: Auditor, world: World) -> list[Figure]:
    """Take a review of the tenant in effective mode, and read all of it as JSON Lines."""
    with working(service) as worker:
        forget_peaks(worker)
        before, began = usage_of_group(worker).peak, time.perf_counter()
        review = _ask(service, auditor.post("access/reviews", {"scope": "tenant"}))
        while review["state"] not in ("done", "failed", "cancelled"):
            if time.perf_counter() - began > PATIENCE_SECONDS:
                raise SystemExit(f"the review is not ready: {review}")
            time.sleep(LOOK_SECONDS)
            review = _ask(service, auditor.get(f"access/reviews/{review['id']}"))
        seconds = time.perf_counter() - began
        memory = round((usage_of_group(worker).peak - before) / MIB, 1)
    if review["state"] != "done":
        raise SystemExit(f"the review is {review['state']}: {review['job']}")
    taken = Figure.of(
        "review of everybody: taken by a worker",
        [seconds],
        [_fault_of_rows(service, auditor, review["id"])],
        memory=memory,
        rows=review["rows"],
    )
    return [taken, _downloaded(service, auditor, world, review["id"])]


def _downloaded(service: Service, auditor: Auditor, world: World, review: str) -> Figure:
    grown, began = Grown(service), time.perf_counter()
    request = auditor.get(f"access/reviews/{review}/download", format="jsonl")
    read = Read().read(pieces(service, request, "*/*"))
    seconds, memory = time.perf_counter() - began, grown.mib
    fault = None if read.is_whole else "trailer"
    return Figure.of(
        "review of everybody: all rows, streamed",
        [seconds],
        [fault or _fault_of_sample(auditor, world, read.sample)],
        memory=memory,
        rows=read.lines - 2,
        bytes=read.bytes,
        sampled=len(read.sample),
    )
