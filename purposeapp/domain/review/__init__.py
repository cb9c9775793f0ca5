"""An access review: everybody's access at one moment, frozen, gone through row by row.

model      what is reviewed: purposes, each with the ways by which users see it      taking     from the live tenant to that
lines      rows as text, millions of them                                            outcome    what reviewers decided
"""

from purposeapp.domain.review.model import Facts, ReviewedPurpose, RowId, Scope, ScopeKind, Way
from purposeapp.domain.review.outcome import Decision, Outcome, Vote, outcome_of

__all__ = [
    "Decision",
    "Facts",
    "Outcome",
    "ReviewedPurpose",
    "RowId",
    "Scope",
    "ScopeKind",
    "Vote",
    "Way",
    "outcome_of",
]
