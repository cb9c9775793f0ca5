"""Find anyone and anything of a tenant by name."""

from collections.abc import Iterator, Mapping

from purposeapp.directory.base import Directory
from purposeapp.domain.finding import Catalogue, Found, Kind
from purposeapp.domain.model import Persona, Policy, Purpose
from purposeapp.policyindex.base import PolicyIndex


def catalogue_of(*, policies: PolicyIndex, directory: Directory) -> Catalogue:
    """All groups, purposes, personas and policies as they are now. Reads all of a tenant: keep it for a while."""
    groups = (Found(Kind.GROUP, each.id, each.name, each.path) for each in directory.realm().groups.values())
    entities = list(_entities(policies))
    purposes = {each.guid: _title(each) for each in entities if isinstance(each, Purpose)}
    return Catalogue([*groups, *(_found(each, purposes) for each in entities)])


def find(
    words: str, *, catalogue: Catalogue, directory: Directory, limit: int, kind: Kind | None = None
) -> list[Found]:
    """At most `limit` of each kind, users first; of one `kind` alone if one is given. Blank words find nothing."""
    prefix = " ".join(words.split())
    if not prefix:
        return []
    users = directory.search(prefix, limit=limit) if kind in (None, Kind.USER) else ()
    others = catalogue.search(prefix, limit=limit) if kind is not Kind.USER else ()
    return [each for each in (*users, *others) if kind in (None, each.kind)]


def _entities(policies: PolicyIndex) -> Iterator[Purpose | Persona | Policy]:
    snapshot = policies.snapshot()
    if snapshot is None:
        yield from policies.scan()
        return
    for entry in snapshot.entries.values():
        yield entry.purpose
        yield from entry.policies
    yield from snapshot.people.by_guid.values()


def _found(entity: Purpose | Persona | Policy, purposes: Mapping[str, str]) -> Found:
    """`purposes` are titles by guid: policies of one name are told apart by their purposes."""
    match entity:
        case Purpose():
            return Found(Kind.PURPOSE, entity.guid, _title(entity), entity.description, entity.enabled)
        case Persona():
            return Found(Kind.PERSONA, entity.guid, _title(entity), entity.description, entity.enabled)
        case Policy():
            guid = entity.purpose_guid or ""
            detail = " · ".join(filter(None, [entity.type, purposes.get(guid)]))
            return Found(Kind.POLICY, entity.guid, entity.name or entity.guid, detail, entity.enabled, guid)


def _title(entity: Purpose | Persona) -> str:
    return entity.display_name or entity.name
