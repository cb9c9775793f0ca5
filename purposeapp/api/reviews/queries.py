"""What is asked of access reviews: query parameters and bodies."""

from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from purposeapp.api.names import require_storable
from purposeapp.api.queries import DEFAULT_LIMIT, MAX_LIMIT, FreshQuery
from purposeapp.api.who.queries import NameField
from purposeapp.discovery.reviews.download import FileFormat
from purposeapp.discovery.reviews.rows import MAX_COMMENT
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.model import Mode
from purposeapp.domain.review import Decision, Scope, ScopeKind
from purposeapp.jobs.reviewing import ReviewQuestion


class ReviewsQuery(FreshQuery):
    limit = serializers.IntegerField(default=20, min_value=1, max_value=100)


class RowsQuery(FreshQuery):
    purpose = NameField(
        required=False, default="", allow_blank=True, help_text="Guid: only the rows of this purpose."
    )
    limit = serializers.IntegerField(default=DEFAULT_LIMIT, min_value=1, max_value=MAX_LIMIT)
    cursor = serializers.CharField(
        required=False, help_text="`next` of the page before; bound to this very question."
    )


class DownloadQuery(FreshQuery):
    format = serializers.ChoiceField([each.value for each in FileFormat], default=FileFormat.CSV.value)


def read_question(body: Any) -> ReviewQuestion:
    """The body that starts a review. Raises InvalidRequest by field."""
    given = _object(body, {"scope", "mode", "twoPerson"})
    mode, two_person = given.get("mode", Mode.EFFECTIVE), given.get("twoPerson", False)
    if mode not in list(Mode):
        raise _wrong("mode", f"must be one of {', '.join(Mode)}")
    if not isinstance(two_person, bool):
        raise _wrong("twoPerson", "must be true or false")
    return ReviewQuestion(_scope(given.get("scope", ScopeKind.TENANT)), Mode(mode), two_person)


@dataclass(frozen=True, slots=True)
class NewVote:
    """The body that decides a row."""

    decision: Decision
    comment: str

    @classmethod
    def read(cls, body: Any) -> "NewVote":
        """Raises InvalidRequest by field."""
        given = _object(body, {"decision", "comment"})
        decision, comment = given.get("decision"), given.get("comment", "")
        if decision not in list(Decision):
            raise _wrong("decision", f"must be one of {', '.join(Decision)}")
        if not isinstance(comment, str) or len(comment) > MAX_COMMENT:
            raise _wrong("comment", f"must be a text of at most {MAX_COMMENT:,} characters")
        return cls(Decision(decision), require_storable("comment", comment))


def _scope(given: Any) -> Scope:
    """`"tenant"`, `{"purpose": guid}` or `{"group": name}`."""
    if given == ScopeKind.TENANT:
        return Scope(ScopeKind.TENANT)
    if isinstance(given, dict) and len(given) == 1:
        kind, name = next(iter(given.items()))
        if kind in (ScopeKind.PURPOSE, ScopeKind.GROUP) and isinstance(name, str) and name.strip():
            return Scope(ScopeKind(kind), require_storable("scope", name))
    raise _wrong("scope", 'must be "tenant", {"purpose": a guid} or {"group": a name}')


def _object(body: Any, known: set[str]) -> dict[str, Any]:
    given = {} if body is None else body
    if not isinstance(given, dict):
        raise InvalidRequest("The body must be an object")
    if unknown := sorted(given.keys() - known):
        raise _wrong(unknown[0], f"unknown; there are {', '.join(sorted(known))}")
    return given


def _wrong(field: str, what: str) -> InvalidRequest:
    return InvalidRequest(f"{field}: {what}", fields={field: what})
