"""Were the answers right? And how long was it until a change was in them?

An answer is right when it is what was true at some moment of the last PROMISE seconds before it was asked for, or while it
was being given; of policies at one moment, of people at one, as the two are followed side by side. A change may be seen
from when its writing began, and must be PROMISE seconds after its writing had ended.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from typing import NamedTuple

from bench.baselines import PAGE
from bench.entities import Document
from bench.freshness.company import Edit, History, Realm
from bench.freshness.watching import WHOAMI, Question, Seen, Told
from bench.oracle import Oracle
from bench.people import User
from bench.who import Roles, Who

PROMISE = 2.0

WINDOW = 60.0
"""Seconds of the past in which an answer that is too old is looked for."""

EXAMPLES = 20

_KEPT = 150
"""Versions of the policies that are remembered: those of WINDOW, at the least pause between changes."""

_Pair = tuple[int, int]
"""Numbers of a version of the policies and of one of the people."""


class Delay(NamedTuple):
    """Seconds from when a change was visible at its source until the first answer of a service had it."""

    what: str
    service: int
    seconds: float


@dataclass(slots=True)
class Verdict:
    """`unavailable` were answered "could not tell". Wrong are those that were `never_true`, and the `late` ones: seconds by
    which each was older than promised. `outdated` were right, but no more the newest truth when they were asked for; the
    `oldest` of them had not been so for that many seconds."""

    answers: int = 0
    unavailable: int = 0
    never_true: int = 0
    late: list[float] = field(default_factory=list)
    oldest: float = 0.0
    outdated: int = 0
    delays: list[Delay] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        return self.never_true + len(self.late)


class Judge:
    """Knows what was true at each version. To be asked in the order of time: it goes forward only."""

    def __init__(
        self, documents: Iterable[Document], policies: History[Edit], people: History[Realm]
    ) -> None:
        self._documents = {each["__guid"]: each for each in documents}
        self._histories = self._policies, self._people = policies, people
        self._oracles: dict[int, Oracle] = {}
        self._roles: dict[int, Roles] = {}
        self._whos: dict[tuple[int, str], Who] = {}
        self._same: dict[Who, Who] = {}
        self._right: dict[object, Told] = {}
        self._built = -1
        self._explained: set[object] = set()
        self._now = datetime.fromtimestamp(time.time(), UTC)

    def judge(self, answers: Sequence[Seen]) -> Verdict:
        """All answers of all services, in the order in which they were asked for."""
        verdict, arrivals = Verdict(), _Arrivals(self)
        for seen in answers:
            if seen.told is None:
                verdict.unavailable += 1
                continue
            verdict.answers += 1
            pair = self._match(seen, PROMISE)
            if pair is None:
                self._note_wrong(seen, verdict)
                continue
            age = max(0.0, seen.sent - self._outdated_at(pair))
            verdict.outdated += age > 0
            verdict.oldest = max(verdict.oldest, age)
            arrivals.note(seen, pair)
        verdict.delays = arrivals.delays
        return verdict

    def right(self, pair: _Pair, question: Question) -> Told:
        """What a service has to say to a question when these versions are true."""
        (policies, people), (kind, username) = pair, question
        if kind == WHOAMI:
            key: object = (people, username)
            if key not in self._right:
                self._right[key] = self._whoami(people, username)
            return self._right[key]
        who = self._who(people, username)
        key = (policies, id(who), kind)
        if key not in self._right:
            self._right[key] = self._page(policies, who, kind)
        return self._right[key]

    def versions(self, source: int, seen: Seen, back: float = PROMISE) -> range:
        """Those that may be in an answer; source 0 are the policies, 1 the people."""
        return self._histories[source].current(seen.sent - back, seen.received)

    def delay(self, seen: Seen, source: int, number: int) -> Delay:
        """Of a change, by the answer in which it was first seen."""
        version = self._histories[source].versions[number]
        return Delay(version.state.what, seen.service, max(0.0, seen.received - version.ended))

    def _match(self, seen: Seen, back: float) -> _Pair | None:
        """The newest versions with which the answer is right; None when there are none."""
        policies, people = (reversed(self.versions(source, seen, back)) for source in (0, 1))
        pairs = product(policies, people)
        return next((pair for pair in pairs if self.right(pair, seen.question) == seen.told), None)

    def _note_wrong(self, seen: Seen, verdict: Verdict) -> None:
        pair = self._match(seen, WINDOW)
        if pair is None:
            verdict.never_true += 1
        else:
            verdict.late.append(seen.sent - self._outdated_at(pair) - PROMISE)
        self._explain(seen, pair, verdict)

    def _explain(self, seen: Seen, pair: _Pair | None, verdict: Verdict) -> None:
        """The first of all answers that are wrong in the same way, and what sets it apart from the newest truth."""
        key = (seen.service, seen.question, seen.told)
        if seen.told is None or key in self._explained or len(self._explained) >= EXAMPLES:
            return
        self._explained.add(key)
        newest = (self.versions(0, seen)[-1], self.versions(1, seen)[-1])
        truth = self.right(newest, seen.question)
        lately = [
            f"{version.state.what} ({seen.sent - version.ended:.2f} s before)"
            for source, number in enumerate(newest)
            for version in self._histories[source].versions[max(1, number - 2) : number + 1]
        ]
        verdict.examples.append(
            f"service {seen.service}, {seen.question.kind} of {seen.question.username} at {seen.sent:.2f},"
            f" {'never true' if pair is None else 'too late'}: {_difference(seen.told, truth)}; lately: {', '.join(lately)}"
        )

    def _outdated_at(self, pair: _Pair) -> float:
        policies, people = pair
        return min(self._policies.outdated_at(policies), self._people.outdated_at(people))

    def _whoami(self, people: int, username: str) -> Told:
        said = self._roles_of(people).whoami(self._user(people, username))
        return tuple(said["groups"]), tuple(said["roles"])

    def _page(self, policies: int, who: Who, mode: str) -> Told:
        oracle = self._oracle_of(policies)
        guids = oracle.answer(who, mode, self._now)
        return len(guids), tuple((guid, oracle.purposes[guid]["displayName"] or "") for guid in guids[:PAGE])

    def _who(self, people: int, username: str) -> Who:
        """The very same object as long as nothing changes for this user."""
        if (people, username) not in self._whos:
            who = self._roles_of(people).who(self._user(people, username))
            self._whos[people, username] = self._same.setdefault(who, who)
        return self._whos[people, username]

    def _user(self, people: int, username: str) -> User:
        return self._people.versions[people].state.users[username]

    def _roles_of(self, number: int) -> Roles:
        if number not in self._roles:
            self._roles[number] = Roles(self._people.versions[number].state)
        return self._roles[number]

    def _oracle_of(self, number: int) -> Oracle:
        while self._built < number:
            self._built += 1
            edit = self._policies.versions[self._built].state
            if edit.document is not None:
                self._documents[edit.guid] = edit.document
            else:
                self._documents.pop(edit.guid, None)
            self._oracles[self._built] = Oracle(self._documents.values())
            self._oracles.pop(self._built - _KEPT, None)
        return self._oracles[number]


def _difference(said: Told, truth: Told) -> str:
    """Of two answers to the same question, part by part: names, or purposes, that only one of them has."""
    parts = []
    for one, other in zip(said, truth, strict=True):
        if isinstance(one, int):
            parts += [f"total {one}, not {other}"] if one != other else []
        elif one != other:
            more, less = sorted(set(one) - set(other)), sorted(set(other) - set(one))
            parts.append(f"has {more[:3]}, lacks {less[:3]}" if more or less else "in another order")
    return ", ".join(parts)


class _Arrivals:
    """Finds the first answer of each service in which a change is seen."""

    def __init__(self, judge: Judge) -> None:
        self.delays: list[Delay] = []
        self._judge = judge
        self._arrived: set[tuple[int, int, int]] = set()

    def note(self, seen: Seen, pair: _Pair) -> None:
        """An answer that is right with these versions, the newest it can be of."""
        for source in (0, 1):
            number = self._shown(seen, source, pair)
            key = (seen.service, source, number or 0)
            if number is not None and key not in self._arrived:
                self._arrived.add(key)
                self.delays.append(self._judge.delay(seen, source, number))

    def _shown(self, seen: Seen, source: int, pair: _Pair) -> int | None:
        """The last change without which this answer would be another; None when that is longer ago than the promise."""
        oldest = self._judge.versions(source, seen)[0]
        for number in range(pair[source], oldest, -1):
            before = (number - 1, pair[1]) if source == 0 else (pair[0], number - 1)
            if self._judge.right(before, seen.question) != seen.told:
                return number
        return None
