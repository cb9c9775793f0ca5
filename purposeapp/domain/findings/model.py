"""What a finding is: something an auditor should look at, and how anybody can see that it is so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlencode

from purposeapp.domain.model import Policy, Purpose
from purposeapp.domain.phrase import Phrase


class FindingKind(StrEnum):
    PUBLIC = "public"
    OUTLIER = "outlier"
    UNREADABLE_SCHEDULE = "unreadable_schedule"
    UNSEEN = "unseen"
    DISABLED_PURPOSE = "disabled_purpose"
    SHADOWED = "shadowed"
    DUPLICATE = "duplicate"
    DEAD = "dead"
    NOBODY = "nobody"
    UNKNOWN_NAMES = "unknown_names"
    ORPHAN = "orphan"


class Severity(StrEnum):
    """How much it matters, most first: access that may be too wide, access that may be missing, untidiness."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Proof:
    """A question to the API and what it answers as long as the finding holds.

    `expect` has values by JSON pointer (RFC 6901) into the answer.
    """

    path: str
    expect: Mapping[str, Any]
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """What a finding is about; `type` is `purpose`, `policy` or `user`."""

    type: str
    id: str
    name: str

    @classmethod
    def of(cls, thing: Purpose | Policy) -> "Entity":
        if isinstance(thing, Purpose):
            return cls("purpose", thing.guid, thing.display_name or thing.name)
        return cls("policy", thing.guid, thing.name)


@dataclass(frozen=True, slots=True)
class Finding:
    """`proof` is worked out when it is asked for: only for those that are shown."""

    kind: FindingKind
    severity: Severity
    entity: Entity
    sentence: Phrase
    proof: Callable[[], list[Proof]]
    detail: Mapping[str, Any] = field(default_factory=dict)


def subjects_of(purpose: Purpose, expect: Mapping[str, Any], **query: str) -> Proof:
    """Who sees a purpose."""
    asked = urlencode({**query, "limit": "1"})
    return Proof(f"/api/meta/purposes/{quote(purpose.guid, safe='')}/subjects?{asked}", expect)


def simulated(change: Mapping[str, Any], *, gained: int, lost: int) -> Proof:
    """What a change would do, in pairs of a user and a purpose."""
    return Proof(
        "/api/meta/access/simulate",
        {"/totals/gained": gained, "/totals/lost": lost},
        {"changes": [change], "limit": 1},
    )
