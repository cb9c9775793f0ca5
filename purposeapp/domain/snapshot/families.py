"""Which policies belong to which purpose, whatever order they come and go in.

A policy refers to its parent by guid, or, where the source knows none, by the start of its own qualified name.
References outlive purposes: a policy whose purpose is missing waits as an orphan until one of that guid or name comes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from purposeapp.domain.model import PURPOSE_CATEGORY, Policy, Purpose

Reference = tuple[str, str]
"""A way to name a purpose: ("guid", guid) or ("name", qualified name)."""

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Families:
    """`children` and `orphans` are policies by reference, `owners` the guids of live purposes by reference (the
    first one counts, where several have one name), `references` those of each policy by its guid."""

    children: Mapping[Reference, tuple[Policy, ...]] = field(default_factory=dict)
    owners: Mapping[Reference, tuple[str, ...]] = field(default_factory=dict)
    references: Mapping[str, tuple[Reference, ...]] = field(default_factory=dict)
    orphans: Mapping[Reference, tuple[Policy, ...]] = field(default_factory=dict)

    def policies_of(self, purpose: Purpose) -> tuple[Policy, ...]:
        """All policies of a live purpose by name then guid, each with its `purpose_guid`."""
        found = [
            policy if policy.purpose_guid else replace(policy, purpose_guid=purpose.guid)
            for reference in _references_to(purpose)
            if self.owner(reference) == purpose.guid
            for policy in self.children.get(reference, ())
        ]
        return tuple(sorted(found, key=lambda policy: (policy.name, policy.guid)))

    def owner(self, reference: Reference) -> str | None:
        return next(iter(self.owners.get(reference, ())), None)

    def news(self, rows: Iterable[Policy]) -> list[Policy]:
        """The rows of those policies that are not here just so."""
        by_guid: dict[str, list[Policy]] = defaultdict(list)
        for row in rows:
            by_guid[row.guid].append(row)
        return [row for guid, now in by_guid.items() if not self._has(guid, now) for row in now]

    def rows_of(self, guid: str) -> list[Policy]:
        """All rows of one policy, as they were given; none when it is not live."""
        return [
            row
            for reference in self.references.get(guid, ())
            for row in self.children[reference]
            if row.guid == guid
        ]

    def _has(self, guid: str, rows: Sequence[Policy]) -> bool:
        here = self.rows_of(guid)
        return len(here) == len(rows) and all(row in here for row in rows)

    def updated(
        self,
        *,
        leaving: Iterable[Purpose],
        arriving: Iterable[Purpose],
        gone: Collection[str],
        policies: Iterable[Policy],
    ) -> tuple["Families", set[str]]:
        """With other purposes and policies; and the guids of the purposes that this gives or takes policies.

        A purpose that changed is both leaving (as it was) and arriving. `gone` are guids of policies, `policies`
        all rows of those that are new or changed.
        """
        policies = tuple(policies)
        rows = [policy for policy in policies if policy.category == PURPOSE_CATEGORY]
        known = {*gone, *(policy.guid for policy in policies)}
        children, references, touched = self._regrouped(rows, known)
        owners = dict(self.owners)
        for purpose in leaving:
            for reference in _references_to(purpose):
                _set_or_drop(owners, reference, [each for each in owners[reference] if each != purpose.guid])
                touched.add(reference)
        for purpose in arriving:
            for reference in _references_to(purpose):
                owners[reference] = tuple(sorted((*owners.get(reference, ()), purpose.guid)))
                touched.add(reference)
        orphans = dict(self.orphans)
        for reference in touched:
            _set_or_drop(orphans, reference, () if reference in owners else children.get(reference, ()))
        families = Families(children, owners, references, orphans)
        parents = {side.owner(reference) for reference in touched for side in (self, families)}
        return families, {guid for guid in parents if guid is not None}

    def _regrouped(
        self, rows: Collection[Policy], guids: Iterable[str]
    ) -> tuple[dict[Reference, tuple[Policy, ...]], dict[str, tuple[Reference, ...]], set[Reference]]:
        """The children and references with these rows in place of what was known of the guids, and what changed."""
        added: dict[Reference, dict[str, Policy]] = defaultdict(dict)
        references_of: dict[str, tuple[Reference, ...]] = dict.fromkeys(guids, ())
        for row in rows:
            added[_parent(row)][row.guid] = row
        for reference, of_guid in added.items():
            for guid in of_guid:
                references_of[guid] += (reference,)
        children, references = dict(self.children), dict(self.references)
        touched = set(added)
        for guid, now in references_of.items():
            touched.update(references.get(guid, ()))
            _set_or_drop(references, guid, now)
        for reference in touched:
            staying = (each for each in children.get(reference, ()) if each.guid not in references_of)
            _set_or_drop(children, reference, (*staying, *added.get(reference, {}).values()))
        return children, references, touched


def _parent(policy: Policy) -> Reference:
    if policy.purpose_guid is not None:
        return ("guid", policy.purpose_guid)
    return ("name", policy.qualified_name.rpartition("/")[0])


def _references_to(purpose: Purpose) -> Iterator[Reference]:
    yield ("guid", purpose.guid)
    if purpose.qualified_name:  # an empty one is no name: it would adopt every policy without
        yield ("name", purpose.qualified_name)


def _set_or_drop(mapping: dict[Key, tuple[Value, ...]], key: Key, values: Collection[Value]) -> None:
    if values:
        mapping[key] = tuple(values)
    else:
        mapping.pop(key, None)
