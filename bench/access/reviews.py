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

ENDS = ("done", "failed", "cancelled")
LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 1_200.0
SAMPLED = 200
"""Rows of a download that are looked up, at most."""


def reviewed(service: Service, auditor: Auditor) -> list[Figure]:
    """Take a review of the tenant in effective mode, and read all of it as JSON Lines."""
    with working(service) as worker:
        # A worker takes seconds to start: what it does first is not measured.
        _taken(service, auditor, {"purpose": auditor.purposes[0].guid})
        forget_peaks(worker)
        before, began = usage_of_group(worker).peak, time.perf_counter()
        review = _taken(service, auditor, "tenant")
        seconds = time.perf_counter() - began
        memory = round((usage_of_group(worker).peak - before) / MIB, 1)
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


def _taken(service: Service, auditor: Auditor, scope: object) -> dict[str, Any]:
    """A finished review. Ends the program when there is none in good time."""
    review, until = (
        _ask(service, auditor.post("access/reviews", {"scope": scope})),
        time.monotonic() + PATIENCE_SECONDS,
    )
    while review["state"] not in ENDS and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        review = _ask(service, auditor.get(f"access/reviews/{review['id']}"))
    if review["state"] != "done":
        raise SystemExit(f"the review is {review['state']}: {review['job']}")
    return review


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


def _ask(service: Service, request: Request) -> dict[str, Any]:
    reply = send(Connection(service.url), request)
    if reply.status not in (200, 202):
        raise SystemExit(f"{request.path} answered {reply.status}: {reply.content[:300]!r}")
    answer: dict[str, Any] = orjson.loads(reply.content)
    return answer
