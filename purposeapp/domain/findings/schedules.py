"""Policies whose schedule nobody can read: they refuse, or give nothing, until it is put right."""

from collections.abc import Iterator

from purposeapp.domain.findings.model import Finding, FindingKind, Severity
from purposeapp.domain.findings.policies import about
from purposeapp.domain.findings.tenant import Tenant
from purposeapp.domain.model import PolicyType
from purposeapp.domain.phrase import Phrase

REFUSES = Phrase("Its schedule cannot be read, so it refuses at all times")
GIVES_NOTHING = Phrase("Its schedule cannot be read, so it gives nothing")


def find(tenant: Tenant) -> Iterator[Finding]:
    for entry, policy in tenant.policies():
        if not policy.schedule_readable:
            sentence = REFUSES if policy.type == PolicyType.DENY else GIVES_NOTHING
            yield about(tenant, entry, policy, FindingKind.UNREADABLE_SCHEDULE, Severity.HIGH, sentence)
