"""Allows that denies take away from everybody whom they name."""

from collections.abc import Iterator

from purposeapp.domain.findings.model import Finding, FindingKind, Severity
from purposeapp.domain.findings.policies import about
from purposeapp.domain.findings.tenant import Tenant
from purposeapp.domain.model import Policy, PolicyType
from purposeapp.domain.phrase import Phrase
from purposeapp.domain.resolve import beaters, in_force
from purposeapp.domain.snapshot import Entry
from purposeapp.domain.standing import Standings


def find(tenant: Tenant) -> Iterator[Finding]:
    for entry in tenant.entries:
        denies = [policy for policy in entry.policies if _refuses(tenant, entry, policy)]
        standings = Standings(entry.purpose, entry.policies, tenant.population, tenant.now)
        for policy in entry.policies if denies else ():
            if standings.is_shadowed(policy):
                by = ", ".join(repr(each.name or each.guid) for each in beaters(policy, denies))
                sentence = Phrase(
                    "It gives nothing to anybody: whomever it names is refused by %(names)s", names=by
                )
                yield about(tenant, entry, policy, FindingKind.SHADOWED, Severity.MEDIUM, sentence)


def _refuses(tenant: Tenant, entry: Entry, policy: Policy) -> bool:
    return policy.type == PolicyType.DENY and in_force(policy, entry.purpose, tenant.now)
