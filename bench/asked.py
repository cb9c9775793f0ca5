"""Answers of the service over HTTP, each compared with the oracle's."""

import time
from collections.abc import Sequence

from bench.clients import Connection, ask_all
from bench.elastic import Watched
from bench.measures import Measure, measure
from bench.people import User
from bench.questions import Endpoint, Request, send
from bench.service import Service
from bench.truth import Reply, Truth


def ask_service(
    name: str,
    endpoint: Endpoint,
    service: Service,
    users: Sequence[User],
    truth: Truth,
    elastic: Watched,
    *,
    clients: int,
    **further: str,
) -> Measure:
    """Ask the question once for each user; the clock runs for the asking only. `further` as in `Endpoint.request`."""
    questions = requests_of(endpoint, service, users, truth, **further)
    before, used, began = elastic.counters(), service.usage(), time.perf_counter()
    asked = ask_all(service.url, questions, _send, clients=clients)
    wall, after = time.perf_counter() - began, elastic.counters()
    return measure(
        name,
        [each.seconds for each in asked],
        wall=wall,
        app_cpu=service.usage().cpu - used.cpu,
        elastic_cpu=after.cpu - before.cpu,
        searches=after.searches - before.searches,
        faults=[endpoint.fault(truth, each.question[0], each.answer) for each in asked],
    )


def requests_of(
    endpoint: Endpoint, service: Service, users: Sequence[User], truth: Truth, **further: str
) -> list[tuple[User, Request]]:
    """The question of each user, with a token of their own."""
    tokens = service.tokens(users)
    return [
        (user, endpoint.request(truth, user, token, **further))
        for user, token in zip(users, tokens, strict=True)
    ]


def faults_of(
    endpoint: Endpoint,
    service: Service,
    questions: Sequence[tuple[User, Request]],
    truth: Truth,
    *,
    clients: int,
) -> list[str | None]:
    """What is wrong with each answer, with no eye on the clock."""
    asked = ask_all(service.url, questions, _send, clients=clients)
    return [endpoint.fault(truth, each.question[0], each.answer) for each in asked]


def _send(connection: Connection, question: tuple[User, Request]) -> Reply:
    return send(connection, question[1])
