"""One policy with the purposes it belongs to, by guid."""

from dataclasses import dataclass

from purposeapp.discovery.entities import snapshot_of
from purposeapp.domain.errors import UnknownEntity
from purposeapp.domain.model import Policy
from purposeapp.domain.snapshot import Entry
from purposeapp.policyindex.base import PolicyIndex


@dataclass(frozen=True, slots=True)
class PolicyEntry:
    """A policy and the live purposes it belongs to: mostly one, none when it is an orphan."""

    policy: Policy
    purposes: tuple[Entry, ...]


def policy_entry(guid: str, *, policies: PolicyIndex, now: float) -> PolicyEntry:
    """Raises UnknownEntity. Where no snapshot is at hand, everything is read: only so do all its purposes come to light."""
    snapshot = snapshot_of(policies, now=now)
    rows = snapshot.families.rows_of(guid)
    if not rows:
        raise UnknownEntity("policy", guid)
    owners = map(snapshot.families.owner, snapshot.families.references[guid])
    entries = (snapshot.entry(owner) for owner in owners if owner is not None)
    return PolicyEntry(rows[0], tuple(entry for entry in entries if entry is not None))
