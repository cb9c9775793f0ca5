"""Why somebody sees a purpose or has a persona, or does not; what would revoke it, and what would give it.

model      the nouns                              case       one case, decided by the functions of the listings
verdicts   policy by policy                       paths      over which groups, roles and policies access comes
changes    a case as it would be                  cut        the fewest changes that revoke
nearest    the fewest changes that give access    means, obstacles, budget    what it searches
"""

from purposeapp.domain.explain.case import Case
from purposeapp.domain.explain.changes import changed
from purposeapp.domain.explain.explaining import explain, explain_deleted
from purposeapp.domain.explain.model import (
    Change,
    Cut,
    Explanation,
    Failure,
    Kind,
    Nearest,
    Node,
    Op,
    Path,
    Paths,
    Verdict,
    Why,
)

__all__ = [
    "Case",
    "Change",
    "Cut",
    "Explanation",
    "Failure",
    "Kind",
    "Nearest",
    "Node",
    "Op",
    "Path",
    "Paths",
    "Verdict",
    "Why",
    "changed",
    "explain",
    "explain_deleted",
]
