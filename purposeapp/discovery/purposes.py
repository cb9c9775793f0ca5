"""Which purposes a person sees."""

import logging
from dataclasses import dataclass
from functools import lru_cache

from purposeapp.discovery.asking import Asked
from purposeapp.discovery.revision import revision_of
from purposeapp.discovery.words import mentions
from purposeapp.domain.model import Grant, Mode, Purpose, Resolution
from purposeapp.domain.page import Page, Place, Sort, by_keyset, by_offset, display_order
from purposeapp.domain.resolve import resolve, resolve_without_reasons
from purposeapp.policyindex.base import PolicyIndex

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Filter:
    """What to keep of an answer: words in the name or description, a classification. Blank keeps everything."""

    words: str = ""
    classification: str = ""

    def keeps(self, purpose: Purpose) -> bool:
        if self.classification and self.classification not in purpose.classifications:
            return False
        return mentions(purpose, self.words)


@dataclass(frozen=True, slots=True)
class PurposePage:
    """One page of an answer and the revision of the data it was computed from."""

    page: Page[Grant]
    revision: str
    valid_until: float | None = None


@dataclass(frozen=True, slots=True)
class ListedPage:
    """As PurposePage, of the listed mode."""

    page: Page[Purpose]
    revision: str


def listed_purposes(
    asked: Asked, *, policies: PolicyIndex, offset: int = 0, limit: int | None = None
) -> ListedPage:
    """The listed mode by offset, as the front-end contract wants it; the total counts all that can be paged through."""
    purposes = sorted(policies.listed_purposes(asked.subject), key=display_order)
    return ListedPage(by_offset(purposes, offset=offset, limit=limit), revision_of(asked.subject, purposes))


def accessible_purposes(
    asked: Asked,
    *,
    mode: Mode,
    policies: PolicyIndex,
    now: float,
    sort: Sort,
    after: Place | None,
    limit: int,
    keep: Filter,
    with_reasons: bool = False,
) -> PurposePage:
    """Either mode by cursor, filtered and sorted; `now` is epoch seconds.

    A disabled person has nothing in effective mode. `with_reasons` also walks the ways each role is held.
    """
    resolution = _resolution(asked, mode=mode, policies=policies, now=now, with_reasons=with_reasons)
    kept = [grant for grant in resolution.grants if keep.keeps(grant.purpose)]
    page = by_keyset(kept, sort=sort, after=after, limit=limit, key=lambda grant: grant.purpose)
    return PurposePage(
        page,
        revision_of(asked.subject, [grant.purpose for grant in resolution.grants]),
        resolution.valid_until,
    )


def _resolution(
    asked: Asked, *, mode: Mode, policies: PolicyIndex, now: float, with_reasons: bool
) -> Resolution:
    if mode is Mode.EFFECTIVE and asked.disabled:
        return Resolution(mode)
    if mode is Mode.LISTED and not with_reasons:
        purposes = sorted(policies.listed_purposes(asked.subject), key=display_order)
        return Resolution(mode, tuple(Grant(purpose) for purpose in purposes))
    evidence = policies.evidence(asked.subject)
    _report_orphans(tuple(sorted(policy.guid for policy in evidence.orphans)))
    if with_reasons:
        return resolve(evidence, asked.subject, mode=mode, now=now, chains_of=asked.chains_of)
    return resolve_without_reasons(evidence, asked.subject, now=now)


@lru_cache(maxsize=1024)  # once in the log of each process is enough
def _report_orphans(guids: tuple[str, ...]) -> None:
    """Policies without a purpose grant nothing; an operator should know that they are there."""
    if guids:
        log.warning(
            "policies belong to no purpose that is there", extra={"policies": guids[:20], "count": len(guids)}
        )
