"""Reading Atlas documents: one place that knows how an entity looks in the index, and what absent fields mean.

The same reader serves Elasticsearch hits, NDJSON files and the demo tenant, so every backend agrees on the data.
Multi-valued fields may be a list, a single value, null or absent: all but the values mean the same.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from sys import intern
from typing import Any

from purposeapp.domain.model import PURPOSE_CATEGORY, Persona, Policy, Purpose
from purposeapp.domain.schedule import BadWindow, Window

Document = Mapping[str, Any]

PARENT_LABEL = "__AccessControl.policies"
ACTIVE = "ACTIVE"
PURPOSE_TYPE, PERSONA_TYPE, POLICY_TYPE = "Purpose", "Persona", "AuthPolicy"

HEADER_ATTRIBUTES = {
    "guid": "__guid",
    "name": "name",
    "display_name": "displayName",
    "description": "description",
    "qualified_name": "qualifiedName",
    "classifications": "purposeClassifications",
    "enabled": "isAccessControlEnabled",
    "created_by": "__createdBy",
    "updated_by": "__modifiedBy",
    "create_time": "__timestamp",
    "update_time": "__modificationTimestamp",
}
"""The named fields of a Purpose and the Atlas attribute each is read from."""

INTERNAL_ATTRIBUTES = frozenset({"relationshipList", "__typeName", "__superTypeNames", "__state"})
"""Fields of a document that are not attributes of the entity."""

_NOT_FURTHER = INTERNAL_ATTRIBUTES.union(HEADER_ATTRIBUTES.values())


def is_live(document: Document, type_name: str) -> bool:
    """Whether a document is an ACTIVE entity of the type (type names compare without case, as the index does)."""
    return (
        document.get("__state") == ACTIVE and str(document.get("__typeName", "")).lower() == type_name.lower()
    )


def purpose_from(document: Document) -> Purpose:
    """Read a Purpose; everything that is not a named field is kept in `attributes`."""
    return Purpose(
        guid=text(document, "__guid"),
        name=text(document, "name"),
        display_name=text(document, "displayName"),
        description=text(document, "description"),
        qualified_name=text(document, "qualifiedName"),
        classifications=texts(document, "purposeClassifications"),
        enabled=flag(document, "isAccessControlEnabled", default=True),
        created_by=text(document, "__createdBy"),
        updated_by=text(document, "__modifiedBy"),
        create_time=number(document, "__timestamp"),
        update_time=number(document, "__modificationTimestamp"),
        attributes=_further(document),
    )


def display_order(document: Document) -> tuple[str, str]:
    """Where the purpose of a document stands: `page.display_order`, without making the purpose."""
    return (text(document, "displayName") or text(document, "name")).casefold(), text(document, "__guid")


def atlas_attributes(purpose: Purpose) -> dict[str, Any]:
    """Every attribute of a purpose by its Atlas name: the inverse of `purpose_from`."""
    named = {atlas: getattr(purpose, ours) for ours, atlas in HEADER_ATTRIBUTES.items()}
    return {**purpose.attributes, **named, "purposeClassifications": list(purpose.classifications)}


def persona_from(document: Document) -> Persona:
    return Persona(
        guid=text(document, "__guid"),
        name=text(document, "name"),
        display_name=text(document, "displayName"),
        description=text(document, "description"),
        qualified_name=text(document, "qualifiedName"),
        enabled=flag(document, "isAccessControlEnabled", default=True),
        users=frozenset(texts(document, "personaUsers")),
        groups=frozenset(texts(document, "personaGroups")),
        role_id=text(document, "roleId"),
        created_by=text(document, "__createdBy"),
        updated_by=text(document, "__modifiedBy"),
        create_time=number(document, "__timestamp"),
        update_time=number(document, "__modificationTimestamp"),
    )


def policy_from(document: Document, *, purpose_guid: str | None) -> Policy:
    """Read an AuthPolicy whose parent has been found (None: an orphan)."""
    schedule, readable = _schedule(document.get("policyValiditySchedule"))
    return Policy(
        guid=text(document, "__guid"),
        name=text(document, "name"),
        type=intern(text(document, "policyType")),
        qualified_name=text(document, "qualifiedName"),
        category=intern(text(document, "policyCategory")),
        purpose_guid=purpose_guid,
        users=frozenset(texts(document, "policyUsers")),
        groups=_shared(texts(document, "policyGroups")),
        roles=_shared(texts(document, "policyRoles")),
        actions=_shared(texts(document, "policyActions")),
        resources=texts(document, "policyResources"),
        priority=number(document, "policyPriority"),
        enabled=flag(document, "isPolicyEnabled", default=True),
        schedule=schedule,
        schedule_readable=readable,
    )


def linked_parents(document: Document) -> tuple[str, ...]:
    """The guids a policy's ACTIVE parent relationships point to."""
    return tuple(
        [
            str(link["endGuid"])
            for link in many(document.get("relationshipList"))
            if link.get("label") == PARENT_LABEL and link.get("status") == ACTIVE and link.get("endGuid")
        ]
    )


def joined_policies(document: Document, guid_by_qualified_name: Mapping[str, str]) -> Iterator[Policy]:
    """A policy once for each purpose it belongs to: by its relationships, else by its qualified name.

    `guid_by_qualified_name` has the ACTIVE purposes. A policy that names a parent which is not among them keeps that
    guid, one with no parent at all gets None: callers tell orphans by looking the guid up.
    """
    parents = linked_parents(document)
    if not parents:
        parent = guid_by_qualified_name.get(parent_qualified_name(text(document, "qualifiedName")))
        yield policy_from(document, purpose_guid=parent)
    for parent in dict.fromkeys(parents):
        yield policy_from(document, purpose_guid=parent)


def parent_qualified_name(qualified_name: str) -> str:
    """`default/<purpose>/<policy>` → `default/<purpose>`: the join where a policy has no relationship."""
    return qualified_name.rpartition("/")[0]


def is_purpose_policy(document: Document) -> bool:
    return is_live(document, POLICY_TYPE) and text(document, "policyCategory") == PURPOSE_CATEGORY


def _further(document: Document) -> dict[str, Any]:
    # A list asks for the named fields only, and gets hundreds of documents without any other.
    if _NOT_FURTHER.issuperset(document):
        return {}
    return {name: value for name, value in document.items() if name not in _NOT_FURTHER and value is not None}


_SEVERAL = (list, tuple, set, frozenset)


def many(value: Any) -> list[Any]:
    """A multi-valued field as a list, whichever way the source wrote it. May be the field's own list: don't change it."""
    if type(value) is list:
        return value
    if value is None:
        return []
    return list(value) if isinstance(value, _SEVERAL) else [value]


def text(document: Document, name: str) -> str:
    value = document.get(name)
    return "" if value is None else str(value)


def texts(document: Document, name: str) -> tuple[str, ...]:
    values = many(document.get(name))
    return tuple([str(value) for value in values if value is not None]) if values else ()


def number(document: Document, name: str) -> int:
    return int(document.get(name) or 0)


def flag(document: Document, name: str, *, default: bool) -> bool:
    value = document.get(name)
    return default if value is None else value in (True, "true")


@lru_cache(maxsize=4_096)
def _shared(names: tuple[str, ...]) -> frozenset[str]:
    """Equal sets as one object: few sets of groups and actions are in many policies, and all may be in memory."""
    return frozenset(names)


def _schedule(value: Any) -> tuple[tuple[Window, ...], bool]:
    """The windows of a `policyValiditySchedule`, and whether all of them could be read.

    Each entry is an object with `policyValidityScheduleStartTime`, `…EndTime` and `…Timezone`, or the same as JSON text.
    """
    if value is None:  # as of most policies
        return (), True
    try:
        return tuple(_windows(many(value))), True
    except (BadWindow, ValueError, AttributeError, TypeError):
        return (), False


def _windows(entries: Iterable[Any]) -> Iterable[Window]:
    for entry in entries:
        fields = json.loads(entry) if isinstance(entry, str) else entry
        fields = fields.get("attributes", fields)
        yield Window.parse(
            fields.get("policyValidityScheduleStartTime") or fields.get("startTime"),
            fields.get("policyValidityScheduleEndTime") or fields.get("endTime"),
            fields.get("policyValidityScheduleTimezone") or fields.get("timeZone"),
        )
