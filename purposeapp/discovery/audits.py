"""What is true of a whole tenant, worked out once: the next page of a question has it at hand."""

from collections.abc import Collection
from contextlib import AbstractContextManager
from threading import Lock
from weakref import ref

from purposeapp.discovery.disagreements import Differences, differences
from purposeapp.discovery.entities import snapshot_of
from purposeapp.discovery.findings import Findings, findings, merged
from purposeapp.discovery.turns import turn
from purposeapp.domain.errors import Unavailable
from purposeapp.domain.findings import FindingKind, Tenant
from purposeapp.domain.phrase import Phrase
from purposeapp.domain.population import Population
from purposeapp.domain.schedule import steady
from purposeapp.domain.snapshot import Snapshot
from purposeapp.policyindex.base import PolicyIndex

MOST = 8
"""Tenants of whom an audit is kept."""

PATIENCE = 10.0
"""Seconds to wait while somebody else's question is worked out: at 100,000 users and 25,000 policies some three."""


class Audit:
    """Where the modes disagree and what is odd, in one state of a tenant. Threads share it.

    A state ends with any change of policies or people, and when a schedule begins or ends. Each answer is worked out
    when it is first asked for, one after the other. Raises Unavailable when others keep it busy for too long.
    """

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        windows = (window for _, policy in tenant.policies() for window in policy.schedule)
        self._since, self._until = steady(windows, tenant.now)
        self._working = Lock()
        self._differences: Differences | None = None
        self._findings: dict[FindingKind, Findings] = {}

    def is_of(self, snapshot: Snapshot, now: float) -> bool:
        """Whether it is about these policies, and holds at `now` (epoch seconds)."""
        return self._tenant.snapshot is snapshot and self._since <= now < self._until

    def differences(self) -> Differences:
        """About everybody, at all purposes."""
        found = self._differences
        if found is None:
            with self._turn():
                found = self._differences or self._find_differences()
        return found

    def findings(self, kinds: Collection[FindingKind] = ()) -> Findings:
        """Of some kinds; none given: of all."""
        wanted = [kind for kind in FindingKind if not kinds or kind in kinds]
        if not self._findings.keys() >= set(wanted):
            with self._turn():
                for kind in wanted:
                    self._find(kind)
        return merged(self._findings[kind] for kind in wanted)

    def _find_differences(self) -> Differences:
        tenant = self._tenant
        self._differences = differences(tenant.entries, tenant.population, now=tenant.now)
        return self._differences

    def _find(self, kind: FindingKind) -> None:
        if kind not in self._findings:
            self._findings[kind] = findings(self._tenant, kinds=[kind])

    def _turn(self) -> AbstractContextManager[None]:
        return turn(self._working, patience=PATIENCE, busy=_busy)


class Audits:
    """The last audit of one population: of more than one nothing is kept, and nothing where `recent` has too many others.

    Threads share it.
    """

    def __init__(self, recent: "RecentAudits | None" = None) -> None:
        self._recent = recent or IN_THIS_PROCESS
        self._last: Audit | None = None
        self._beginning = Lock()

    def audit(self, policies: PolicyIndex, population: Population, *, now: float) -> Audit:
        """Of the policies as they are and as they count at `now` (epoch seconds). Kept where they have a snapshot."""
        snapshot = policies.snapshot()
        if snapshot is None:
            return Audit(Tenant(snapshot_of(policies, now=now), population, now))
        with self._beginning:
            last = self._last
            if last is None or not last.is_of(snapshot, now):
                self._last = last = Audit(Tenant(snapshot, population, now))
        self._recent.used(self)
        return last

    def forget(self) -> None:
        """The next question begins anew; who has the audit already goes on with it."""
        self._last = None


class RecentAudits:
    """The audits of all tenants, the one used last at the end: those before the last `most` forget what they know.

    An audit keeps a whole state of its tenant in memory. Holds no population: who is dropped elsewhere is gone.
    """

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._used: list[ref[Audits]] = []
        self._noting = Lock()

    def used(self, audits: Audits) -> None:
        with self._noting:
            known = (each() for each in self._used)
            several = [*(each for each in known if each is not None and each is not audits), audits]
            self._used = [ref(each) for each in several[-self._most :]]
        for each in several[: -self._most]:
            each.forget()


IN_THIS_PROCESS = RecentAudits()


def _busy() -> Unavailable:
    return Unavailable(Phrase("All of this tenant is being looked through; try again"), retry_after=5)
