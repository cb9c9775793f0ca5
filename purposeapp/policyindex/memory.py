"""A policy index in memory: the reference for all others, for tests, examples and scenario files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from purposeapp.domain.model import (
    EVERY_USER,
    PUBLIC_GROUP,
    Evidence,
    Mode,
    Persona,
    Policy,
    Purpose,
    Subject,
)
from purposeapp.domain.resolve import resolve, resolve_personas
from purposeapp.policyindex import atlas


class MemoryPolicyIndex:
    """Holds everything of one tenant and answers by looking at all of it."""

    def __init__(
        self,
        purposes: Iterable[Purpose] = (),
        policies: Iterable[Policy] = (),
        personas: Iterable[Persona] = (),
    ) -> None:
        self._purposes = {purpose.guid: purpose for purpose in purposes}
        self._policies = tuple(policies)
        self._personas = tuple(personas)

    @classmethod
    def from_documents(cls, documents: Iterable[atlas.Document]) -> "MemoryPolicyIndex":
        """From Atlas documents as an Elasticsearch index holds them; deleted entities and foreign types are left out."""
        documents = tuple(documents)
        purposes = [atlas.purpose_from(each) for each in documents if atlas.is_live(each, atlas.PURPOSE_TYPE)]
        guids = {purpose.qualified_name: purpose.guid for purpose in purposes}
        policies = [
            policy
            for document in documents
            if atlas.is_purpose_policy(document)
            for policy in atlas.joined_policies(document, guids)
        ]
        personas = [atlas.persona_from(each) for each in documents if atlas.is_live(each, atlas.PERSONA_TYPE)]
        return cls(purposes, policies, personas)

    def listed_purposes(self, subject: Subject) -> Sequence[Purpose]:
        resolution = resolve(self.evidence(subject), subject, mode=Mode.LISTED, now=0.0)
        return [grant.purpose for grant in resolution.grants]

    def evidence(self, subject: Subject) -> Evidence:
        users = {subject.username, EVERY_USER}
        groups = {*subject.groups, PUBLIC_GROUP}
        naming = [
            policy
            for policy in self._policies
            if policy.users & users or policy.groups & groups or policy.roles & subject.roles
        ]
        placed = tuple(policy for policy in naming if policy.purpose_guid in self._purposes)
        guids = {policy.purpose_guid for policy in placed}
        return Evidence(
            purposes=tuple(purpose for guid, purpose in self._purposes.items() if guid in guids),
            policies=placed,
            orphans=tuple(policy for policy in naming if policy.purpose_guid not in self._purposes),
        )

    def personas(self, subject: Subject) -> Sequence[Persona]:
        return [grant.persona for grant in resolve_personas(self._personas, subject, mode=Mode.LISTED)]

    def purpose(self, guid: str) -> Purpose | None:
        return self._purposes.get(guid)

    def policies_of(self, guid: str) -> Sequence[Policy]:
        return [policy for policy in self._policies if policy.purpose_guid == guid and guid in self._purposes]

    def attributes(self, guids: Sequence[str], names: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        wanted = set(names)
        found = {
            guid: atlas.atlas_attributes(self._purposes[guid]) for guid in guids if guid in self._purposes
        }
        return {
            guid: {name: value for name, value in all_.items() if name in wanted}
            for guid, all_ in found.items()
        }

    def scan(self) -> Iterator[Purpose | Persona | Policy]:
        yield from self._purposes.values()
        yield from self._personas
        yield from self._policies

    def entities(self, guids: Iterable[str]) -> Iterator[Purpose | Persona | Policy]:
        wanted = set(guids)
        return (entity for entity in self.scan() if entity.guid in wanted)

    def snapshot(self) -> None:
        return None

    def check(self) -> str:
        return f"{len(self._policies)} policies in memory"
