"""Purposes, personas and policies of a scenario, as Atlas documents."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Document = dict[str, Any]

CREATED = 1_750_000_000_000


@dataclass(frozen=True)
class PurposeSpec:
    """`name` defaults to the key. `raw` overrides fields of the finished document, by their Atlas names."""

    name: str = ""
    display_name: str = ""
    guid: str = ""
    enabled: bool = True
    state: str = "ACTIVE"
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PersonaSpec:
    """`segment` is the last part of the qualified name; its role is `persona_<segment>`."""

    segment: str = ""
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    enabled: bool = True
    state: str = "ACTIVE"
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PolicySpec:
    """`link` tells how the policy knows its purpose.

    relationship: a live entry of relationshipList · name: by qualified name only · deleted: a DELETED entry, so by name ·
    lost: the entry is live but points to a guid that nobody has · none: neither.
    """

    name: str
    purpose: str
    type: str = "allow"
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    actions: tuple[str, ...] = ("select",)
    priority: int = 0
    enabled: bool = True
    state: str = "ACTIVE"
    category: str = "purpose"
    schedule: tuple[Mapping[str, str], ...] = ()
    link: str = "relationship"
    raw: Mapping[str, Any] = field(default_factory=dict)


def guid_of(scenario: str, kind: str, key: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{scenario}/{kind}/{key}"))


def segment_of(guid: str) -> str:
    """22 characters, as Atlas's own qualified names have."""
    return guid.replace("-", "")[:22]


def purpose_document(key: str, spec: PurposeSpec, guid: str) -> Document:
    return {
        **_entity("Purpose", guid, spec.state),
        "qualifiedName": f"default/{segment_of(guid)}",
        "name": spec.name or key,
        "displayName": spec.display_name,
        "isAccessControlEnabled": spec.enabled,
        **spec.raw,
    }


def persona_document(key: str, spec: PersonaSpec, guid: str) -> Document:
    return {
        **_entity("Persona", guid, spec.state),
        "qualifiedName": f"default/{spec.segment or segment_of(guid)}",
        "name": key,
        "isAccessControlEnabled": spec.enabled,
        "personaUsers": list(spec.users),
        "personaGroups": list(spec.groups),
        **spec.raw,
    }


def policy_document(spec: PolicySpec, guid: str, purpose: Document) -> Document:
    named = spec.link != "none"
    return {
        **_entity("AuthPolicy", guid, spec.state),
        "qualifiedName": f"{purpose['qualifiedName'] if named else 'elsewhere'}/{segment_of(guid)}",
        "name": spec.name,
        "policyType": spec.type,
        "policyCategory": spec.category,
        "policyUsers": list(spec.users),
        "policyGroups": list(spec.groups),
        "policyRoles": list(spec.roles),
        "policyActions": list(spec.actions),
        "policyPriority": spec.priority,
        "isPolicyEnabled": spec.enabled,
        "policyValiditySchedule": [_window(window) for window in spec.schedule],
        "relationshipList": list(_relationships(spec.link, guid, purpose)),
        **spec.raw,
    }


def _entity(type_name: str, guid: str, state: str) -> Document:
    return {
        "__guid": guid,
        "__typeName": type_name,
        "__superTypeNames": ["Asset", "Referenceable"],
        "__state": state,
        "__createdBy": "ana",
        "__modifiedBy": "ana",
        "__timestamp": CREATED,
        "__modificationTimestamp": CREATED,
    }


def _window(window: Mapping[str, str]) -> Document:
    unknown = set(window) - {"from", "to", "zone"}
    if unknown:
        raise ValueError(f"a window has from, to and zone, not {', '.join(sorted(unknown))}")
    return {
        "policyValidityScheduleStartTime": window.get("from", ""),
        "policyValidityScheduleEndTime": window.get("to", ""),
        "policyValidityScheduleTimezone": window.get("zone", "UTC"),
    }


def _relationships(link: str, guid: str, purpose: Document) -> Iterator[Document]:
    if link not in {"relationship", "name", "deleted", "lost", "none"}:
        raise ValueError(f"nobody knows the link {link!r}")
    if link in {"relationship", "deleted", "lost"}:
        end = guid_of("nowhere", "purpose", guid) if link == "lost" else purpose["__guid"]
        yield {
            "typeName": "access_control_policies",
            "guid": guid_of("relationship", "policy", guid),
            "endGuid": end,
            "endTypeName": "Purpose",
            "endQualifiedName": purpose["qualifiedName"],
            "label": "__AccessControl.policies",
            "status": "DELETED" if link == "deleted" else "ACTIVE",
        }
