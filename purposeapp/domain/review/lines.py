"""Rows as text, quickly: what is the same in many rows is written once.

A row's text is three parts put together: the user's, the access', and the outcome's. Of a purpose that thousands see, the
middle one differs only by the few sets of ways that there are.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from operator import add
from typing import Protocol

from purposeapp.domain.review.model import ReviewedPurpose, Way
from purposeapp.domain.review.outcome import Outcome

STRETCH = 10_000
"""Rows at once: some megabytes."""


class RowFormat(Protocol):
    """How the three parts of a row are written, for example as CSV."""

    def user(self, ordinal: int, username: str, enabled: bool) -> bytes:
        """The beginning of each row of a user, up to and with the `u17` of the row's id."""
        ...

    def access(self, purpose: ReviewedPurpose, ways: Sequence[Way]) -> bytes:
        """From the `p4` of the id to the ways by which the purpose is seen."""
        ...

    def outcome(self, outcome: Outcome | None) -> bytes: ...


def lines(
    purpose: ReviewedPurpose, form: RowFormat, *, starts: Sequence[bytes], outcomes: Mapping[int, Outcome]
) -> Iterator[list[bytes]]:
    """All rows of a purpose in the order of the users, at most STRETCH at once.

    `starts` has what `form.user` gives, `outcomes` what was decided, by the ordinals of users.
    """
    marks = _marks(purpose)
    ends = {mark: _access(purpose, form, mark) + form.outcome(None) for mark in set(marks.values())}
    for user, outcome in outcomes.items():
        own = -1 - user  # no set of ways has a negative mark
        ends[own] = _access(purpose, form, marks[user]) + form.outcome(outcome)
        marks[user] = own
    rows = map(add, map(starts.__getitem__, marks), map(ends.__getitem__, marks.values()))
    while some := list(islice(rows, STRETCH)):
        yield some


def _marks(purpose: ReviewedPurpose) -> dict[int, int]:
    """By each user in ascending order, the ways they come by, as bits."""
    marks = dict.fromkeys(purpose.users, 0)
    for place, way in enumerate(purpose.ways):
        bit = 1 << place
        for user in way.users:
            marks[user] |= bit
    return marks


def _access(purpose: ReviewedPurpose, form: RowFormat, mark: int) -> bytes:
    return form.access(purpose, [way for place, way in enumerate(purpose.ways) if mark >> place & 1])
