"""Answers that were given a moment ago: the same people ask the same again, and most often nothing has changed."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

from purposeapp.api.answers import Answer
from purposeapp.domain.model import Mode
from purposeapp.domain.revision import Revision
from purposeapp.domain.snapshot import Seen

MOST_BYTES = 32 * 1024 * 1024
"""Some eight hundred pages of a hundred purposes, or thirty thousand answers that say: none."""

OVERHEAD = 1024
"""Bytes of an answer beside what is as long as it likes: its headers, and the objects around it (some 900, measured)."""


class Question(NamedTuple):
    """A question as it came. `caller` stands for a known caller and holds nothing of theirs, so that they can be forgotten."""

    caller: object
    path: str
    query: str


@dataclass(frozen=True, slots=True)
class Given:
    """An answer and what it was made from: good as long as the snapshot gives the very same `seen`, at the same revision.

    A snapshot keeps what a subject sees only while no schedule begins or ends, and no other snapshot ever gives it.
    """

    answer: Answer
    mode: Mode
    seen: Seen
    revision: Revision


class GivenAnswers:
    """By question; the ones not asked for longest go first. Bounded in bytes. To be used from one thread."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._given: OrderedDict[Question, Given] = OrderedDict()

    def find(self, question: Question) -> Given | None:
        given = self._given.get(question)
        if given is not None:
            self._given.move_to_end(question)
        return given

    def keep(self, question: Question, given: Given) -> None:
        before = self._given.pop(question, None)
        if before is not None:
            self._bytes -= _size(question, before)
        self._given[question] = given
        self._bytes += _size(question, given)
        while self._bytes > self._most_bytes:
            self._bytes -= _size(*self._given.popitem(last=False))


def _size(question: Question, given: Given) -> int:
    """In bytes. An ordinal takes two; answers about the same ones share them, and any may be the last to hold them."""
    ordinals = 2 * len(given.seen)
    return OVERHEAD + len(question.path) + len(question.query) + len(given.answer.content) + ordinals
