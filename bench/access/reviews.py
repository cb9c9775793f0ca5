"""A review of everybody and everything: taken by a worker, then downloaded."""

import time
from typing import Any

import orjson

from bench.access.figures import Figure, asked
from bench.access.questions import Auditor
from bench.access.streams import Grown, Read, pieces
from bench.clients import Connection
from bench.places import MIB
from bench.processes import forget_peaks, usage_of_group
from bench.questions import Request, send
from bench.service import Service
from bench.warming import working

LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 1_200.0
SAMPLED = 200
"""Rows of a download that are looked up, at most."""


def reviewed(service: Service, auditor: Auditor) -> list[Figure]:
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
        [None],
        memory=memory,
        rows=review["rows"],
    )
    pages = [auditor.rows(review["id"], purpose) for purpose in auditor.purposes]
    return [
        taken,
        asked("review of everybody: rows of one purpose, a page", service, pages),
        _downloaded(service, auditor, review["id"]),
    ]


def _downloaded(service: Service, auditor: Auditor, review: str) -> Figure:
    grown, began = Grown(service), time.perf_counter()
    request = auditor.get(f"access/reviews/{review}/download", format="jsonl")
    read = Read().read(pieces(service, request, "*/*"))
    seconds, memory = time.perf_counter() - began, grown.mib
    rows = [orjson.loads(each) for each in read.sample[:: len(read.sample) // SAMPLED + 1]]
    fault = None if read.is_whole else "trailer"
    return Figure.of(
        "review of everybody: all rows, streamed",
        [seconds],
        [fault or auditor.fault_of_rows(rows)],
        memory=memory,
        rows=read.lines - 2,
        bytes=read.bytes,
        sampled=len(rows),
    )


def _ask(service: Service, request: Request) -> Any:
    reply = send(Connection(service.url), request)
    if reply.status not in (200, 202):
        raise SystemExit(f"{request.path} answered {reply.status}: {reply.content[:300]!r}")
    return orjson.loads(reply.content)
