"""Which purposes a person sees."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from purposeapp.discovery.asking import Asked
from purposeapp.discovery.shown import InSnapshot, PurposePage, Resolved, Shown
from purposeapp.discovery.words import mentions
from purposeapp.domain.model import Mode, Purpose, Resolution
from purposeapp.domain.page import Item, Page, Place, Sort, by_keyset, by_offset, by_place
from purposeapp.domain.resolve import resolve, resolve_without_reasons
from purposeapp.domain.snapshot import Seen, Snapshot
from purposeapp.policyindex import orphans
from purposeapp.policyindex.base import PolicyIndex


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
class Stretch:
    """Which part of a list: at most `limit` of what `keep` keeps, behind `after` in the order of `sort`."""

    limit: int
    sort: Sort
    after: Place | None
    keep: Filter

    @property
    def is_plain(self) -> bool:
        """In display order, with nothing left out."""
        return self.sort == Sort() and self.keep == Filter()

    def of(self, items: Sequence[Item], purpose_of: Callable[[Item], Purpose]) -> Page[Item]:
        """Of items in display order."""
        if self.is_plain:
            return by_place(items, after=self.after, limit=self.limit, key=purpose_of)
        kept = [item for item in items if self.keep.keeps(purpose_of(item))]
        return by_keyset(kept, sort=self.sort, after=self.after, limit=self.limit, key=purpose_of)


def listed_purposes(
    asked: Asked, *, policies: PolicyIndex, offset: int = 0, limit: int | None = None
) -> PurposePage:
    """The listed mode by offset, as the front-end contract wants it; the total counts all that can be paged through."""
    snapshot = policies.snapshot()
    if snapshot is not None:
        seen = snapshot.seen(asked.subject, mode=Mode.LISTED, now=0.0)
        ordinals = snapshot.page(seen, offset=offset, limit=len(seen) if limit is None else limit)
        return PurposePage(InSnapshot(snapshot, ordinals), len(seen))
    page = by_offset(policies.listed_purposes(asked.subject), offset=offset, limit=limit)
    return PurposePage(Resolved.bare(page.items), page.total)


def accessible_purposes(
    asked: Asked,
    *,
    mode: Mode,
    policies: PolicyIndex,
    now: float,
    stretch: Stretch,
    with_reasons: bool = False,
) -> PurposePage:
    """Either mode by cursor, filtered and sorted; `now` is epoch seconds.

    A disabled person has nothing in effective mode. `with_reasons` also walks the ways each role is held.
    """
    if mode is Mode.EFFECTIVE and asked.disabled:
        return PurposePage(Resolved(()), 0)
    snapshot = policies.snapshot()
    if snapshot is not None:
        return _from_snapshot(snapshot, asked, mode, now, stretch, with_reasons)
    if mode is Mode.LISTED and not with_reasons:
        listed = stretch.of(policies.listed_purposes(asked.subject), lambda purpose: purpose)
        return PurposePage(Resolved.bare(listed.items), listed.total, listed.last)
    resolution = _resolution(asked, mode=mode, policies=policies, now=now, with_reasons=with_reasons)
    page = stretch.of(resolution.grants, lambda grant: grant.purpose)
    return PurposePage(Resolved(page.items), page.total, page.last, resolution.valid_until)


def _from_snapshot(
    snapshot: Snapshot, asked: Asked, mode: Mode, now: float, stretch: Stretch, with_reasons: bool
) -> PurposePage:
    subject, chains_of = asked.subject, asked.chains_of
    seen = snapshot.seen(subject, mode=mode, now=now)
    if stretch.is_plain:
        page = _stretch_of_bitmap(snapshot, seen, stretch)
    else:
        page = stretch.of(list(seen.ordinals), lambda ordinal: snapshot.entries[ordinal].purpose)
    shown: Shown = InSnapshot(snapshot, page.items)
    if with_reasons:
        shown = Resolved(snapshot.grants(page.items, subject, mode=mode, now=now, chains_of=chains_of))
    return PurposePage(shown, page.total, page.last, seen.valid_until)


def _stretch_of_bitmap(snapshot: Snapshot, seen: Seen, stretch: Stretch) -> Page[int]:
    """A plain stretch: ascending ordinals are the display order, so nothing is listed but the page itself."""
    offset = 0 if stretch.after is None else snapshot.offset_after(seen, stretch.after)
    ordinals = snapshot.page(seen, offset=offset, limit=stretch.limit)
    more = offset + len(ordinals) < len(seen)
    return Page(ordinals, len(seen), snapshot.place(ordinals[-1]) if more else None)


def _resolution(
    asked: Asked, *, mode: Mode, policies: PolicyIndex, now: float, with_reasons: bool
) -> Resolution:
    evidence = policies.evidence(asked.subject)
    orphans.report(evidence.orphans)
    if with_reasons:
        return resolve(evidence, asked.subject, mode=mode, now=now, chains_of=asked.chains_of)
    return resolve_without_reasons(evidence, asked.subject, now=now)
