"""The baselines under the same load: as many processes as the service has, and as many clients in all."""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from bench.baselines import BASELINES, Found, searching
from bench.clients import Asked, Connection, ask_all
from bench.elastic import Watched
from bench.measures import Measure, measure
from bench.people import User
from bench.truth import Truth
from bench.who import Who

Answered = Asked[tuple[User, Who], Found]


@dataclass(frozen=True, slots=True)
class Share:
    """What one process asks."""

    baseline: str
    url: str
    index: str
    questions: Sequence[tuple[User, Who]]
    clients: int


class Processes:
    """Client processes, started before any clock runs."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"))
        list(self._pool.map(time.sleep, [0.5] * count))

    def ask(self, shares: Sequence[Share]) -> tuple[list[Answered], float]:
        """Everything that was asked, and the processes' CPU seconds."""
        done = list(self._pool.map(_work, shares))
        return [each for asked, _ in done for each in asked], sum(cpu for _, cpu in done)

    def close(self) -> None:
        self._pool.shutdown()


def ask_baseline(
    name: str,
    processes: Processes,
    url: str,
    index: str,
    users: Sequence[User],
    truth: Truth,
    *,
    clients: int,
) -> Measure:
    """Ask the question once for each user, by the baseline of that name."""
    elastic = Watched(url, index)
    questions = [(user, truth.who(user)) for user in users]
    count = processes.count
    shares = [Share(name, url, index, questions[n::count], clients // count) for n in range(count)]
    before, began = elastic.counters(), time.perf_counter()
    asked, cpu = processes.ask(shares)
    wall, after = time.perf_counter() - began, elastic.counters()
    return measure(
        name,
        [each.seconds for each in asked],
        wall=wall,
        app_cpu=cpu,
        elastic_cpu=after.cpu - before.cpu,
        searches=after.searches - before.searches,
        faults=[truth.fault_of_baseline(each.question[0], each.answer) for each in asked],
        unordered=sum(not truth.is_ordered(each.question[0], each.answer.guids) for each in asked),
    )


def _work(share: Share) -> tuple[list[Answered], float]:
    answer = BASELINES[share.baseline]

    def ask(connection: Connection, question: tuple[User, Who]) -> Found:
        return answer(searching(connection, share.index), question[1])

    began = time.process_time()
    asked = ask_all(share.url, share.questions, ask, clients=share.clients)
    return asked, time.process_time() - began
