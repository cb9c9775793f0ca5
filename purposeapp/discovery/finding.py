"""Find anyone and anything of a tenant by name."""

from collections.abc import Iterator

from purposeapp.directory.base import Directory
from purposeapp.domain.finding import Catalogue, Found, Kind
from purposeapp.domain.model import Persona, Policy, Purpose
from purposeapp.policyindex.base import PolicyIndex


def catalogue_of(*, policies: PolicyIndex, directory: Directory) -> Catalogue:
    """All groups, purposes, personas and policies as they are now. Reads all of a tenant: keep it for a while."""
    groups = (Found(Kind.GROUP, each.id, each.name, each.path) for each in directory.realm().groups.values())
    return Catalogue([*groups, *(_found(entity) for entity in _entities(policies))])


def find(words: str, *, catalogue: Catalogue, directory: Directory, limit: int) -> list[Found]:
    """At most `limit` of each kind, users first. Blank words find nothing."""
    prefix = " ".join(words.split())
    if not prefix:
        return []
    return [*directory.search(prefix, limit=limit), *catalogue.search(prefix, limit=limit)]


def _entities(policies: PolicyIndex) -> Iterator[Purpose | Persona | Policy]:
    snapshot = policies.snapshot()
    if snapshot is None:
        yield from policies.scan()
        return
    for entry in snapshot.entries.values():
        yield entry.purpose
        yield from entry.policies
    yield from snapshot.people.by_guid.values()


def _found(entity: Purpose | Persona | Policy) -> Found:
    match entity:
        case Purpose():
            detail, kind = entity.description, Kind.PURPOSE
        case Persona():
            detail, kind = entity.description, Kind.PERSONA
        case Policy():
            return Found(
                Kind.POLICY,
                entity.guid,
                entity.name or entity.guid,
                entity.type,
                entity.enabled,
                entity.purpose_guid or "",
            )
    return Found(kind, entity.guid, entity.display_name or entity.name, detail, entity.enabled)
