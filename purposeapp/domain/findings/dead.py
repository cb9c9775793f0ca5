"""Policies that can have no effect, whomever they name: by their type, their actions or their schedule."""

from collections.abc import Iterator

from purposeapp.domain.findings.model import Finding, FindingKind, Severity
from purposeapp.domain.findings.policies import about
from purposeapp.domain.findings.tenant import Tenant
from purposeapp.domain.model import SHAPING_TYPES, Policy, PolicyType
from purposeapp.domain.phrase import Phrase


def find(tenant: Tenant) -> Iterator[Finding]:
    for entry, policy in tenant.policies():
        if why := _why(policy, tenant.now):
            sentence = Phrase("It does nothing: %(why)s", why=why)
            yield about(tenant, entry, policy, FindingKind.DEAD, Severity.LOW, sentence)


def _why(policy: Policy, now: float) -> Phrase | None:
    if policy.type not in {*SHAPING_TYPES, PolicyType.ALLOW, PolicyType.DENY}:
        return Phrase("a stand-alone %(type)s has no effect", type=policy.type)
    if policy.type not in SHAPING_TYPES and not policy.actions:
        return Phrase("it has no actions")
    ends = [window.end for window in policy.schedule]
    over = bool(ends) and all(end is not None and end <= now for end in ends)
    return Phrase("its schedule is over") if over and policy.schedule_readable else None
