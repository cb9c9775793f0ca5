"""The port to wherever a tenant's purposes, personas and policies live.

An index is bound to one tenant when it is made: nothing of another tenant can come out of it.
Every method either answers completely or raises PoliciesUnavailable. An answer that might be short (a failed shard,
a cut-off aggregation, a time-out) is never given. Only ACTIVE entities exist for an index.

Rules of access (types, flags, schedules, priorities) are *not* applied here: `purposeapp.domain.resolve` does that.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from purposeapp.domain.model import Evidence, Persona, Policy, Purpose, Subject
from purposeapp.domain.snapshot import Change, Snapshot


class PolicyIndex(Protocol):
    def listed_purposes(self, subject: Subject) -> Sequence[Purpose]:
        """The purposes of the *listed* mode, each once, in display order.

        Must equal what `resolve(self.evidence(subject), subject, mode=LISTED)` grants; an index may have a
        faster way to it that reads no policies. Roles of the subject are not looked at.
        `Purpose.attributes` may be empty: see `attributes`. Those that nobody looks at need not be made.
        """
        ...

    def evidence(self, subject: Subject) -> Evidence:
        """All live policies of category purpose that name the subject, and their ACTIVE purposes.

        A policy names the subject by user, by group, by group `public`, by effective role, or by the user `{USER}`.
        Disabled policies, denies and those out of schedule are included. A policy's parent is found by its ACTIVE
        `__AccessControl.policies` relationship, else by its qualified name; policies whose parent is missing or
        deleted come back as orphans. No order is promised; more than what concerns the subject is not promised
        to be absent.
        """
        ...

    def personas(self, subject: Subject) -> Sequence[Persona]:
        """The ACTIVE personas that name the subject by user, by group or by the persona's role, disabled ones too."""
        ...

    def purpose(self, guid: str) -> Purpose | None:
        """One ACTIVE purpose, or None when this tenant has none of that guid."""
        ...

    def policies_of(self, guid: str) -> Sequence[Policy]:
        """Every ACTIVE policy of category purpose whose parent is this purpose, whomever it names."""
        ...

    def attributes(self, guids: Sequence[str], names: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        """Atlas attributes of ACTIVE purposes, by guid then by Atlas name (`denyAssetTabs`, `__createdBy`, …).

        Names nobody has, and attributes an entity doesn't have, are absent. Guids of no purpose are absent.
        """
        ...

    def scan(self) -> Iterator[Purpose | Persona | Policy]:
        """Everything of the tenant, in no particular order and without holding all of it: each ACTIVE purpose and
        persona once, each ACTIVE policy of category purpose once for each parent it has.

        What comes is as the other methods give it, `Purpose.attributes` included, with one exception: a policy's
        `purpose_guid` may be None when only its qualified name tells the parent. Raises PoliciesUnavailable at any
        point; only a scan that ended by itself was complete.
        """
        ...

    def entities(self, guids: Iterable[str]) -> Iterator[Purpose | Persona | Policy]:
        """As `scan`, only those of these guids. Guids of nothing that is ACTIVE are left out."""
        ...

    def snapshot(self) -> Snapshot | None:
        """Everything of the tenant in memory, as fresh as this index promises; None where that is not to be had now,
        and then the other methods are the way. Costs nothing."""
        ...

    def check(self) -> str:
        """Ask the source something cheap. Returns a few words for operators; raises PoliciesUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class PolicyChanges:
    """What is new at a source. `everything`: anything may be; only reading all of it anew (`scan`) will tell.

    `as_of` is a moment of the monotonic clock (seconds): with this and what came before, all is told that could be
    seen at the source until then.
    """

    as_of: float
    change: Change = field(default_factory=Change)
    everything: bool = False

    @property
    def is_new(self) -> bool:
        """Whether there is anything new at all."""
        return self.everything or bool(self.change)

    @property
    def is_complete(self) -> bool:
        """Whether nothing else happened: always, here; a directory may not know."""
        return True


class PolicyTail(Protocol):
    """Follows what happens at a source of policies. One for each reader; not to be shared by threads."""

    def poll(self, held: Snapshot | None) -> PolicyChanges:
        """What is new since the last call that returned; the first one says `everything`.

        `held` is what the caller has: the source is compared with it now and then, so that what left no trace comes
        to light too. What is known already may come again. One or two round trips when nothing happened.
        Raises PoliciesUnavailable, and then loses nothing: the next call tells it.
        """
        ...
