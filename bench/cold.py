"""Cold answers over HTTP: every request is another user's, who has not been seen before."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson

from bench.baselines import PAGE
from bench.clients import Connection, ask_all
from bench.elastic import Watched
from bench.measures import Measure, measure
from bench.people import User
from bench.service import Service
from bench.truth import Reply, Truth

Request = tuple[str, str, bytes, str]
"""Method, path, body, header lines."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How a user's question becomes a request, and how its answer is judged."""

    name: str
    request: Callable[[Truth, User, str], Request]
    fault: Callable[[Truth, User, Reply], str | None]


def _listed(truth: Truth, user: User, token: str) -> Request:
    body = {"username": user.username, "groups": sorted(truth.who(user).groups), "limit": PAGE}
    return "POST", "/api/meta/purposes/user", orjson.dumps(body), _bearer(token)


def _accessible(_truth: Truth, _user: User, token: str) -> Request:
    return "GET", f"/api/meta/purposes/accessible?limit={PAGE}", b"", _bearer(token)


def _whoami(_truth: Truth, _user: User, token: str) -> Request:
    return "GET", "/api/service/whoami", b"", _bearer(token)


def _bearer(token: str) -> str:
    return f"Authorization: Bearer {token}\r\n"


ENDPOINTS = (
    Endpoint("listed purposes (POST)", _listed, Truth.fault_of_listed),
    Endpoint("effective purposes (GET)", _accessible, Truth.fault_of_accessible),
    Endpoint("whoami", _whoami, Truth.fault_of_whoami),
)


def ask_service(
    endpoint: Endpoint,
    service: Service,
    users: Sequence[User],
    truth: Truth,
    elastic: Watched,
    *,
    clients: int,
) -> Measure:
    """Ask the question once for each user; the clock runs for the asking only."""
    tokens = service.tokens(users)
    questions = [
        (user, endpoint.request(truth, user, token)) for user, token in zip(users, tokens, strict=True)
    ]
    before, used, began = elastic.counters(), service.usage(), time.perf_counter()
    asked = ask_all(service.url, questions, _send, clients=clients)
    wall, after = time.perf_counter() - began, elastic.counters()
    return measure(
        endpoint.name,
        [each.seconds for each in asked],
        wall=wall,
        app_cpu=service.usage().cpu - used.cpu,
        elastic_cpu=after.cpu - before.cpu,
        searches=after.searches - before.searches,
        faults=[endpoint.fault(truth, each.question[0], each.answer) for each in asked],
    )


def _send(connection: Connection, question: tuple[User, Request]) -> Reply:
    method, path, body, headers = question[1]
    return Reply(*connection.ask(method, path, body, headers))
