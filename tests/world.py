"""Builders of small worlds, so that a test reads like the story it tells.

    sales = purpose("Sales")
    read = policy("read sales", on=sales, groups=["eng"])
    ana = person("ana", "eng", roles=["analyst"])

`purpose`, `policy` and `persona` make Atlas documents as an index holds them; `person` and `subject` make domain values.
Guids and qualified names follow from names: equal calls make equal documents. Give `guid=` where names must repeat.
Any Atlas attribute can be set, or overridden, as a keyword argument.
"""

import string
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from purposeapp.domain.model import Group, Person, Role, Subject
from purposeapp.domain.roles import RoleGraph
from purposeapp.policyindex import atlas

Document = dict[str, Any]

_ALPHABET = string.digits + string.ascii_letters
_CREATED = 1_708_026_540_827
_MODIFIED = 1_708_086_335_440


def guid_of(kind: str, name: str) -> str:
    """The guid that a builder gives to an entity of this name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}:{name}"))


def segment_of(guid: str) -> str:
    """The 22 characters that stand for a guid in qualified names and in the names of persona roles."""
    number, digits = uuid.uuid5(uuid.NAMESPACE_OID, guid).int, ""
    while len(digits) < 22:
        number, digit = divmod(number, len(_ALPHABET))
        digits += _ALPHABET[digit]
    return digits


def purpose(name: str, *, guid: str | None = None, state: str = "ACTIVE", **attributes: Any) -> Document:
    """A Purpose document."""
    guid = guid or guid_of("purpose", name)
    return {
        **_entity("Purpose", guid, name, state),
        "qualifiedName": f"default/{segment_of(guid)}",
        "isAccessControlEnabled": True,
        "purposeClassifications": ["PII"],
        **attributes,
    }


def persona(
    name: str,
    *,
    users: Sequence[str] | None = None,
    groups: Sequence[str] | None = None,
    guid: str | None = None,
    state: str = "ACTIVE",
    **attributes: Any,
) -> Document:
    """A Persona document; `persona_role(document)` is the name of its role."""
    guid = guid or guid_of("persona", name)
    return {
        **_entity("Persona", guid, name, state),
        "qualifiedName": f"default/{segment_of(guid)}",
        "isAccessControlEnabled": True,
        "roleId": guid_of("role", guid),
        **_present(personaUsers=users, personaGroups=groups),
        **attributes,
    }


def persona_role(document: Mapping[str, Any]) -> str:
    return atlas.persona_from(document).role_name


def policy(
    name: str,
    *,
    on: Mapping[str, Any] | None = None,
    users: Sequence[str] | None = None,
    groups: Sequence[str] | None = None,
    roles: Sequence[str] | None = None,
    type: str = "allow",
    actions: Sequence[str] | None = ("entity-read",),
    linked: bool = True,
    link_status: str = "ACTIVE",
    guid: str | None = None,
    state: str = "ACTIVE",
    **attributes: Any,
) -> Document:
    """An AuthPolicy document of category purpose.

    `on` is the parent purpose (None: nobody's). It is named by the qualified name and by a relationship of
    `link_status`; with `linked=False` there is no `relationshipList` at all.
    """
    guid = guid or guid_of("policy", name)
    parent = on["qualifiedName"] if on else f"default/{segment_of('nobody')}"
    links = [link(on, status=link_status)] if on and linked else None
    return {
        **_entity("AuthPolicy", guid, name, state),
        "qualifiedName": f"{parent}/{segment_of(guid)}",
        "policyCategory": "purpose",
        "policyType": type,
        "isPolicyEnabled": True,
        "policyPriority": 0,
        **_present(policyUsers=users, policyGroups=groups, policyRoles=roles, policyActions=actions),
        **_present(relationshipList=links),
        **attributes,
    }


def link(parent: Mapping[str, Any], *, status: str = "ACTIVE", label: str = atlas.PARENT_LABEL) -> Document:
    """One entry of a policy's `relationshipList`."""
    return {
        "typeName": "access_control_policies",
        "guid": guid_of("link", parent["__guid"]),
        "endGuid": parent["__guid"],
        "endTypeName": parent["__typeName"],
        "endQualifiedName": parent["qualifiedName"],
        "label": label,
        "status": status,
    }


def schedule(start: str = "", end: str = "", zone: str = "UTC") -> Document:
    """One entry of `policyValiditySchedule`; times are `yyyy/MM/dd HH:mm:ss`."""
    return {
        "policyValidityScheduleStartTime": start,
        "policyValidityScheduleEndTime": end,
        "policyValidityScheduleTimezone": zone,
    }


def person(username: str, *groups: str, roles: Iterable[str] = (), **fields: Any) -> Person:
    """Somebody directly in these groups (root groups, by name) who directly holds these realm roles."""
    held = tuple(Role(id=guid_of("role", name), name=name) for name in roles)
    memberships = tuple(Group(id=guid_of("group", name), name=name, path=f"/{name}") for name in groups)
    graph = RoleGraph(
        direct_roles=tuple(role.id for role in held),
        memberships=tuple(group.id for group in memberships),
        names={role.id: role.name for role in held} | {group.id: group.path for group in memberships},
    )
    defaults: dict[str, Any] = {
        "id": guid_of("user", username),
        "groups": memberships,
        "roles": held,
        "role_graph": graph,
    }
    return Person(username=username, **{**defaults, **fields})


def subject(username: str, *groups: str, roles: Iterable[str] = ()) -> Subject:
    """What the rules look at of such a person."""
    return Subject(username=username, groups=frozenset(groups), roles=frozenset(roles))


def _entity(type_name: str, guid: str, name: str, state: str) -> Document:
    return {
        "__guid": guid,
        "__typeName": type_name,
        "__superTypeNames": ["Asset", "Referenceable"],
        "__state": state,
        "__createdBy": "chris",
        "__modifiedBy": "chris",
        "__timestamp": _CREATED,
        "__modificationTimestamp": _MODIFIED,
        "name": name,
        "displayName": name,
        "description": "",
    }


def _present(**fields: Sequence[Any] | None) -> Document:
    return {name: list(value) for name, value in fields.items() if value is not None}
