"""Personas by the names that lead to them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from purposeapp.domain.model import Mode, Persona, PersonaGrant, Subject
from purposeapp.domain.resolve import ChainsOf, no_chains, resolve_personas
from purposeapp.domain.snapshot.naming import KINDS, ByName

_Guids = frozenset[str]


@dataclass(frozen=True, slots=True)
class Personas:
    """All ACTIVE personas of a tenant, by guid, and their guids by name."""

    by_guid: Mapping[str, Persona] = field(default_factory=dict)
    naming: ByName[_Guids] = field(default_factory=ByName)

    def granted(
        self, subject: Subject, *, mode: Mode, chains_of: ChainsOf = no_chains
    ) -> tuple[PersonaGrant, ...]:
        """As `resolve_personas` of all."""
        found = set(self.naming.users.get(subject.username, ()))
        found.update(*(self.naming.groups.get(name, ()) for name in subject.groups))
        found.update(*(self.naming.roles.get(name, ()) for name in subject.roles))
        return resolve_personas(
            (self.by_guid[guid] for guid in found), subject, mode=mode, chains_of=chains_of
        )

    def updated(self, changed: Iterable[Persona], gone: Iterable[str]) -> "Personas":
        """With these instead of what was known of their guids, and without those that are gone."""
        arriving = {persona.guid: persona for persona in changed}
        leaving = [self.by_guid[guid] for guid in {*gone, *arriving} if guid in self.by_guid]
        if not (leaving or arriving):
            return self
        left = {persona.guid for persona in leaving}
        by_guid = {guid: persona for guid, persona in self.by_guid.items() if guid not in left} | arriving
        naming = {kind: dict(getattr(self.naming, kind)) for kind in KINDS}
        for persona in leaving:
            for kind, name in _names_of(persona):
                naming[kind][name] -= {persona.guid}
                if not naming[kind][name]:
                    del naming[kind][name]
        for persona in arriving.values():
            for kind, name in _names_of(persona):
                naming[kind][name] = naming[kind].get(name, frozenset()) | {persona.guid}
        return Personas(by_guid, ByName(**naming))


def _names_of(persona: Persona) -> Iterator[tuple[str, str]]:
    yield from (("users", name) for name in persona.users)
    yield from (("groups", name) for name in persona.groups)
    yield ("roles", persona.role_name)
