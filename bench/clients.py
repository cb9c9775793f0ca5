"""Load generators that cost little themselves: plain sockets, kept open, one thread for each client.

A closed loop: every client sends its next request when it has the answer to the last. Answers are kept, and compared
after the clock has stopped.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import orjson

TIMEOUT_SECONDS = 30.0

Question = TypeVar("Question")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Asked(Generic[Question, Answer]):
    """One question with its answer, and how many seconds it took."""

    question: Question
    answer: Answer
    seconds: float


class Connection:
    """One HTTP/1.1 connection on loopback, kept open."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host = f"{parts.hostname}:{parts.port}"
        self._socket = socket.create_connection((parts.hostname, parts.port), TIMEOUT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb", buffering=1 << 17)

    def ask(self, method: str, path: str, body: bytes = b"", headers: str = "") -> tuple[int, bytes]:
        """Status and content of the answer. `headers` are further lines, each with its line end."""
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Length: {len(body)}\r\n"
        kind = "Content-Type: application/json\r\n" if body else ""
        self._socket.sendall(f"{head}{kind}{headers}\r\n".encode() + body)
        return self._answer()

    def ask_json(self, path: str, body: Any) -> Any:
        """POST JSON, get JSON; raises RuntimeError at any status but 200."""
        status, content = self.ask("POST", path, orjson.dumps(body))
        if status != 200:
            raise RuntimeError(f"{path} answered {status}: {content[:300]!r}")
        return orjson.loads(content)

    def _answer(self) -> tuple[int, bytes]:
        first = self._file.readline()
        if not first:
            raise ConnectionError("the server closed the connection")
        headers = {}
        while line := self._file.readline().strip():
            name, _, value = line.partition(b":")
            headers[name.lower()] = value.strip().lower()
        if headers.get(b"transfer-encoding") == b"chunked":
            return int(first.split()[1]), b"".join(self._chunks())
        return int(first.split()[1]), self._file.read(int(headers[b"content-length"]))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self._file.readline(), 16):
            yield self._file.read(size)
            self._file.readline()
        self._file.readline()


def ask_all(
    url: str,
    questions: Sequence[Question],
    ask: Callable[[Connection, Question], Answer],
    *,
    clients: int,
) -> list[Asked[Question, Answer]]:
    """Ask every question once, `clients` at a time, each client on a connection of its own."""
    # next() on one iterator is atomic, so it is a queue.
    queue, asked = iter(questions), list[Asked[Question, Answer]]()
    failures: list[BaseException] = []

    def work(connection: Connection, share: Iterator[Question]) -> None:
        try:
            for question in share:
                began = time.perf_counter()
                answer = ask(connection, question)
                asked.append(Asked(question, answer, time.perf_counter() - began))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(Connection(url), queue)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return asked
