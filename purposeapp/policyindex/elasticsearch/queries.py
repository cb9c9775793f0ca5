"""What is asked of the index: pure functions from a subject, guids or names to request bodies.

Every query filters type and state first: the index holds all assets. Names match as whole, case-sensitive keywords.
"""

import string
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import elasticsearch.dsl.utils
from elasticsearch.dsl import A, Search
from elasticsearch.dsl.query import Bool, Exists, MatchNone, Nested, Prefix, Query, Range, Term, Terms

from purposeapp.domain.model import EVERY_USER, PUBLIC_GROUP, PURPOSE_CATEGORY, Subject
from purposeapp.policyindex import atlas
from purposeapp.policyindex.elasticsearch.mapping import LINKS, Fields
from purposeapp.policyindex.elasticsearch.reader import MAX_PAGE

# The DSL would turn a field name's `__` into a dot: `__guid` would become `.guid`, which finds nothing, silently.
elasticsearch.dsl.utils.EXPAND__TO_DOT = False

MAX_TERMS = 65_536
"""Names in one terms query (`index.max_terms_count`)."""

INITIALS = string.digits + string.ascii_lowercase
"""First characters by which guids are told apart; Atlas's own are hexadecimal."""

_MAX_KEYWORD_BYTES = 32_766
"""Lucene stores no longer keyword, so a longer name is in no document."""

_Item = TypeVar("_Item")


def _term(field: str, value: str) -> Query:
    return Term(field, {"value": value})


_PARENT_LINK = [
    _term(f"{LINKS}.label", atlas.PARENT_LABEL),
    _term(f"{LINKS}.status", atlas.ACTIVE),
    Exists(field=f"{LINKS}.endGuid"),
]
"""What a relationship is like that says whose a policy is."""


@dataclass(frozen=True, slots=True)
class Partition:
    """A share of all terms: those whose hash is `number` modulo `of`."""

    number: int = 0
    of: int = 1

    def halves(self) -> tuple["Partition", "Partition"]:
        return Partition(self.number, 2 * self.of), Partition(self.number + self.of, 2 * self.of)

    @property
    def options(self) -> dict[str, Any]:
        """What it adds to a terms aggregation."""
        if self.of == 1:
            return {}
        return {"include": {"partition": self.number, "num_partitions": self.of}}


PARENTS_LISTED = (("links", "parents", "linked"), ("others", "unlinked"))
"""Where the terms of `parents_listed` are: parents by guid, and policies without such a parent by their own name."""

PERSONA_NAMES = (("names",),)

_WRITES = {
    "_source": False,
    "docvalue_fields": ["__guid", "__state"],
    "seq_no_primary_term": True,
    "track_total_hits": False,
}
"""What is wanted of a document that was written to."""


def parents_listed(fields: Fields, subject: Subject, part: Partition) -> dict[str, Any]:
    """Count the policies that list the subject, by PARENTS_LISTED."""
    search = _search([*_policies(fields), _any_of(_names_listed(subject))]).extra(size=0)
    by_link = search.aggs.bucket("links", A("nested", path=LINKS))
    live = by_link.bucket("parents", A("filter", filter=Bool(filter=_PARENT_LINK)))
    live.bucket("linked", _terms_aggregation(f"{LINKS}.endGuid", part))
    search.aggs.bucket("others", A("filter", filter=~_linked())).bucket(
        "unlinked", _terms_aggregation("qualifiedName", part)
    )
    return _body(search)


def policies_naming(fields: Fields, subject: Subject) -> dict[str, Any]:
    """Policies that name the subject in any way."""
    names = [
        *_names_listed(subject),
        *_terms("policyUsers", [EVERY_USER]),
        *_terms("policyRoles", subject.roles),
    ]
    return _body(_search([*_policies(fields), _any_of(names)]))


def policies_under(fields: Fields, guid: str, qualified_name: str) -> dict[str, Any]:
    """Policies that point to this parent, and those without a parent whose name begins with the parent's."""
    linked = _linked(_term(f"{LINKS}.endGuid", guid))
    named = ~_linked() & Prefix("qualifiedName", {"value": f"{qualified_name}/"})
    return _body(_search([*_policies(fields), _any_of([linked, named])]))


def live_policies(fields: Fields) -> dict[str, Any]:
    return _body(_search(_policies(fields)))


def all_purposes_and_personas(fields: Fields) -> dict[str, Any]:
    return _body(_search(_holders(fields)))


def purposes(
    fields: Fields, *, guids: Iterable[str] = (), names: Iterable[str] = ()
) -> Iterator[dict[str, Any]]:
    """Purposes by guid or qualified name, in as many queries as answer in one page each."""
    wanted = [("__guid", guid) for guid in guids] + [("qualifiedName", name) for name in names]
    for batch in _batches(wanted, MAX_PAGE // 2):
        keys = [
            clause
            for field in ("__guid", "qualifiedName")
            for clause in _terms(field, [key for name, key in batch if name == field])
        ]
        yield _body(_search([*_live(fields, atlas.PURPOSE_TYPE), _any_of(keys)]))


def personas_naming(fields: Fields, subject: Subject, qualified_names: Collection[str]) -> dict[str, Any]:
    names = [
        *_terms("personaUsers", [subject.username]),
        *_terms("personaGroups", subject.groups),
        *_terms("qualifiedName", qualified_names),
    ]
    return _body(_search([*_live(fields, atlas.PERSONA_TYPE), _any_of(names)]))


def persona_names(fields: Fields, *, outside: str, part: Partition) -> dict[str, Any]:
    """Count live personas by qualified name, without those right below the prefix `outside` where that can be said."""
    search = _search(_live(fields, atlas.PERSONA_TYPE)).extra(size=0)
    exclude = {} if part.of > 1 else {"exclude": f"{outside}[^/]*"}
    search.aggs.bucket("names", _terms_aggregation("qualifiedName", part, **exclude))
    return _body(search)


def entities(fields: Fields, guids: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Live entities by guid, in as many queries as answer in one page each; none when there are no guids."""
    for batch in _batches(sorted(filter(is_storable, set(guids))), MAX_PAGE // 2):
        live = [*_of_our_types(fields), _term("__state", atlas.ACTIVE)]
        yield {**_body(_search([*live, Terms("__guid", batch)])), "size": MAX_PAGE}


def writes_after(fields: Fields, index: str, number: int, *, size: int) -> dict[str, Any]:
    """The entities of one of the indices whose last write has a higher sequence number, whatever their state."""
    search = _search([_term("_index", index), *_of_our_types(fields), Range("_seq_no", {"gt": number})])
    return {**_body(search), **_WRITES, "size": size, "sort": [{"_seq_no": "asc"}]}


def last_write(fields: Fields, index: str) -> dict[str, Any]:
    search = _search([_term("_index", index), *_of_our_types(fields)])
    return {**_body(search), **_WRITES, "size": 1, "sort": [{"_seq_no": "desc"}]}


def sizes(fields: Fields) -> dict[str, Any]:
    """How many live entities there are of each kind, in the buckets of `live`."""
    kinds = {
        "purposes": _live(fields, atlas.PURPOSE_TYPE),
        "policies": _policies(fields),
        "personas": _live(fields, atlas.PERSONA_TYPE),
    }
    search = _search(_of_our_types(fields)).extra(size=0, track_total_hits=False)
    search.aggs.bucket(
        "live", A("filters", filters={kind: Bool(filter=those) for kind, those in kinds.items()})
    )
    return _body(search)


def guids_by_initial(fields: Fields) -> dict[str, Any]:
    """How many live entities have guids of each first character, in the buckets of `initials`."""
    live = _any_of([Bool(filter=_holders(fields)), Bool(filter=_policies(fields))])
    search = _search([live]).extra(size=0, track_total_hits=False)
    initials = {initial: _guids_with(initial) for initial in INITIALS}
    search.aggs.bucket("initials", A("filters", filters=initials))
    return _body(search)


def with_initials(body: Mapping[str, Any], initials: str) -> dict[str, Any]:
    """The same search among guids that begin with one of these characters; "" for all."""
    if not initials:
        return dict(body)
    among = _any_of([_guids_with(initial) for initial in initials])
    return {**body, "query": {"bool": {"filter": [body["query"], among.to_dict()]}}}


def is_storable(name: str) -> bool:
    """Whether any document could hold this keyword, and any request carry it."""
    try:
        return len(name.encode()) <= _MAX_KEYWORD_BYTES
    except UnicodeEncodeError:
        # A lone surrogate is not text: no document has it, and no request may either.
        return False


def _of_our_types(fields: Fields) -> list[Query]:
    return _terms(fields.type_name, [atlas.PURPOSE_TYPE, atlas.PERSONA_TYPE, atlas.POLICY_TYPE])


def _live(fields: Fields, type_name: str) -> list[Query]:
    return [_term(fields.type_name, type_name), _term("__state", atlas.ACTIVE)]


def _holders(fields: Fields) -> list[Query]:
    """Live purposes and personas: what policies belong to."""
    either = _terms(fields.type_name, [atlas.PURPOSE_TYPE, atlas.PERSONA_TYPE])
    return [*either, _term("__state", atlas.ACTIVE)]


def _policies(fields: Fields) -> list[Query]:
    return [*_live(fields, atlas.POLICY_TYPE), _term("policyCategory", PURPOSE_CATEGORY)]


def _guids_with(initial: str) -> Query:
    return Prefix("__guid", {"value": initial})


def _linked(*conditions: Query) -> Query:
    """Policies with a relationship that says whose they are, and on which these conditions hold too."""
    # A tenant whose policies have no relationships at all may not have the field either.
    return Nested(path=LINKS, ignore_unmapped=True, query=Bool(filter=[*_PARENT_LINK, *conditions]))


def _names_listed(subject: Subject) -> list[Query]:
    return [
        *_terms("policyUsers", [subject.username]),
        *_terms("policyGroups", {*subject.groups, PUBLIC_GROUP}),
    ]


def _terms(field: str, names: Iterable[str]) -> list[Query]:
    """The field has one of the names: one clause for as many names as Elasticsearch takes at once."""
    storable = sorted(filter(is_storable, names))
    return [Terms(field, batch) for batch in _batches(storable, MAX_TERMS)]


def _batches(items: list[_Item], size: int) -> Iterator[list[_Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _any_of(clauses: Iterable[Query]) -> Query:
    """At least one of the clauses; without clauses, nothing."""
    should = list(clauses)
    # An empty bool query would match everything.
    return Bool(should=should, minimum_should_match=1) if should else MatchNone()


def _search(filters: list[Query]) -> Search:
    return Search().query(Bool(filter=filters))


def _terms_aggregation(field: str, part: Partition, **options: Any) -> Any:
    # "map": few documents match, while ordinals would be built over the whole index after every change.
    return A("terms", field=field, size=MAX_PAGE, execution_hint="map", **part.options, **options)


def _body(search: Search) -> dict[str, Any]:
    body: dict[str, Any] = search.to_dict()
    return body
