"""What an auditor should look at in a tenant, kind by kind, each with a proof.

model    a finding and its proof          tenant   what the search looks at
policies findings about policies          the other files are one kind each
"""

from collections.abc import Callable, Iterator, Mapping

from purposeapp.domain.findings import (
    dead,
    disabled,
    duplicates,
    nobody,
    orphans,
    outliers,
    public,
    schedules,
    shadowed,
    unknown,
    unseen,
)
from purposeapp.domain.findings.model import Entity, Finding, FindingKind, Proof, Severity
from purposeapp.domain.findings.tenant import Tenant

FINDERS: Mapping[FindingKind, Callable[[Tenant], Iterator[Finding]]] = {
    FindingKind.PUBLIC: public.find,
    FindingKind.OUTLIER: outliers.find,
    FindingKind.UNREADABLE_SCHEDULE: schedules.find,
    FindingKind.UNSEEN: unseen.find,
    FindingKind.DISABLED_PURPOSE: disabled.find,
    FindingKind.SHADOWED: shadowed.find,
    FindingKind.DUPLICATE: duplicates.find,
    FindingKind.DEAD: dead.find,
    FindingKind.NOBODY: nobody.find,
    FindingKind.UNKNOWN_NAMES: unknown.find,
    FindingKind.ORPHAN: orphans.find,
}

__all__ = ["FINDERS", "Entity", "Finding", "FindingKind", "Proof", "Severity", "Tenant"]
