"""What Atlas entities look like in an index: the parts that all documents of the bench are made of."""

import string
from typing import Any
from uuid import UUID

from bench.people import guid

Document = dict[str, Any]

_ALPHABET = string.digits + string.ascii_letters
_CREATED = 1_708_026_540_827
_SECOND = 1_000


def entity(type_name: str, number: int, name: str, *, deleted: bool = False) -> Document:
    """The fields that every entity has; `number` also makes the guid and the times."""
    changed = _CREATED + number * _SECOND
    return {
        "__guid": guid(type_name, number),
        "__typeName": type_name,
        "__superTypeNames": ["Asset", "Referenceable"],
        "__state": "DELETED" if deleted else "ACTIVE",
        "__createdBy": "chris",
        "__modifiedBy": "dana",
        "__timestamp": changed,
        "__modificationTimestamp": changed + _SECOND,
        "name": name,
        "displayName": name,
        "description": f"Made up: {name}",
    }


def link(type_name: str, number: int, qualified_name: str, *, status: str = "ACTIVE") -> Document:
    """One end of the relationship between a purpose and its policy, as the document of the other end has it."""
    return {
        "typeName": "access_control_policies",
        "guid": guid("relationship", number),
        "endGuid": guid(type_name, number),
        "endTypeName": type_name,
        "endQualifiedName": qualified_name,
        "label": "__AccessControl.policies",
        "status": status,
    }


def schedule(start: str, end: str, zone: str) -> Document:
    return {
        "policyValidityScheduleStartTime": start,
        "policyValidityScheduleEndTime": end,
        "policyValidityScheduleTimezone": zone,
    }


def segment(type_name: str, number: int) -> str:
    """The 22 characters that stand for an entity in qualified names."""
    rest, digits = UUID(guid(type_name, number)).int, ""
    while len(digits) < 22:
        rest, digit = divmod(rest, len(_ALPHABET))
        digits += _ALPHABET[digit]
    return digits


def qualified_name(type_name: str, number: int) -> str:
    """Of a purpose or a persona; a policy has its own segment behind its parent's."""
    return f"default/{segment(type_name, number)}"
