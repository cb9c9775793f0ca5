"""An HTTP server that answers as a test says: for answers that a real server gives only on its bad days."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.services.threaded import Handler, serving

Answer = Callable[[str, dict[str, str], bytes], tuple[int, Any]]
"""From path, headers and body of a request to a status and what is sent as JSON (bytes are sent as they are)."""

_HEADERS = [("Content-Type", "application/json"), ("X-Elastic-Product", "Elasticsearch")]


class Liar:
    """`requests` are the paths asked so far; `pause` seconds are taken after every byte of a body."""

    def __init__(self, answer: Answer, url: str) -> None:
        self.answer = answer
        self.url = url
        self.requests: list[str] = []
        self.pause = 0.0


@contextmanager
def liar(answer: Answer) -> Iterator[Liar]:
    """Serve on a free loopback port while the block lasts."""

    class ThisLiar(_Handler):
        pass

    with serving(ThisLiar) as url:
        ThisLiar.liar = Liar(answer, url)
        yield ThisLiar.liar


class _Handler(Handler):
    liar: Liar

    def answer(self) -> None:
        body = self.body()
        self.liar.requests.append(self.path)
        status, content = self.liar.answer(self.path, dict(self.headers), body)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send(status, _HEADERS, data)

    def write(self, content: bytes) -> None:
        if self.liar.pause == 0:
            super().write(content)
            return
        for byte in content:
            super().write(bytes([byte]))
            time.sleep(self.liar.pause)
