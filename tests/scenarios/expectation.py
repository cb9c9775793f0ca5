"""What a scenario expects of one question."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from purposeapp.domain.model import Mode


@dataclass(frozen=True)
class ExpectedReason:
    """One reason. `because` is a fragment of the sentence; `chains` are looked at only where the table has them."""

    policy: str
    via: str
    name: str
    counts: bool
    because: str = ""
    chains: tuple[tuple[str, ...], ...] | None = None


@dataclass(frozen=True)
class ExpectedPage:
    """One page of the answer in `listed` mode, by offset."""

    offset: int
    limit: int
    purposes: tuple[str, ...]
    has_more: bool


@dataclass(frozen=True)
class Expectation:
    """What is true for one person. Purposes, personas and policies are named by their keys.

    `asked` is the user name as the caller spells it; `groups`, where given, are those of the request's body, sent by
    an ordinary caller: they narrow the directory's groups and never add one.
    A mode that is absent from a mapping is not asked. `reasons` has, by mode and purpose, *all* reasons in order, for
    purposes that are not seen as well. `valid_until` is looked at only where `expires` is true (None: never).
    """

    asked: str
    groups: tuple[str, ...] | None = None
    purposes: Mapping[Mode, tuple[str, ...]] = field(default_factory=dict)
    totals: Mapping[Mode, int] = field(default_factory=dict)
    personas: Mapping[Mode, tuple[str, ...]] = field(default_factory=dict)
    reasons: Mapping[Mode, Mapping[str, tuple[ExpectedReason, ...]]] = field(default_factory=dict)
    orphans: tuple[str, ...] | None = None
    pages: tuple[ExpectedPage, ...] = ()
    roles: tuple[str, ...] | None = None
    expires: bool = False
    valid_until: float | None = None
