"""A gate in front of an HTTP server that others use too: what passes can be counted, held up, refused and spoilt."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.services.threaded import Handler, serving

Alter = Callable[[Any], Any]
"""From a JSON answer to what is sent instead."""

_HOPS = frozenset(
    {"host", "content-length", "connection", "transfer-encoding", "content-encoding", "accept-encoding"}
)
"""Headers that concern one connection, or what this gate does to bodies."""


class Gate:
    """`url` stands for the server. While it is shut, connections end without an answer."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.passed: list[str] = []
        self.alter: Alter | None = None
        self.on_request: Callable[[str], None] = _nothing
        self._is_shut = False
        self._is_thawed = threading.Event()
        self._is_thawed.set()

    @contextmanager
    def shut(self) -> Iterator[None]:
        """As if the server had been killed."""
        self._is_shut = True
        try:
            yield
        finally:
            self._is_shut = False

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Connections are accepted, and nothing is answered before the end; nor is it then, to what came meanwhile."""
        self._is_thawed.clear()
        try:
            yield
        finally:
            self._is_thawed.set()

    @contextmanager
    def altered(self, alter: Alter) -> Iterator[None]:
        self.alter = alter
        try:
            yield
        finally:
            self.alter = None

    def lets_pass(self) -> bool:
        is_held_up = not self._is_thawed.is_set()
        self._is_thawed.wait()
        return not (is_held_up or self._is_shut)


@contextmanager
def gate(target: str) -> Iterator[Gate]:
    """A gate on a free loopback port in front of the server at `target`, while the block lasts."""

    class AtThisGate(_Handler):
        pass

    with (
        httpx.Client(base_url=target, timeout=30, trust_env=False) as AtThisGate.behind,
        serving(AtThisGate) as url,
    ):
        AtThisGate.gate = Gate(url)
        yield AtThisGate.gate


class _Handler(Handler):
    gate: Gate
    behind: httpx.Client

    def answer(self) -> None:
        body = self.body()
        self.gate.on_request(self.path)
        if not self.gate.lets_pass():
            self.close_connection = True
            return
        self.gate.passed.append(self.path)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOPS}
        found = self.behind.request(self.command, self.path, content=body, headers=headers)
        if self.gate.lets_pass():
            self._pass_on(found)
        else:
            self.close_connection = True

    def _pass_on(self, found: httpx.Response) -> None:
        content, alter = found.content, self.gate.alter
        if alter is not None and content:
            content = json.dumps(alter(json.loads(content))).encode()
        headers = [(name, value) for name, value in found.headers.items() if name not in _HOPS]
        self.send(found.status_code, headers, content)


def _nothing(_path: str) -> None:
    """Who wants to know of requests puts their own function in the place of this one."""
