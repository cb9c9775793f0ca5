"""Answers that were given a moment ago: the same people ask the same again, and most often nothing has changed."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from purposeapp.api.answers import Answer
from purposeapp.domain.model import Mode
from purposeapp.domain.revision import Revision
from purposeapp.domain.snapshot import Seen

MOST_BYTES = 32 * 1024 * 1024
"""Of bodies: some eight hundred pages of a hundred purposes."""


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
    """By question; the ones not asked for longest go first. To be used from one thread."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._given: OrderedDict[Hashable, Given] = OrderedDict()

    def find(self, question: Hashable) -> Given | None:
        given = self._given.get(question)
        if given is not None:
            self._given.move_to_end(question)
        return given

    def keep(self, question: Hashable, given: Given) -> None:
        before = self._given.pop(question, None)
        self._given[question] = given
        self._bytes += _size(given) - _size(before)
        while self._bytes > self._most_bytes:
            self._bytes -= _size(self._given.popitem(last=False)[1])


def _size(given: Given | None) -> int:
    return 0 if given is None else len(given.answer.content)
