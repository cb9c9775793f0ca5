"""The JSON shapes of the contract, one function each. Plain dictionaries: they are written straight to bytes."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from purposeapp.discovery.whoami import RoleExplained, WhoAmI
from purposeapp.discovery.written import FLAT_FIELDS, PURPOSE_FIELDS, Json
from purposeapp.domain.model import Grant, Match, Person, Persona, PersonaGrant, Policy, Purpose, Reason, Role
from purposeapp.domain.page import CursorSigner, Place
from purposeapp.domain.revision import Revision

_ATLAS_TO_FLAT = {
    "__guid": "guid",
    "purposeClassifications": "classifications",
    "isAccessControlEnabled": "isEnabled",
    "__createdBy": "createdBy",
    "__modifiedBy": "updatedBy",
    "__timestamp": "createTime",
    "__modificationTimestamp": "updateTime",
}
"""The flat names of what may also be asked for by its Atlas name."""

PERSONA_FIELDS: Mapping[str, Callable[[Persona], Any]] = {
    "id": lambda persona: persona.guid,
    "name": lambda persona: persona.name,
    "displayName": lambda persona: persona.display_name,
    "description": lambda persona: persona.description,
    "qualifiedName": lambda persona: persona.qualified_name,
    "roleName": lambda persona: persona.role_name,
    "isEnabled": lambda persona: persona.enabled,
    "createdBy": lambda persona: persona.created_by,
    "updatedBy": lambda persona: persona.updated_by,
    "createTime": lambda persona: persona.create_time,
    "updateTime": lambda persona: persona.update_time,
}


def flat_purpose(purpose: Purpose, asked: Collection[str], others: Mapping[str, Any]) -> Json:
    """The flat shape of the fields asked for by either name, and what else the entity has of them."""
    wanted = {_ATLAS_TO_FLAT.get(name, name) for name in asked}
    fields = {name: read(purpose) for name, read in FLAT_FIELDS.items() if name in wanted}
    unnamed = {
        name: value for name, value in others.items() if name not in _ATLAS_TO_FLAT and name not in fields
    }
    return {"guid": purpose.guid, **fields, **unnamed}


def granted_purpose(grant: Grant, fields: Collection[str], include: Collection[str]) -> Json:
    shape = _selected(grant.purpose, PURPOSE_FIELDS, fields)
    if "policies" in include:
        shape["policies"] = list(
            {reason.policy.guid: _policy(reason.policy) for reason in grant.reasons}.values()
        )
    if "reasons" in include:
        shape["reasons"] = [_reason(reason) for reason in grant.reasons]
    return shape


def granted_persona(grant: PersonaGrant, fields: Collection[str], include: Collection[str]) -> Json:
    shape = _selected(grant.persona, PERSONA_FIELDS, fields)
    if "reasons" in include:
        shape["reasons"] = [_match(match) for match in grant.matches]
    return shape


def whoami(answer: WhoAmI) -> Json:
    """Slim: `personas` and `purposes` are empty unless a client asks for them."""
    person = answer.person
    return {
        "userId": person.id,
        "username": person.username,
        "groups": [{"id": group.id, "name": group.name, "path": group.path} for group in person.groups],
        "roles": [{"id": role.id, "name": role.name} for role in person.realm_roles],
        "permissions": answer.permissions,
        "assignedRole": _assigned_role(answer.workspace_role),
        "workspaceRole": answer.workspace_role.name if answer.workspace_role else "",
        "defaultRoles": person.default_roles,
        "decentralizedRoles": [],
        "designation": _attribute(person, "designation"),
        "profileRole": _attribute(person, "profileRole"),
        "profileRoleOther": _attribute(person, "profileRoleOther"),
        "personas": [],
        "purposes": [],
    }


def old_persona(persona: Persona) -> Json:
    """A persona as whoami used to carry it."""
    return {"id": persona.guid, "roleName": persona.role_name, "name": persona.name}


def old_purpose(purpose: Purpose) -> Json:
    """A purpose as whoami used to carry it."""
    return {"id": purpose.guid, "name": purpose.name, "displayName": purpose.display_name}


def explained_role(explained: RoleExplained) -> Json:
    role = explained.role
    return {
        "id": role.id,
        "name": role.name,
        "description": role.description,
        "clientRole": role.client,
        "attributes": {name: list(values) for name, values in role.attributes.items()},
        "paths": [
            [{"kind": step.kind, "id": step.id, "name": step.name} for step in path]
            for path in explained.paths
        ],
    }


def moment(epoch_seconds: float | None) -> str | None:
    """RFC 3339 in UTC."""
    return None if epoch_seconds is None else datetime.fromtimestamp(epoch_seconds, UTC).isoformat()


def ending(last: Place | None, cursors: CursorSigner, *, as_of: float, revision: Revision) -> Json:
    """How a page about many people ends: where the next one goes on, and as of when (epoch seconds) they were counted."""
    return {
        "next": cursors.sign(last) if last else None,
        "asOf": moment(int(as_of)),
        "revision": str(revision),
    }


def _selected(item: Any, known: Mapping[str, Callable[[Any], Any]], fields: Collection[str]) -> Json:
    return {name: read(item) for name, read in known.items() if not fields or name == "id" or name in fields}


def _attribute(person: Person, name: str) -> str:
    return next(iter(person.attributes.get(name, ())), "")


def _assigned_role(role: Role | None) -> Json:
    if role is None:
        return {"id": "", "name": "", "description": "", "level": "", "summary": ""}
    first = {name: values[0] for name, values in role.attributes.items() if values}
    return {
        "id": role.id,
        "name": role.name,
        "description": role.description,
        "level": first.get("level", ""),
        "summary": first.get("summary", ""),
    }


def _policy(policy: Policy) -> Json:
    return {"guid": policy.guid, "name": policy.name, "type": policy.type}


def _match(match: Match) -> Json:
    return {
        "via": match.via,
        "name": match.name,
        "chain": match.chains[0] if match.chains else (),
        "chains": match.chains,
    }


def _reason(reason: Reason) -> Json:
    return {
        "policy": _policy(reason.policy),
        **_match(reason.match),
        "counts": reason.counts,
        "because": reason.because,
    }
