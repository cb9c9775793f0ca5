"""Policies that belong to no purpose that is there."""

from collections.abc import Iterator

from purposeapp.domain.findings.model import Entity, Finding, FindingKind, Severity
from purposeapp.domain.findings.tenant import Tenant
from purposeapp.domain.model import Policy
from purposeapp.domain.phrase import Phrase


def find(tenant: Tenant) -> Iterator[Finding]:
    for (_, parent), policies in tenant.snapshot.families.orphans.items():
        for policy in policies:
            yield _finding(tenant, policy, parent)


def _finding(tenant: Tenant, policy: Policy, parent: str) -> Finding:
    return Finding(
        FindingKind.ORPHAN,
        Severity.LOW,
        Entity.of(policy),
        Phrase("It belongs to no purpose that is there, and so shows nothing to anybody"),
        lambda: [tenant.removal(policy.guid)],
        {"parent": parent},
    )
