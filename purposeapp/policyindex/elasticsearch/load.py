"""Makes and fills an index as Atlas does: for the demo, tests and measurements. Access discovery itself only reads."""

from collections.abc import Iterable, Mapping
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

from purposeapp.policyindex import atlas

_KEYWORD = {"type": "keyword"}
_CASELESS = {"type": "keyword", "normalizer": "lowercase"}
_TEXT = {"type": "text", "fields": {"keyword": _CASELESS}}
_NOT_INDEXED = {"type": "object", "enabled": False}


def _all(names: str, mapping: Mapping[str, Any]) -> dict[str, Any]:
    return dict.fromkeys(names.split(), mapping)


MAPPING: Mapping[str, Any] = {
    "properties": {
        **_all("__guid __state __createdBy __modifiedBy qualifiedName", _KEYWORD),
        **_all("__typeName __superTypeNames name displayName description", _TEXT),
        **_all("__timestamp __modificationTimestamp", {"type": "long"}),
        **_all("policyType policyServiceName policyCategory policySubCategory", _KEYWORD),
        **_all("policyUsers policyGroups policyRoles policyActions policyResources", _KEYWORD),
        **_all("policyResourceCategory policyMaskType", _KEYWORD),
        **_all("policyPriority", {"type": "integer"}),
        **_all("isPolicyEnabled isAccessControlEnabled", {"type": "boolean"}),
        **_all("policyValiditySchedule policyConditions", _NOT_INDEXED),
        **_all("purposeClassifications personaUsers personaGroups roleId", _KEYWORD),
        "relationshipList": {
            "type": "nested",
            "properties": _all(
                "typeName guid endName endGuid endTypeName endQualifiedName label status", _KEYWORD
            ),
        },
    }
}
"""The mapping of an Atlas vertex index, as far as access discovery knows it (docs/rules.md). The rest is dynamic."""


def create_index(
    client: Elasticsearch, index: str, *, shards: int = 1, mapping: Mapping[str, Any] = MAPPING
) -> None:
    """Make an empty index without replicas; raises the driver's BadRequestError when there is one of that name."""
    settings = {"number_of_shards": shards, "number_of_replicas": 0}
    client.indices.create(index=index, settings=settings, mappings=mapping)


def bulk_load(client: Elasticsearch, index: str, documents: Iterable[atlas.Document]) -> int:
    """Add Atlas documents and make them visible; returns how many.

    Raises the driver's BulkIndexError when a document is refused. Each gets an `_id` of Elasticsearch's choice:
    in an Atlas index that is not the guid either.
    """
    actions = ({"_index": index, "_source": document} for document in documents)
    loaded, _ = bulk(client, actions, chunk_size=2_000, refresh=False)
    client.indices.refresh(index=index)
    return loaded
