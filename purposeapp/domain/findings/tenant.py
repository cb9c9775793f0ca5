"""A tenant at one moment, as the search for findings looks at it. What several kinds need is worked out once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from pyroaring import FrozenBitMap

from purposeapp.domain.audience import EVERY_VIA, Audience, named_by, purpose_audience
from purposeapp.domain.findings.model import Proof, simulated
from purposeapp.domain.model import Mode, Policy, Via
from purposeapp.domain.population import Population
from purposeapp.domain.snapshot import Entry, Snapshot
from purposeapp.domain.snapshot.naming import EMPTY
from purposeapp.domain.snapshot.seen import union


@dataclass(frozen=True, slots=True)
class Sight:
    """Who sees a purpose, how many through the group `public`, and how many by nothing else. An audience in small."""

    users: FrozenBitMap
    public: int
    only_public: int

    @classmethod
    def of(cls, audience: Audience) -> "Sight":
        public = audience.by_via.get(Via.PUBLIC, EMPTY)
        others = union([users for via, users in audience.by_via.items() if via is not Via.PUBLIC])
        return cls(audience.users, len(public), len(public - others))


@dataclass(frozen=True)
class Tenant:
    """`now` is epoch seconds."""

    snapshot: Snapshot
    population: Population
    now: float

    @cached_property
    def entries(self) -> list[Entry]:
        return [entry for _, entry in sorted(self.snapshot.entries.items())]

    def policies(self) -> Iterator[tuple[Entry, Policy]]:
        """Each policy with its purpose; one of several purposes comes as often."""
        return ((entry, policy) for entry in self.entries for policy in entry.policies)

    def sight(self, entry: Entry) -> Sight:
        """Who effectively sees a purpose."""
        guid = entry.purpose.guid
        found = self._sights.get(guid)
        if found is None:
            found = self._sights[guid] = Sight.of(self._audience(entry))
        return found

    def named(self, policy: Policy) -> FrozenBitMap:
        """Everybody whom a policy names in any way."""
        return named_by(policy, self.population, EVERY_VIA)

    def removal(self, guid: str) -> Proof:
        """What deleting a policy would do."""
        gained, lost = 0, 0
        for entry in self._by_policy.get(guid, ()):
            before = self.sight(entry).users
            rest = tuple(policy for policy in entry.policies if policy.guid != guid)
            after = self._audience(replace(entry, policies=rest)).users
            gained += len(after - before)
            lost += len(before - after)
        return simulated({"op": "delete_policy", "guid": guid}, gained=gained, lost=lost)

    def enabled(self, entry: Entry) -> Proof:
        """What enabling a purpose would do."""
        there = replace(entry, purpose=replace(entry.purpose, enabled=True))
        gained = self._audience(there).users - self.sight(entry).users
        return simulated({"op": "enable_purpose", "guid": entry.purpose.guid}, gained=len(gained), lost=0)

    def _audience(self, entry: Entry) -> Audience:
        return purpose_audience(
            entry.purpose, entry.policies, self.population, mode=Mode.EFFECTIVE, now=self.now
        )

    @cached_property
    def _sights(self) -> dict[str, Sight]:
        return {}

    @cached_property
    def _by_policy(self) -> Mapping[str, list[Entry]]:
        found = defaultdict(list)
        for entry, policy in self.policies():
            found[policy.guid].append(entry)
        return found
