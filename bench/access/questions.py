"""The questions of an auditor: how each is put, and what is right."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import orjson

from bench.access.everybody import Everybody, Purpose, Users
from bench.access.figures import Question
from bench.baselines import PAGE
from bench.oracle import EFFECTIVE, LISTED
from bench.people import User
from bench.questions import Request
from bench.truth import Truth
from bench.world import World

MODES = (LISTED, EFFECTIVE)


class Auditor:
    """Puts questions with one token, and knows the answers."""

    def __init__(self, token: str, world: World, everybody: Everybody, truth: Truth) -> None:
        self._token, self._people = token, world.people
        self._everybody, self._truth = everybody, truth
        self.purposes = everybody.purposes

    def explain(self, user: User, purpose: Purpose) -> Question:
        def fault(body: Any) -> str | None:
            right = {mode: purpose.guid in self._everybody.sees(user, mode) for mode in MODES}
            return None if body["decision"] == right else "decision"

        return Question(self.get("access/explain", username=user.username, purpose=purpose.guid), fault)

    def subjects(self, purpose: Purpose, mode: str) -> Question:
        """The first page of who sees it."""

        def fault(body: Any) -> str | None:
            found = [each["id"] for each in body["subjects"]]
            return _fault(purpose.in_mode(mode), body["total"], found)

        return Question(self.get(f"purposes/{purpose.guid}/subjects", mode=mode, limit=PAGE), fault)

    def can(self, users: Sequence[User], purposes: Sequence[Purpose]) -> Question:
        """A batch: every user with every purpose, in effective mode."""
        checks = [(user, purpose.guid) for user in users for purpose in purposes]

        def fault(body: Any) -> str | None:
            seen = {user.id: self._everybody.sees(user, EFFECTIVE) for user in users}
            right = [guid in seen[user.id] for user, guid in checks]
            return None if [each.get("allowed") for each in body["decisions"]] == right else "allowed"

        told = [{"username": user.username, "purpose": guid} for user, guid in checks]
        return Question(self.post("access/can", {"checks": told}), fault)

    def compare(self, left: User, right: User) -> Question:
        def fault(body: Any) -> str | None:
            mine, theirs = (self._truth.purposes(each, EFFECTIVE) for each in (left, right))
            sides = {
                "both": set(mine) & set(theirs),
                "onlyLeft": set(mine) - set(theirs),
                "onlyRight": set(theirs) - set(mine),
            }
            wrong = (side for side, guids in sides.items() if {each["id"] for each in body[side]} != guids)
            return next(wrong, None)

        return Question(self.get("access/compare", left=left.username, right=right.username), fault)

    def simulate(self, purpose: Purpose) -> Question:
        """The change of a purpose, in effective mode: the difference for everybody."""

        def fault(body: Any) -> str | None:
            # A page has both sides, so it may end before the second one does.
            for side, users in (("gained", purpose.gained), ("lost", purpose.lost)):
                told = [each["username"] for each in body[side]]
                if body["totals"][side] != users.total or told != users.first[: len(told)]:
                    return side
            shown = len(body["gained"]) + len(body["lost"])
            return None if shown == min(PAGE, purpose.gained.total + purpose.lost.total) else "page"

        return Question(
            self.post("access/simulate", {"changes": [purpose.change.told], "limit": PAGE}), fault
        )

    def differences(self) -> Question:
        """Of the whole tenant; each pair of the page is looked up."""
        return Question(self.get("access/differences", limit=PAGE), self._fault_of_pairs)

    def differences_of(self, purpose: Purpose) -> Question:
        def fault(body: Any) -> str | None:
            if body["total"] != purpose.differing.total:
                return "total"
            return self._fault_of_pairs(body)

        return Question(self.get("access/differences", purpose=purpose.guid, limit=1), fault)

    def findings(self) -> Question:
        """All kinds, of the whole tenant."""
        return Question(self.get("access/findings", limit=PAGE), lambda _body: None)

    def unseen(self) -> Question:
        """The purposes that nobody sees: of those that we know, no other ones, and on a page that is the last all of them."""

        def fault(body: Any) -> str | None:
            found = {each["entity"]["id"] for each in body["findings"]}
            known = {each.guid for each in self.purposes}
            right = {each.guid for each in self.purposes if each.enabled and not each.effective.total}
            return None if found & known == right or (body["next"] and found & known < right) else "unseen"

        return Question(self.get("access/findings", kind="unseen", limit=500), fault)

    def rows(self, review: str, purpose: Purpose) -> Question:
        """The first page of a purpose's rows in a review of everybody, in effective mode."""

        def fault(body: Any) -> str | None:
            return _fault(purpose.effective, body["total"], [each["username"] for each in body["rows"]])

        path = f"access/reviews/{review}/rows"
        return Question(self.get(path, purpose=purpose.guid, limit=PAGE), fault)

    def fault_of_rows(self, rows: Sequence[Any]) -> str | None:
        """Of any rows of such a review: whether each user sees the purpose."""
        for each in rows:
            if each["purpose"] not in self._modes(self._people.named(each["username"]))[1]:
                return "row"
        return None

    def get(self, path: str, **query: object) -> Request:
        return Request("GET", f"/api/meta/{path}?{urlencode(query)}", b"", self._token)

    def post(self, path: str, body: Any) -> Request:
        return Request("POST", f"/api/meta/{path}", orjson.dumps(body), self._token)

    def _fault_of_pairs(self, body: Any) -> str | None:
        users = {each["username"]: None for each in body["differences"]}
        seen = {name: self._modes(self._people.named(name)) for name in users}
        for each in body["differences"]:
            listed, effective = (each["purpose"] in guids for guids in seen[each["username"]])
            if (listed, effective) != (each["listed"], each["effective"]) or listed == effective:
                return "difference"
        return None

    def _modes(self, user: User) -> tuple[set[str], set[str]]:
        effective = set(self._truth.purposes(user, EFFECTIVE)) if user.enabled else set()
        return set(self._truth.purposes(user, LISTED)), effective


def _fault(right: Users, total: int, first: list[str]) -> str | None:
    if total != right.total:
        return "total"
    return None if first == right.first else "page"
