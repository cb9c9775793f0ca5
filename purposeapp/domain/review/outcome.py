"""What reviewers decided of a row. Votes are only ever added; the last ones count."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile


class Decision(StrEnum):
    KEEP = "keep"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class Vote:
    """One reviewer's word on one row. `by_id` is the directory's id of the reviewer, `at` RFC 3339."""

    decision: Decision
    comment: str
    by_id: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a row stands: `proposed` is the vote that counts, `confirmed_by` whoever agreed as the second."""

    proposed: Vote
    confirmed_by: str
    final: bool


def outcome_of(votes: Sequence[Vote], *, two_person: bool) -> Outcome | None:
    """The outcome of a row's votes, the oldest first; None when there are none.

    Whoever decides otherwise begins anew. With `two_person` it is final when a second person has decided the same;
    nobody is their own second person.
    """
    if not votes:
        return None
    agreeing = list(takewhile(lambda vote: vote.decision == votes[-1].decision, reversed(votes)))[::-1]
    first = agreeing[0].by_id
    others = [vote.by for vote in agreeing if vote.by_id != first]
    proposed = [vote for vote in agreeing if vote.by_id == first][-1]
    return Outcome(proposed, others[0] if others else "", bool(others) or not two_person)
