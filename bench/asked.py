"""Answers of the service over HTTP, each compared with the oracle's."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.clients import Asked, Connection, ask_all
from bench.elastic import Watched
from bench.measures import Measure, measure
from bench.people import User
from bench.questions import Endpoint, Request, send
from bench.service import Service
from bench.truth import Reply, Truth

Answered = Asked[tuple[User, Request], Reply]


@dataclass(frozen=True, slots=True)
class Stand:
    """The service, what judges its answers, what watches Elasticsearch meanwhile, and how many ask at once."""

    service: Service
    truth: Truth
    elastic: Watched
    clients: int

    def requests_of(
        self, endpoint: Endpoint, users: Sequence[User], **further: str
    ) -> list[tuple[User, Request]]:
        """The question of each user, with a token of their own."""
        tokens = self.service.tokens(users)
        return [
            (user, endpoint.request(self.truth, user, token, **further))
            for user, token in zip(users, tokens, strict=True)
        ]

    def ask(self, questions: Sequence[tuple[User, Request]]) -> list[Answered]:
        return ask_all(self.service.url, questions, _send, clients=self.clients)

    def faults_of(self, endpoint: Endpoint, asked: Sequence[Answered]) -> list[str | None]:
        """What is wrong with each answer."""
        return [endpoint.fault(self.truth, each.question[0], each.answer) for each in asked]


def ask_service(
    name: str, endpoint: Endpoint, users: Sequence[User], stand: Stand, **further: str
) -> Measure:
    """Ask the question once for each user; the clock runs for the asking only. `further` as in `Endpoint.request`."""
    questions = stand.requests_of(endpoint, users, **further)
    before, used, began = stand.elastic.counters(), stand.service.usage(), time.perf_counter()
    asked = stand.ask(questions)
    wall, after = time.perf_counter() - began, stand.elastic.counters()
    return measure(
        name,
        [each.seconds for each in asked],
        wall=wall,
        app_cpu=stand.service.usage().cpu - used.cpu,
        elastic_cpu=after.cpu - before.cpu,
        searches=after.searches - before.searches,
        faults=stand.faults_of(endpoint, asked),
    )


def _send(connection: Connection, question: tuple[User, Request]) -> Reply:
    return send(connection, question[1])
