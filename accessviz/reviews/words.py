"""Reviews in words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accessviz.present import matched
from accessviz.reviews.forms import DECISIONS, MODES, SCOPES
from purposeapp.discovery.reviews.rows import Row
from purposeapp.domain.model import Match
from purposeapp.domain.review import Outcome, ScopeKind
from purposeapp.models import Review


@dataclass(frozen=True, slots=True)
class SpokenReview:
    """A review as a line of a list. `name` is blank for a whole tenant."""

    review: Review
    what: Any
    name: str
    mode: Any

    @property
    def is_there(self) -> bool:
        return self.review.frozen is not None


@dataclass(frozen=True, slots=True)
class SpokenRow:
    """A row with the ways by which the user sees the purpose, and what was decided; `decided` is blank before."""

    row: Row
    ways: tuple[str, ...]
    decided: str
    comment: str


def review(given: Review) -> SpokenReview:
    scope = given.scope
    return SpokenReview(
        given, SCOPES[scope.kind], "" if scope.kind is ScopeKind.TENANT else scope.name, MODES[_mode(given)]
    )


def row(given: Row) -> SpokenRow:
    ways = tuple(matched(Match(way.via, way.name)) for way in given.ways)
    outcome = given.outcome
    return SpokenRow(given, ways, _decided(outcome), outcome.proposed.comment if outcome else "")


def _decided(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    said = {
        "decision": DECISIONS[outcome.proposed.decision],
        "by": outcome.proposed.by,
        "second": outcome.confirmed_by,
    }
    if outcome.confirmed_by:
        return _("%(decision)s, decided by %(by)s and %(second)s") % said
    if outcome.final:
        return _("%(decision)s, decided by %(by)s") % said
    return _("%(decision)s, proposed by %(by)s; a second person must agree") % said


def _mode(given: Review) -> Any:
    return next(mode for mode in MODES if mode.value == given.mode)
