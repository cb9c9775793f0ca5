"""Disabled purposes that keep live policies: enabling one gives access at once."""

from collections.abc import Iterator

from purposeapp.domain.findings.model import Entity, Finding, FindingKind, Severity, subjects_of
from purposeapp.domain.findings.tenant import Tenant
from purposeapp.domain.phrase import counted
from purposeapp.domain.snapshot import Entry


def find(tenant: Tenant) -> Iterator[Finding]:
    for entry in tenant.entries:
        live = sum(policy.enabled for policy in entry.policies)
        if live and not entry.purpose.enabled:
            yield _finding(tenant, entry, live)


def _finding(tenant: Tenant, entry: Entry, live: int) -> Finding:
    return Finding(
        FindingKind.DISABLED_PURPOSE,
        Severity.MEDIUM,
        Entity.of(entry.purpose),
        counted(
            "It is disabled, and keeps %(count)s enabled policy",
            "It is disabled, and keeps %(count)s enabled policies",
            live,
        ),
        lambda: [subjects_of(entry.purpose, {"/total": 0}), tenant.enabled(entry)],
        {"policies": live},
    )
