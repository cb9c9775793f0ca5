"""What a question is put to: a tenant as it is now, or one that was exported."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from purposeapp.discovery.asking import Asked, Caller, whom
from purposeapp.discovery.everybody import Counted, Everybody
from purposeapp.discovery.freshness import Consistency, Ports
from purposeapp.discovery.written import WRITERS
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.revision import Revision
from purposeapp.management.access.actor import at_the_terminal
from purposeapp.management.access.export import Exported, read_export
from purposeapp.models.looks import write_looks
from purposeapp.policyindex.base import PolicyIndex
from purposeapp.policyindex.memory import MemoryPolicyIndex
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex
from purposeapp.wiring import TenantServices, tenants

Record = Callable[[str, Sequence[str], dict[str, Any]], None]
"""Writes down a look: the question, at whom (a blank name is everybody), what else it was about."""


@dataclass(frozen=True, slots=True)
class Source:
    """Everything that a question needs. `now` is the moment it is about, in epoch seconds."""

    ports: Ports
    caller: Caller
    now: float
    record: Record

    def asked(self, action: str, username: str, groups: Sequence[str] | None = None, **detail: Any) -> Asked:
        """Whom a question is about; the look is recorded. Raises UnknownUser."""
        return whom(
            self.caller,
            username,
            groups,
            directory=self.ports.directory,
            record=lambda _caller, subject: self.record(action, [subject], detail),
            refusal="",
        )

    def everybody(self) -> Counted:
        """The people as they are now."""
        return self.ports.everybody.counted(anew=True)


def live(slug: str | None, at: float | None) -> Source:
    """A tenant's own sources (the default tenant's without a slug), as at a moment (now without one)."""
    ports = tenant_of(slug).at(Consistency(full=True))
    caller = at_the_terminal()

    def record(action: str, usernames: Sequence[str], detail: dict[str, Any]) -> None:
        write_looks(
            tenant=ports.slug,
            actor=(caller.person.id, caller.person.username),
            subject_usernames=usernames,
            action=action,
            request_id="",
            address="",
            detail=detail,
        )

    return Source(ports, caller, time.time() if at is None else at, record)


def exported(file: Path, at: float | None) -> Source:
    """A tenant in a file, as at a moment (that of the export without one). Nobody is looked up, nothing is recorded."""
    found = read_export(file)
    everybody = Everybody(found.directory, background=lambda work: work())
    ports = Ports(found.tenant, _in_memory(found), found.directory, Revision(), everybody)
    return Source(ports, at_the_terminal(), found.at if at is None else at, lambda *_look: None)


def held(source: Source) -> Source:
    """The same with all policies read once, for many questions about one state."""
    ports = replace(source.ports, policies=_snapshot_of(source.ports.policies))
    return replace(source, ports=ports)


def tenant_of(slug: str | None) -> TenantServices:
    """Raises InvalidRequest that says which there are."""
    services = tenants().default() if slug is None else tenants().by_slug(slug)
    if services is None:
        known = ", ".join(each.slug for each in tenants().all())
        raise InvalidRequest(f"There is no active tenant {slug!r}; there are: {known}")
    return services


def _in_memory(found: Exported) -> PolicyIndex:
    return _snapshot_of(MemoryPolicyIndex(found.purposes, found.policies, found.personas))


def _snapshot_of(policies: PolicyIndex) -> PolicyIndex:
    if policies.snapshot() is not None:
        return policies
    index = SnapshotPolicyIndex(policies, max_age=math.inf, writers=WRITERS)
    index.refresh()
    return index
