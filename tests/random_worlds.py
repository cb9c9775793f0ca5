"""Random worlds, for properties: few names, so that everything meets everything."""

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from purposeapp.domain.model import EVERY_USER, PUBLIC_GROUP, Persona, Policy, Purpose, Subject
from purposeapp.domain.schedule import Window
from purposeapp.domain.snapshot import Change
from purposeapp.policyindex.memory import MemoryPolicyIndex

GUIDS = [f"purpose-{number}" for number in range(6)]
NAMES = ["ana", "eng", "risk", PUBLIC_GROUP, EVERY_USER]
ROLES = ["analyst", "eng", "persona_0", "persona_1"]

some_names = st.frozensets(st.sampled_from(NAMES), max_size=2)
some_roles = st.frozensets(st.sampled_from(ROLES), max_size=2)
actions = st.frozensets(st.sampled_from(["select", "read"]), max_size=2)
moments = st.none() | st.sampled_from([10.0, 20.0, 30.0])
schedules = st.just(()) | st.lists(st.builds(Window, moments, moments), min_size=1, max_size=2).map(tuple)
flags = st.sampled_from([True, True, True, False])

purposes = st.builds(
    Purpose,
    guid=st.sampled_from(GUIDS),
    name=st.sampled_from(["Sales", "sales", "Risk", "Straße", ""]),
    display_name=st.sampled_from(["", "", "SALES", "strasse"]),
    description=st.sampled_from(["", "About risk", "sales and more"]),
    qualified_name=st.sampled_from(["", *(f"default/{guid}" for guid in GUIDS)]),
    classifications=st.sampled_from([(), ("PII",), ("PII", "HR")]),
    enabled=flags,
    update_time=st.integers(0, 2),
    attributes=st.sampled_from([{}, {"denyAssetTabs": ["Lineage"]}]),
)
policies = st.builds(
    Policy,
    guid=st.sampled_from([f"policy-{number}" for number in range(14)]),
    name=st.sampled_from(["first", "second"]),
    type=st.sampled_from(["allow", "allow", "deny", "dataMask", "rowFilter", "allowExceptions"]),
    qualified_name=st.sampled_from(["", *(f"default/{guid}/policy" for guid in GUIDS)]),
    category=st.sampled_from(["purpose"] * 5 + ["persona"]),
    purpose_guid=st.none() | st.sampled_from([*GUIDS, "nobody"]),
    users=some_names,
    groups=some_names,
    roles=some_roles,
    actions=actions,
    priority=st.integers(0, 1),
    enabled=flags,
    schedule=schedules,
    schedule_readable=flags,
)
personas = st.builds(
    Persona,
    guid=st.sampled_from(["persona-0", "persona-1"]),
    name=st.sampled_from(["Steward", "owner"]),
    qualified_name=st.sampled_from(["default/0", "default/1", ""]),
    users=some_names,
    groups=some_names,
    enabled=flags,
)
subjects = st.builds(Subject, st.sampled_from(NAMES), st.frozensets(st.sampled_from(NAMES)), some_roles)


def with_a_second_parent(rows: list[Policy]) -> list[Policy]:
    """A policy that is linked to the first purpose is to the second as well, which makes it two rows."""
    twins = [replace(row, purpose_guid=GUIDS[1]) for row in rows if row.purpose_guid == GUIDS[0]]
    return [*rows, *twins]


changes = st.builds(
    Change,
    purposes=st.lists(purposes, max_size=5, unique_by=lambda each: each.guid),
    policies=st.lists(policies, max_size=9, unique_by=lambda each: each.guid).map(with_a_second_parent),
    personas=st.lists(personas, max_size=2, unique_by=lambda each: each.guid),
    deleted=st.frozensets(st.sampled_from([*GUIDS, "policy-0", "policy-1", "policy-2", "persona-0"])),
)
times = st.sampled_from([0.0, 10.0, 15.0, 20.0, 25.0, 31.0])


@dataclass
class Plain:
    """A tenant as plain lists: changes are made in the simplest way, and every question looks at everything."""

    purposes: list[Purpose]
    policies: list[Policy]
    personas: list[Persona]

    @classmethod
    def after(cls, history: list[Change]) -> "Plain":
        plain = cls([], [], [])
        for change in history:
            for kind in ("purposes", "policies", "personas"):
                new = getattr(change, kind)
                left = change.deleted | {each.guid for each in new}
                kept = [each for each in getattr(plain, kind) if each.guid not in left]
                setattr(plain, kind, [*kept, *new])
        return plain

    def index(self) -> MemoryPolicyIndex:
        placed = [self._placed(policy) for policy in self.policies if policy.category == "purpose"]
        return MemoryPolicyIndex(self.purposes, placed, self.personas)

    def _placed(self, policy: Policy) -> Policy:
        name = policy.qualified_name.rpartition("/")[0]
        owners = [each.guid for each in self.purposes if name and each.qualified_name == name]
        if policy.purpose_guid is None and owners:
            return replace(policy, purpose_guid=min(owners))
        return policy
