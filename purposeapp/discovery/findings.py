"""All findings of a tenant, in pages."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from purposeapp.domain.errors import InvalidCursor
from purposeapp.domain.findings import FINDERS, Finding, FindingKind, Severity, Tenant
from purposeapp.domain.page import Page, Place

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Findings:
    """The gravest first, then by kind and name."""

    found: Sequence[tuple[Key, Finding]]

    @property
    def counts(self) -> Mapping[FindingKind, int]:
        counts = Counter(finding.kind for _, finding in self.found)
        return {kind: counts[kind] for kind in FindingKind if kind in counts}

    def page(self, *, after: Place | None, limit: int) -> Page[Finding]:
        start = 0
        if after is not None:
            where, id_ = after
            if not isinstance(where, str):
                raise InvalidCursor
            start = bisect_right(self.found, (where, id_), key=lambda pair: pair[0])
        shown = self.found[start : start + limit]
        more = start + limit < len(self.found)
        return Page([finding for _, finding in shown], len(self.found), shown[-1][0] if more else None)


def findings(tenant: Tenant, *, kinds: Collection[FindingKind] = ()) -> Findings:
    """Of some kinds; none given: of all."""
    found = (
        finding for kind, find in FINDERS.items() if not kinds or kind in kinds for finding in find(tenant)
    )
    return Findings(sorted(((_key(each), each) for each in found), key=lambda pair: pair[0]))


def merged(several: Iterable[Findings]) -> Findings:
    """All of them in one."""
    return Findings(sorted(chain.from_iterable(each.found for each in several), key=lambda pair: pair[0]))


def _key(finding: Finding) -> Key:
    severity, kind = list(Severity).index(finding.severity), list(FindingKind).index(finding.kind)
    return f"{severity}{kind:02}{finding.entity.name.casefold()}", f"{finding.entity.id} {_purpose(finding)}"


def _purpose(finding: Finding) -> str:
    """One policy of several purposes can be found in each of them."""
    return str(finding.detail.get("purpose") or finding.detail.get("parent", ""))
