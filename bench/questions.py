"""What the service is asked: how a user's question becomes a request, and how its answer is judged."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

import orjson

from bench.baselines import PAGE
from bench.clients import Connection
from bench.people import User
from bench.truth import Reply, Truth


class Request(NamedTuple):
    """`token` goes into the header that carries it."""

    method: str
    path: str
    body: bytes
    token: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One kind of question. `body` is what of it goes into the body of a POST; `query` is in the address in any case."""

    name: str
    path: str
    query: dict[str, str]
    body: Callable[[Truth, User], bytes] | None
    fault: Callable[[Truth, User, Reply], str | None]

    def request(self, truth: Truth, user: User, token: str, **further: str) -> Request:
        """`further` are parameters for the address."""
        query = urlencode(self.query | further)
        path = f"{self.path}?{query}" if query else self.path
        if self.body is None:
            return Request("GET", path, b"", token)
        return Request("POST", path, self.body(truth, user), token)


def _listed(truth: Truth, user: User) -> bytes:
    question = {"username": user.username, "groups": sorted(truth.who(user).groups), "limit": PAGE}
    return orjson.dumps(question)


LISTED = Endpoint("listed purposes (POST)", "/api/meta/purposes/user", {}, _listed, Truth.fault_of_listed)
EFFECTIVE = Endpoint(
    "effective purposes (GET)",
    "/api/meta/purposes/accessible",
    {"limit": str(PAGE)},
    None,
    Truth.fault_of_accessible,
)
WHOAMI = Endpoint("whoami", "/api/service/whoami", {}, None, Truth.fault_of_whoami)

ENDPOINTS = (LISTED, EFFECTIVE, WHOAMI)


def send(connection: Connection, request: Request) -> Reply:
    """Put a question to the service over a connection that stays open."""
    authorization = f"Authorization: Bearer {request.token}\r\n"
    return Reply(*connection.ask(request.method, request.path, request.body, authorization))
