"""Policies that name users, groups or roles that the directory does not know."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from purposeapp.domain.findings.model import Entity, Finding, FindingKind, Proof, Severity, simulated
from purposeapp.domain.findings.policies import where
from purposeapp.domain.findings.tenant import Tenant
from purposeapp.domain.model import EVERY_USER, PUBLIC_GROUP, Policy
from purposeapp.domain.phrase import Phrase, joined
from purposeapp.domain.snapshot import Entry

SHOWN = 20
"""Names of each kind in one finding; the rest is counted."""

_KINDS: Mapping[str, Callable[[str], Phrase]] = {
    "users": lambda names: Phrase("users: %(names)s", names=names),
    "groups": lambda names: Phrase("groups: %(names)s", names=names),
    "roles": lambda names: Phrase("roles: %(names)s", names=names),
}

Lists = Mapping[str, frozenset[str]]


def find(tenant: Tenant) -> Iterator[Finding]:
    realm = tenant.population.realm
    groups = {group.name for group in realm.groups.values()} | {PUBLIC_GROUP}
    roles = {role.name for role in realm.roles.values() if not role.client}
    for entry, policy in tenant.policies():
        unknown = {
            "users": frozenset(_nobody(tenant, policy.users)),
            "groups": policy.groups - groups,
            "roles": policy.roles - roles,
        }
        if any(unknown.values()):
            yield _finding(entry, policy, unknown)


def _nobody(tenant: Tenant, usernames: Iterable[str]) -> Iterator[str]:
    known = tenant.population.usernames
    return (name for name in usernames if name != EVERY_USER and known.find(name) is None)


def _finding(entry: Entry, policy: Policy, unknown: Lists) -> Finding:
    told = joined((_KINDS[kind](_some(names)) for kind, names in unknown.items() if names), "; ")
    return Finding(
        FindingKind.UNKNOWN_NAMES,
        Severity.LOW,
        Entity.of(policy),
        Phrase("It names what the directory does not know: %(names)s", names=told),
        lambda: [_proof(policy, unknown)],
        {**where(entry), **{kind: sorted(names)[:SHOWN] for kind, names in unknown.items()}},
    )


def _proof(policy: Policy, unknown: Lists) -> Proof:
    """Taking the names off the lists changes nothing for anybody."""
    lists = {kind: sorted(getattr(policy, kind) - names) for kind, names in unknown.items()}
    return simulated({"op": "put_policy", "policy": {"guid": policy.guid, **lists}}, gained=0, lost=0)


def _some(names: frozenset[str]) -> str:
    shown = ", ".join(sorted(names)[:3])
    more = len(names) - 3
    return shown if more <= 0 else Phrase("%(names)s and %(more)s more", names=shown, more=more)
