"""Is the index what the queries take it for?

A query on a field that is mapped otherwise finds nothing and says nothing, which would read as "no access".
So the mapping is looked at before the first question, and again now and then.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from purposeapp.policyindex.elasticsearch.failures import misconfigured
from purposeapp.policyindex.elasticsearch.reader import ElasticsearchReader, Question

LINKS = "relationshipList"
"""An entity's relationships, of which one says whose a policy is."""

_TYPE_NAMES = ("__typeName.keyword", "__typeName")
_REQUIRED = ("__guid", "__state", "qualifiedName")
_KEYWORDS = (
    "policyCategory",
    "policyUsers",
    "policyGroups",
    "policyRoles",
    "personaUsers",
    "personaGroups",
)
_LINK_KEYWORDS = (f"{LINKS}.label", f"{LINKS}.status", f"{LINKS}.endGuid")
_LOOKED_AT = (*_TYPE_NAMES, *_REQUIRED, *_KEYWORDS, LINKS, *_LINK_KEYWORDS)

_REINDEX = "reindex into an index with Atlas's own mapping"

Types = Mapping[str, Sequence[str]]
"""The types of each field that is mapped: more than one where the indices of an alias disagree."""


@dataclass(frozen=True, slots=True)
class Fields:
    """How this index names what may differ. `type_name` is the keyword field with an entity's type."""

    type_name: str


def inspect_mapping(reader: ElasticsearchReader, index: str) -> Fields:
    """The fields of an index or alias, for a check at start-up.

    Raises PoliciesMisconfigured, with a sentence and the cure for each thing that is wrong, or PoliciesUnavailable.
    """
    return fields_of(reader.question(), index)


def fields_of(question: Question, index: str) -> Fields:
    """As `inspect_mapping`, in one round trip of a question under way."""
    types = question.field_types(index, _LOOKED_AT)
    problems = list(_problems(types))
    if problems:
        raise misconfigured([f"index {index}: {problem}" for problem in problems])
    return Fields(type_name=next(name for name in _TYPE_NAMES if _is(types, name, "keyword")))


def _problems(types: Types) -> Iterator[str]:
    if not any(_is(types, name, "keyword") for name in _TYPE_NAMES):
        yield (
            f"neither __typeName.keyword nor __typeName is a keyword ({_spoken(types, '__typeName')}): is this the "
            f"index of Atlas vertices? If so, {_REINDEX}"
        )
    for name in _REQUIRED:
        if not _is(types, name, "keyword"):
            yield f"{name} must be a keyword ({_spoken(types, name)}): {_REINDEX}"
    for name in (*_KEYWORDS, *_LINK_KEYWORDS):
        if name in types and not _is(types, name, "keyword"):
            yield f"{name} must be a keyword ({_spoken(types, name)}): {_REINDEX}"
    if LINKS in types and not _is(types, LINKS, "nested"):
        yield f"{LINKS} must be nested ({_spoken(types, LINKS)}): {_REINDEX}"


def _is(types: Types, field: str, type_name: str) -> bool:
    return list(types.get(field, ())) == [type_name]


def _spoken(types: Types, field: str) -> str:
    return f"it is {' and '.join(sorted(types[field]))}" if field in types else "it is not mapped"
