"""Findings about a policy: the proof is what deleting it would do."""

from collections.abc import Mapping
from typing import Any

from purposeapp.domain.findings.model import Entity, Finding, FindingKind, Severity
from purposeapp.domain.findings.tenant import Tenant
from purposeapp.domain.model import Policy
from purposeapp.domain.phrase import Phrase
from purposeapp.domain.snapshot import Entry


def about(
    tenant: Tenant,
    entry: Entry,
    policy: Policy,
    kind: FindingKind,
    severity: Severity,
    sentence: Phrase,
    detail: Mapping[str, Any] | None = None,
) -> Finding:
    return Finding(
        kind,
        severity,
        Entity.of(policy),
        sentence,
        lambda: [tenant.removal(policy.guid)],
        {**where(entry), **(detail or {})},
    )


def where(entry: Entry) -> Mapping[str, str]:
    """The purpose that the policy belongs to: names of policies are not unique."""
    purpose = entry.purpose
    return {"purpose": purpose.guid, "purposeName": purpose.display_name or purpose.name}
