"""Purposes that nobody can see, though they are enabled."""

from collections.abc import Iterator

from purposeapp.domain.findings.model import Entity, Finding, FindingKind, Severity, counted, subjects_of
from purposeapp.domain.findings.tenant import Tenant
from purposeapp.domain.snapshot import Entry


def find(tenant: Tenant) -> Iterator[Finding]:
    for entry in tenant.entries:
        if entry.purpose.enabled and not tenant.sight(entry).users:
            yield _finding(entry)


def _finding(entry: Entry) -> Finding:
    return Finding(
        FindingKind.UNSEEN,
        Severity.MEDIUM,
        Entity.of(entry.purpose),
        f"Nobody can see it: it has {counted(len(entry.policies), 'policy', 'policies')}, and none gives access to anybody",
        lambda: [subjects_of(entry.purpose, {"/total": 0})],
        {"policies": len(entry.policies)},
    )
