"""From what people type, a guid or a name, to a guid."""

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

from purposeapp.discovery.decisions import Resource
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.model import Persona, Purpose
from purposeapp.policyindex.base import PolicyIndex

_SUGGESTED = 3


class Names:
    """Purposes or personas by guid, name and display name, case counting only where it must."""

    def __init__(self, kind: Resource, items: Iterable[Purpose | Persona]) -> None:
        self._kind = kind
        self._guids: set[str] = set()
        self._exact: defaultdict[str, set[str]] = defaultdict(set)
        self._folded: defaultdict[str, set[str]] = defaultdict(set)
        for item in items:
            self._guids.add(item.guid)
            for name in {item.name, item.display_name} - {""}:
                self._exact[name].add(item.guid)
                self._folded[name.casefold()].add(item.guid)

    def guid(self, text: str) -> str:
        """Raises InvalidRequest when nothing or more than one thing is called so; says what may have been meant."""
        if text in self._guids:
            return text
        found = self._exact.get(text) or self._folded.get(text.casefold()) or set()
        if len(found) > 1:
            raise InvalidRequest(
                f"Several {self._kind}s are called {text!r}; give a guid: {', '.join(sorted(found))}"
            )
        if not found:
            raise InvalidRequest(f"There is no {self._kind} {text!r}{did_you_mean(text, self._exact)}")
        return next(iter(found))


def names_of(policies: PolicyIndex) -> dict[Resource, Names]:
    """All purposes and personas of a tenant. Reads all of it where no snapshot is at hand."""
    purposes, personas = list[Purpose](), list[Persona]()
    snapshot = policies.snapshot()
    if snapshot is None:
        for entity in policies.scan():
            if isinstance(entity, Purpose):
                purposes.append(entity)
            elif isinstance(entity, Persona):
                personas.append(entity)
    else:
        purposes = [entry.purpose for entry in snapshot.entries.values()]
        personas = list(snapshot.people.by_guid.values())
    return {
        Resource.PURPOSE: Names(Resource.PURPOSE, purposes),
        Resource.PERSONA: Names(Resource.PERSONA, personas),
    }


def guid_of(text: str, kind: Resource, policies: PolicyIndex) -> str:
    """The guid of one thing; a guid is taken at once, without reading everything. Raises InvalidRequest."""
    if any(_is_of(kind, entity) for entity in policies.entities([text])):
        return text
    return names_of(policies)[kind].guid(text)


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """`; did you mean 'Payroll'?`, or nothing when nothing comes near."""
    near = get_close_matches(text, list(known), n=_SUGGESTED)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""


def _is_of(kind: Resource, entity: object) -> bool:
    return isinstance(entity, Purpose if kind is Resource.PURPOSE else Persona)
