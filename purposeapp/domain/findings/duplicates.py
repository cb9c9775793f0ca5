"""Policies of one purpose that say the same."""

from collections import defaultdict
from collections.abc import Hashable, Iterator

from purposeapp.domain.findings.model import Finding, FindingKind, Severity
from purposeapp.domain.findings.policies import about
from purposeapp.domain.findings.tenant import Tenant
from purposeapp.domain.model import Policy
from purposeapp.domain.phrase import Phrase


def find(tenant: Tenant) -> Iterator[Finding]:
    for entry in tenant.entries:
        alike: dict[Hashable, list[Policy]] = defaultdict(list)
        for policy in entry.policies:
            alike[_meaning(policy)].append(policy)
        for first, *others in alike.values():
            for policy in others:
                sentence = Phrase("It says the same as %(name)s", name=repr(first.name or first.guid))
                detail = {"sameAs": first.guid}
                yield about(tenant, entry, policy, FindingKind.DUPLICATE, Severity.LOW, sentence, detail)


def _meaning(policy: Policy) -> Hashable:
    """All that a policy says, whatever it is called."""
    return (
        policy.type,
        policy.users,
        policy.groups,
        policy.roles,
        policy.actions,
        frozenset(policy.resources),
        policy.priority,
        policy.enabled,
        frozenset(policy.schedule),
        policy.schedule_readable,
    )
