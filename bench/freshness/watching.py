"""Asking a service the same questions all the time, and keeping what it says."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from threading import Event
from typing import Any, NamedTuple

import orjson

from bench.baselines import PAGE
from bench.clients import Connection
from bench.people import User
from bench.questions import Request, send
from bench.service import Service

LISTED, EFFECTIVE, WHOAMI = "listed", "effective", "whoami"
KINDS = (LISTED, EFFECTIVE, WHOAMI)

PURPOSES = "/api/meta/purposes/accessible"
PAUSE = 0.05
"""Seconds that a service which cannot be reached is left alone."""

Told = tuple[Any, ...]
"""What of an answer is compared: a list's total and its first page in order, or a user's groups and roles."""


class Question(NamedTuple):
    kind: str
    username: str


class Seen(NamedTuple):
    """An answer between two moments of the monotonic clock. `told` is None when there was none (503)."""

    service: int
    question: Question
    sent: float
    received: float
    told: Told | None


@dataclass(slots=True)
class Watched:
    """What one service said, in order."""

    seen: list[Seen] = field(default_factory=list)
    unreachable: int = 0
    statuses: set[int] = field(default_factory=set)


def watch(number: int, service: Service, users: Sequence[User], watched: Watched, stop: Event) -> None:
    """Ask about all users in turn, one question at a time, until told to stop."""
    requests = _requests(service, users)
    known: dict[bytes, Told] = {}
    while not stop.is_set():
        try:
            connection = Connection(service.url)
            while not stop.is_set():
                for question, request in requests:
                    watched.seen.append(_ask(number, connection, question, request, known, watched.statuses))
        except (OSError, LookupError, ValueError):
            # Killed, perhaps in the middle of an answer, or not yet started: no answer at all.
            watched.unreachable += 1
            stop.wait(PAUSE)


def _ask(
    number: int,
    connection: Connection,
    question: Question,
    request: Request,
    known: dict[bytes, Told],
    statuses: set[int],
) -> Seen:
    sent = time.monotonic()
    status, content = send(connection, request)
    received = time.monotonic()
    if status != 200:
        statuses.add(status)
        return Seen(number, question, sent, received, None)
    # The same bytes come again and again; they are read once.
    digest = blake2b(content, digest_size=16, salt=question.kind.encode()).digest()
    if digest not in known:
        known[digest] = told(question.kind, orjson.loads(content))
    return Seen(number, question, sent, received, known[digest])


def told(kind: str, body: Any) -> Told:
    """The part of an answer's body that is compared."""
    if kind == WHOAMI:
        return (*(tuple(sorted(each["name"] for each in body[name])) for name in ("groups", "roles")),)
    page = [(each["id"], each["displayName"] or "") for each in body["purposes"]]
    return body["total"], tuple(page)


def _requests(service: Service, users: Sequence[User]) -> list[tuple[Question, Request]]:
    paths = {
        LISTED: f"{PURPOSES}?mode=listed&limit={PAGE}",
        EFFECTIVE: f"{PURPOSES}?limit={PAGE}",
        WHOAMI: "/api/service/whoami",
    }
    return [
        (Question(kind, user.username), Request("GET", path, b"", token))
        for user, token in zip(users, service.tokens(users), strict=True)
        for kind, path in paths.items()
    ]
