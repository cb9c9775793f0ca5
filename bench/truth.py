"""Comparing answers with the oracle's. A fault is one word; no fault is None."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from bench.baselines import PAGE, Found
from bench.measures import UNAVAILABLE
from bench.oracle import EFFECTIVE, LISTED, Oracle
from bench.people import User
from bench.who import Roles, Who

WHOAMI_CONSTANTS = {"designation": "Analyst", "personas": [], "purposes": []}


class Reply(NamedTuple):
    status: int
    content: bytes


class Truth:
    """The right answer to every question of the bench, for users of one company."""

    def __init__(self, oracle: Oracle, roles: Roles) -> None:
        self._oracle, self._roles = oracle, roles

    def who(self, user: User) -> Who:
        return self._roles.who(user)

    def purposes(self, user: User, mode: str) -> list[str]:
        """All guids in display order. Schedules of the made-up companies have no edge within years, so now is now."""
        return self._oracle.answer(self.who(user), mode, datetime.fromtimestamp(time.time(), UTC))

    def fault_of_listed(self, user: User, reply: Reply) -> str | None:
        """Of `POST /api/meta/purposes/user` with a limit of PAGE."""
        if fault := fault_of_status(reply):
            return fault
        body, right = orjson.loads(reply.content), self.purposes(user, LISTED)
        told = (body["totalCount"], body["count"], body["hasMore"], body["approximateCount"])
        if told != (len(right), len(right[:PAGE]), len(right) > PAGE, False):
            return "count"
        return _fault_of_page([each["guid"] for each in body["purposes"]], right)

    def fault_of_accessible(self, user: User, reply: Reply) -> str | None:
        """Of `GET /api/meta/purposes/accessible` with a limit of PAGE, in effective mode."""
        if fault := fault_of_status(reply):
            return fault
        body, right = orjson.loads(reply.content), self.purposes(user, EFFECTIVE)
        if (body["total"], body["next"] is not None) != (len(right), len(right) > PAGE):
            return "count"
        return _fault_of_page([each["id"] for each in body["purposes"]], right)

    def fault_of_whoami(self, user: User, reply: Reply) -> str | None:
        if fault := fault_of_status(reply):
            return fault
        right = self._roles.whoami(user) | WHOAMI_CONSTANTS
        told = {name: orjson.loads(reply.content)[name] for name in right}
        for name in ("groups", "roles"):
            told[name] = sorted(each["name"] for each in told[name])
        wrong = sorted(name for name in right if told[name] != right[name])
        return wrong[0] if wrong else None

    def fault_of_baseline(self, user: User, found: Found) -> str | None:
        """Of any way to answer the listed question; its order is forgiven."""
        right = self.purposes(user, LISTED)
        if found.total < len(right):
            return "short"
        if found.total > len(right):
            return "over"
        page = set(found.guids)
        return None if page <= set(right) and len(page) == min(PAGE, len(right)) else "page"

    def is_ordered(self, user: User, guids: Sequence[str]) -> bool:
        return list(guids) == self.purposes(user, LISTED)[: len(guids)]


def fault_of_status(reply: Reply) -> str | None:
    """None where there is an answer."""
    if reply.status == 200:
        return None
    return UNAVAILABLE if reply.status == 503 else f"status {reply.status}"


def _fault_of_page(page: list[Any], right: list[str]) -> str | None:
    if page == right[:PAGE]:
        return None
    return "order" if set(page) == set(right[:PAGE]) else "page"
