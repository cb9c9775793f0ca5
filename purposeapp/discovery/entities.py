"""One purpose with its policies or one persona, by guid; or all there is."""

from purposeapp.domain.errors import UnknownEntity
from purposeapp.domain.model import Persona
from purposeapp.domain.snapshot import Change, Entry, Snapshot
from purposeapp.policyindex.base import PolicyIndex


def purpose_entry(guid: str, *, policies: PolicyIndex) -> Entry:
    """A purpose and all its policies. Raises UnknownEntity."""
    snapshot = policies.snapshot()
    entry = _asked(guid, policies) if snapshot is None else snapshot.entry(guid)
    if entry is None:
        raise UnknownEntity("purpose", guid)
    return entry


def persona_of(guid: str, *, policies: PolicyIndex) -> Persona:
    """Raises UnknownEntity."""
    snapshot = policies.snapshot()
    found = policies.entities([guid]) if snapshot is None else iter([snapshot.people.by_guid.get(guid)])
    persona = next((each for each in found if isinstance(each, Persona)), None)
    if persona is None:
        raise UnknownEntity("persona", guid)
    return persona


def snapshot_of(policies: PolicyIndex, *, now: float) -> Snapshot:
    """Everything of the tenant: what is at hand, or read for this. `now` is epoch seconds."""
    held = policies.snapshot()
    return held if held is not None else Snapshot(moment=now).updated(Change.adding(policies.scan()))


def entries_of(snapshot: Snapshot) -> list[Entry]:
    """All purposes with their policies, in display order."""
    return [entry for _, entry in sorted(snapshot.entries.items())]


def _asked(guid: str, policies: PolicyIndex) -> Entry | None:
    purpose = policies.purpose(guid)
    return None if purpose is None else Entry(purpose, tuple(policies.policies_of(guid)))
