"""The port on Elasticsearch. Rules of access are the domain's; this is about getting all of the evidence, or an error.

Round trips of a typical question: listed 2 (parents by aggregation, then purposes), evidence 2 (policies, then
purposes), personas 1 (2 for the holder of persona roles). More than a page of anything, and once a minute the
mapping, add to them; all are under one deadline.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain
from time import monotonic
from typing import Any

from purposeapp.domain.model import PERSONA_ROLE_PREFIX, Evidence, Mode, Persona, Policy, Purpose, Subject
from purposeapp.domain.resolve import resolve_personas
from purposeapp.policyindex import atlas
from purposeapp.policyindex.elasticsearch import queries
from purposeapp.policyindex.elasticsearch.found import FoundPurposes
from purposeapp.policyindex.elasticsearch.mapping import LINKS, Fields, fields_of
from purposeapp.policyindex.elasticsearch.queries import Partition
from purposeapp.policyindex.elasticsearch.reader import ElasticsearchReader, Question
from purposeapp.policyindex.elasticsearch.sweep import Sweep

_MAPPING_AGE = 60.0
"""Seconds after which the mapping is looked at again: a dynamic index may grow a field, an alias may move."""

_PURPOSE_SOURCE = list(atlas.HEADER_ATTRIBUTES.values())
_PERSONA_SOURCE = [*_PURPOSE_SOURCE, "personaUsers", "personaGroups", "roleId"]
_POLICY_SOURCE = [
    "__guid",
    "name",
    "qualifiedName",
    "isPolicyEnabled",
    "policyType",
    "policyCategory",
    "policyPriority",
    "policyUsers",
    "policyGroups",
    "policyRoles",
    "policyActions",
    "policyResources",
    "policyValiditySchedule",
    *(f"{LINKS}.{name}" for name in ("label", "status", "endGuid")),
]

_USUAL_PREFIX = "default/"
"""What comes before the last segment of a persona's qualified name, in nearly every tenant."""


class ElasticsearchPolicyIndex:
    """One tenant's policies, in one index or alias."""

    def __init__(self, client: ElasticsearchReader, index: str) -> None:
        self._reader = client
        self._index = index
        self._fields: Fields | None = None
        self._looked_at = 0.0

    def listed_purposes(self, subject: Subject) -> Sequence[Purpose]:
        question, fields = self._begin()
        guids, policy_names = self._every_term(
            question, lambda part: queries.parents_listed(fields, subject, part), queries.PARENTS_LISTED
        )
        names = {atlas.parent_qualified_name(name) for name in policy_names}
        return FoundPurposes(self._documents(question, fields, guids, names, source=_PURPOSE_SOURCE))

    def evidence(self, subject: Subject) -> Evidence:
        question, fields = self._begin()
        documents = question.scan(
            self._index, queries.policies_naming(fields, subject), fields=_POLICY_SOURCE
        )
        parents = [atlas.linked_parents(document) for document in documents]
        guids = set[str]().union(*parents)
        names = {
            atlas.parent_qualified_name(atlas.text(document, "qualifiedName"))
            for document, linked in zip(documents, parents, strict=True)
            if not linked
        }
        return _joined(documents, self._purposes(question, fields, guids, names))

    def personas(self, subject: Subject) -> Sequence[Persona]:
        question, fields = self._begin()
        names = self._persona_names(question, fields, subject.roles)
        documents = question.scan(
            self._index, queries.personas_naming(fields, subject, names), fields=_PERSONA_SOURCE
        )
        personas = map(atlas.persona_from, documents)
        return [grant.persona for grant in resolve_personas(personas, subject, mode=Mode.LISTED)]

    def purpose(self, guid: str) -> Purpose | None:
        question, fields = self._begin()
        return self._purpose(question, fields, guid)

    def policies_of(self, guid: str) -> Sequence[Policy]:
        question, fields = self._begin()
        parent = self._purpose(question, fields, guid)
        if parent is None:
            return []
        documents = question.scan(
            self._index,
            queries.policies_under(fields, guid, parent.qualified_name),
            fields=_POLICY_SOURCE,
        )
        # The query takes a policy of a policy, two segments below, for a policy; the join doesn't.
        policies = (
            policy
            for document in documents
            for policy in atlas.joined_policies(document, {parent.qualified_name: guid})
        )
        return [policy for policy in policies if policy.purpose_guid == guid]

    def attributes(self, guids: Sequence[str], names: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        question, fields = self._begin()
        # In a source filter `*` is a pattern; no Atlas attribute is called so.
        wanted = {name for name in names if "*" not in name and queries.is_storable(name)}
        found = self._purposes(question, fields, guids, (), source=["__guid", *wanted])
        return {
            guid: {name: value for name, value in atlas.atlas_attributes(purpose).items() if name in wanted}
            for guid, purpose in found.items()
        }

    def scan(self) -> Iterator[Purpose | Persona | Policy]:
        fields = self._begin()[1]
        holders = {**queries.all_purposes_and_personas(fields), "_source": {"excludes": [LINKS]}}
        policies = {**queries.live_policies(fields), "_source": [*_POLICY_SOURCE, "__typeName", "__state"]}
        with closing(Sweep(self._reader, self._index)) as sweep:
            for document in chain(sweep.sources(holders), sweep.sources(policies)):
                yield from entities_of(document)

    def entities(self, guids: Iterable[str]) -> Iterator[Purpose | Persona | Policy]:
        question, fields = self._begin()
        for body in queries.entities(fields, guids):
            for document in question.scan(self._index, body):
                yield from entities_of(document)

    def snapshot(self) -> None:
        return None

    def check(self) -> str:
        question, fields = self._begin()
        policies, shards = question.count(self._index, queries.live_policies(fields))
        return f"{policies} purpose policies on {shards} shards"

    def _begin(self) -> tuple[Question, Fields]:
        """A new question, and the fields as last seen: looked at within the question when that is long ago."""
        question = self._reader.question()
        fields = self._fields
        if fields is None or monotonic() - self._looked_at > _MAPPING_AGE:
            fields = self._fields = fields_of(question, self._index)
            self._looked_at = monotonic()
        return question, fields

    def _every_term(
        self,
        question: Question,
        body_of: Callable[[Partition], dict[str, Any]],
        paths: Sequence[Sequence[str]],
    ) -> list[set[str]]:
        """All keys of terms aggregations: where an answer leaves some out, both halves of its partition are asked."""
        every: list[set[str]] = [set() for _ in paths]
        todo = [Partition()]
        while todo:
            part = todo.pop()
            found, complete = question.terms(self._index, body_of(part), paths)
            if not complete:
                todo += part.halves()
                continue
            for keys, more in zip(every, found, strict=True):
                keys |= more
        return every

    def _purpose(self, question: Question, fields: Fields, guid: str) -> Purpose | None:
        return self._purposes(question, fields, [guid], (), source={"excludes": [LINKS]}).get(guid)

    def _purposes(
        self,
        question: Question,
        fields: Fields,
        guids: Iterable[str],
        names: Iterable[str],
        *,
        source: Any = _PURPOSE_SOURCE,
    ) -> dict[str, Purpose]:
        """Live purposes by guid: those of these guids and those of these qualified names."""
        documents = self._documents(question, fields, guids, names, source=source)
        return {purpose.guid: purpose for purpose in map(atlas.purpose_from, documents)}

    def _documents(
        self,
        question: Question,
        fields: Fields,
        guids: Iterable[str],
        names: Iterable[str],
        *,
        source: Any,
    ) -> Iterator[atlas.Document]:
        for body in queries.purposes(fields, guids=guids, names=names):
            yield from question.scan(self._index, body, fields=source)

    def _persona_names(self, question: Question, fields: Fields, roles: Iterable[str]) -> set[str]:
        """The qualified names of personas whose role is among these.

        A role has the last segment only. Below the usual prefix the name is known; what else there is (next to
        nothing) is listed and compared. A wildcard in front would walk through the names of all assets.
        """
        segments = {
            role.removeprefix(PERSONA_ROLE_PREFIX) for role in roles if role.startswith(PERSONA_ROLE_PREFIX)
        }
        if not segments:
            return set()
        (others,) = self._every_term(
            question,
            lambda part: queries.persona_names(fields, outside=_USUAL_PREFIX, part=part),
            queries.PERSONA_NAMES,
        )
        elsewhere = {name for name in others if name.rpartition("/")[2] in segments}
        return elsewhere | {_USUAL_PREFIX + segment for segment in segments}


def entities_of(document: atlas.Document) -> Iterator[Purpose | Persona | Policy]:
    """What a live document says, as `scan` gives it: a policy once for each parent; nothing of other categories."""
    if atlas.is_live(document, atlas.PURPOSE_TYPE):
        yield atlas.purpose_from(document)
    elif atlas.is_live(document, atlas.PERSONA_TYPE):
        yield atlas.persona_from(document)
    elif atlas.is_purpose_policy(document):
        yield from atlas.joined_policies(document, {})


def _joined(documents: Iterable[atlas.Document], purposes: Mapping[str, Purpose]) -> Evidence:
    guid_by_name = {purpose.qualified_name: guid for guid, purpose in purposes.items()}
    policies = [policy for document in documents for policy in atlas.joined_policies(document, guid_by_name)]
    placed = tuple(policy for policy in policies if policy.purpose_guid in purposes)
    parents = {policy.purpose_guid for policy in placed}
    return Evidence(
        purposes=tuple(purpose for guid, purpose in purposes.items() if guid in parents),
        policies=placed,
        orphans=tuple(policy for policy in policies if policy.purpose_guid not in purposes),
    )
