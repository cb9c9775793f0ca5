"""Policies that name nobody who is there."""

from collections.abc import Iterator

from purposeapp.domain.findings.model import Finding, FindingKind, Severity
from purposeapp.domain.findings.policies import about
from purposeapp.domain.findings.tenant import Tenant
from purposeapp.domain.phrase import Phrase


def find(tenant: Tenant) -> Iterator[Finding]:
    for entry, policy in tenant.policies():
        if not tenant.named(policy):
            sentence = Phrase(
                "It names nobody: no user of the directory is on its lists, in its groups or holds its roles"
            )
            yield about(tenant, entry, policy, FindingKind.NOBODY, Severity.LOW, sentence)
