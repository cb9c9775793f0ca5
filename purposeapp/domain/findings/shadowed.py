"""Allows that denies take away from everybody whom they name."""

from collections.abc import Iterator

from purposeapp.domain.audience import purpose_audience
from purposeapp.domain.findings.model import Finding, FindingKind, Severity
from purposeapp.domain.findings.policies import about
from purposeapp.domain.findings.tenant import Tenant
from purposeapp.domain.model import Mode, Policy, PolicyType
from purposeapp.domain.resolve import beaters, in_force
from purposeapp.domain.snapshot import Entry


def find(tenant: Tenant) -> Iterator[Finding]:
    for entry in tenant.entries:
        denies = [policy for policy in entry.policies if _has_a_say(tenant, entry, policy, PolicyType.DENY)]
        for policy in entry.policies if denies else ():
            if _is_shadowed(tenant, entry, policy, denies):
                by = ", ".join(repr(each.name or each.guid) for each in beaters(policy, denies))
                sentence = f"It gives nothing to anybody: whomever it names is refused by {by}"
                yield about(tenant, entry, policy, FindingKind.SHADOWED, Severity.MEDIUM, sentence)


def _has_a_say(tenant: Tenant, entry: Entry, policy: Policy, type_: PolicyType) -> bool:
    return policy.type == type_ and bool(policy.actions) and in_force(policy, entry.purpose, tenant.now)


def _is_shadowed(tenant: Tenant, entry: Entry, policy: Policy, denies: list[Policy]) -> bool:
    if not _has_a_say(tenant, entry, policy, PolicyType.ALLOW) or not beaters(policy, denies):
        return False
    named = tenant.named(policy) - tenant.population.disabled
    left = purpose_audience(
        entry.purpose, [policy, *denies], tenant.population, mode=Mode.EFFECTIVE, now=tenant.now
    )
    return bool(named) and not left.users
