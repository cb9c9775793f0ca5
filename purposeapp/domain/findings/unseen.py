"""Purposes that nobody can see, though they are enabled."""

from collections.abc import Iterator

from purposeapp.domain.findings.model import Entity, Finding, FindingKind, Severity, subjects_of
from purposeapp.domain.findings.tenant import Tenant
from purposeapp.domain.phrase import counted
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
        counted(
            "Nobody can see it: it has %(count)s policy, and none gives access to anybody",
            "Nobody can see it: it has %(count)s policies, and none gives access to anybody",
            len(entry.policies),
        ),
        lambda: [subjects_of(entry.purpose, {"/total": 0})],
        {"policies": len(entry.policies)},
    )
