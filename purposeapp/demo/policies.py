"""The company's purposes, personas and policies as Atlas documents, in the form an index holds them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import orjson

from purposeapp.demo.identity import guid, segment
from purposeapp.demo.personas import DemoPersona, personas
from purposeapp.demo.purposes import DemoPurpose, purposes
from purposeapp.demo.recipes import DemoPolicy, policies

Document = dict[str, Any]

_CREATED = 1_735_725_600_000
"""New Year 2025, 10:00 UTC, when Acme began to describe its data. A day lies between two entities."""

_DAY = 86_400_000

_WINDOWS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "past": (("2021/01/01 00:00:00", "2021/12/31 23:59:59", "Europe/Berlin"),),
    "open": (("2025/01/01 00:00:00", "", "Europe/Berlin"),),
    "future": (("2098/01/01 08:00:00", "2098/12/31 18:00:00", "Europe/Berlin"),),
    "yearly": (
        ("2021/03/25 00:00:00", "2021/03/31 23:59:59", "Europe/Berlin"),
        ("2098/03/25 00:00:00", "2098/03/31 23:59:59", "Europe/Berlin"),
    ),
    "garbled": (("1st of May", "", "Europe/Berlin"),),
}


def documents() -> Iterator[Document]:
    """Everything an index of Acme Retail holds, in a fixed order, the vendored bootstrap policies last."""
    made = [_policy(number, policy) for number, policy in enumerate(policies())]
    links: dict[str, list[Document]] = defaultdict(list)
    for document in made:
        for link in document.get("relationshipList", ()):
            links[link["endGuid"]].append(_seen_from_purpose(link, document))
    for number, purpose in enumerate(purposes()):
        yield _purpose(number, purpose, links[purpose.guid])
    yield from made
    for number, persona in enumerate(personas()):
        yield _persona(number, persona)
        yield _persona_policy(number, persona)
    yield from bootstrap_policies()


def bootstrap_policies() -> Iterator[Document]:
    """The 188 policies that an Atlas metastore starts with (see NOTICE): none of them is about a purpose."""
    text = files("purposeapp.demo").joinpath("bootstrap_policies.ndjson").read_bytes()
    yield from map(orjson.loads, text.splitlines())


def _entity(
    type_name: str, supertypes: tuple[str, ...], key: str, created: int, *, deleted: bool = False
) -> Document:
    return {
        "__guid": guid(type_name.lower(), key),
        "__typeName": type_name,
        "__superTypeNames": list(supertypes),
        "__state": "DELETED" if deleted else "ACTIVE",
        "__createdBy": "isabel.romero",
        "__modifiedBy": "peter.lindqvist",
        "__timestamp": created,
        "__modificationTimestamp": created + 30 * _DAY,
    }


def _purpose(number: int, purpose: DemoPurpose, links: list[Document]) -> Document:
    return {
        **_entity(
            "Purpose",
            ("AccessControl", "Asset", "Referenceable"),
            purpose.name,
            _CREATED + number * _DAY,
            deleted="deleted" in purpose.traits,
        ),
        "qualifiedName": purpose.qualified_name,
        "name": purpose.name,
        "displayName": purpose.name,
        "description": purpose.description,
        "isAccessControlEnabled": "disabled" not in purpose.traits,
        "purposeClassifications": list(purpose.classifications),
        "denyAssetTabs": ["Queries"] if "personal" in purpose.traits else [],
        **({"relationshipList": links} if links else {}),
    }


def _policy(number: int, policy: DemoPolicy) -> Document:
    traits, purpose = policy.traits, policy.purpose
    parent = f"default/{segment('purpose', 'lost')}" if "orphan" in traits else purpose.qualified_name
    key = f"{purpose.name}/{policy.name}"
    document = {
        **_entity(
            "AuthPolicy",
            ("Asset", "Referenceable"),
            key,
            _CREATED + number * _DAY // 2,
            deleted="deleted" in traits,
        ),
        **_rule(policy),
        "qualifiedName": f"{parent}/{segment('policy', key)}",
        "policyUsers": list(policy.users),
        "policyGroups": list(policy.groups),
        "policyRoles": list(policy.roles),
        "policyResources": [f"tag:{tag}" for tag in purpose.classifications],
    }
    if not traits & {"unlinked", "orphan"}:
        document["relationshipList"] = [_link(policy, document)]
    return document


def _rule(policy: DemoPolicy) -> Document:
    """What a policy does and when. A few leave out what has a default, as many real ones do."""
    rule: Document = {
        "name": policy.name,
        "displayName": policy.name,
        "policyType": policy.type,
        "policyActions": list(policy.actions),
        "policyCategory": "purpose",
        "policySubCategory": "data" if policy.actions == ("select",) else "metadata",
        "policyServiceName": "atlas_tag",
        "policyResourceCategory": "TAG",
    }
    if policy.type == "dataMask":
        rule["policyMaskType"] = "MASK_REDACT"
    if "override" in policy.traits:
        rule["policyPriority"] = 1
    if "off" in policy.traits:
        rule["isPolicyEnabled"] = False
    for name in policy.traits & set(_WINDOWS):
        rule["policyValiditySchedule"] = [_window(*window) for window in _WINDOWS[name]]
    return rule


def _window(start: str, end: str, zone: str) -> Document:
    return {
        "policyValidityScheduleStartTime": start,
        "policyValidityScheduleEndTime": end,
        "policyValidityScheduleTimezone": zone,
    }


def _link(policy: DemoPolicy, document: Document) -> Document:
    return {
        "typeName": "access_control_policies",
        "guid": guid("relationship", document["__guid"]),
        "endName": "accessControl",
        "endGuid": policy.purpose.guid,
        "endTypeName": "Purpose",
        "endQualifiedName": policy.purpose.qualified_name,
        "label": "__AccessControl.policies",
        "status": "DELETED" if "unlinked-late" in policy.traits else "ACTIVE",
    }


def _seen_from_purpose(link: Document, policy: Document) -> Document:
    return {
        **link,
        "endName": "policies",
        "endGuid": policy["__guid"],
        "endTypeName": "AuthPolicy",
        "endQualifiedName": policy["qualifiedName"],
    }


def _persona(number: int, persona: DemoPersona) -> Document:
    return {
        **_entity(
            "Persona",
            ("AccessControl", "Asset", "Referenceable"),
            persona.name,
            _CREATED + number * _DAY,
        ),
        "qualifiedName": f"default/{persona.segment}",
        "name": persona.name,
        "displayName": persona.name,
        "description": persona.description,
        "isAccessControlEnabled": persona.enabled,
        "personaUsers": list(persona.users),
        "personaGroups": list(persona.groups),
        "roleId": guid("role", persona.role_name),
    }


def _persona_policy(number: int, persona: DemoPersona) -> Document:
    """A policy of the persona's own kind, which no purpose query may return."""
    key = f"{persona.name}/Read assets"
    return {
        **_entity("AuthPolicy", ("Asset", "Referenceable"), key, _CREATED + number * _DAY),
        "qualifiedName": f"default/{persona.segment}/{segment('policy', key)}",
        "name": "Read assets",
        "policyType": "allow",
        "policyCategory": "persona",
        "policySubCategory": "metadata",
        "policyServiceName": "atlas",
        "policyResourceCategory": "CUSTOM",
        "policyActions": ["persona-asset-read"],
        "policyResources": ["entity:default/snowflake/1735725600"],
        "policyRoles": [persona.role_name],
        "policyPriority": 0,
        "isPolicyEnabled": True,
    }
