"""Acme Retail as a Keycloak realm representation, for `POST /admin/realms` or a start with `--import-realm`."""

import json
from typing import Any

from purposeapp.demo.people import PASSWORD, Company, DemoGroup, DemoPerson, DemoRole, company

Representation = dict[str, Any]

CLIENT = "purposeapp"
MARK = "demo"
"""A realm with this attribute was made here, so that it may be replaced."""

_SYSTEM_ROLES = ("offline_access", "uma_authorization")

_PROFILE = {
    "attributes": [
        {
            "name": name,
            "displayName": f"${{{name}}}",
            "permissions": {"view": ["admin", "user"], "edit": ["admin", "user"]},
        }
        for name in ("username", "email", "firstName", "lastName")
    ],
    # Without this, Keycloak drops designation and its like when somebody saves the user.
    "unmanagedAttributePolicy": "ENABLED",
}


def realm_json(realm: str) -> Representation:
    """The company as a realm of that name: nested groups, composite roles, users with the password `demo`.

    The public client `purposeapp` gives access tokens (direct access grant) with the audience `purposeapp`.
    There are no ids in it: Keycloak keeps all realms in the same tables, and one could not be imported twice.
    """
    acme = company()
    return {
        "realm": realm,
        "displayName": "Acme Retail",
        "enabled": True,
        "sslRequired": "external",
        "adminEventsEnabled": True,
        "adminEventsDetailsEnabled": False,
        "attributes": {MARK: "true"},
        "defaultRole": {"name": _default_role(realm)},
        "roles": {"realm": _roles(realm, acme.roles)},
        "groups": [_group(group, acme) for group in acme.groups if not group.parent],
        "users": [_user(realm, person) for person in acme.people],
        "clients": [_public_client(), *(_service_client(each) for each in acme.people if each.client)],
        "components": {
            "org.keycloak.userprofile.UserProfileProvider": [
                {
                    "providerId": "declarative-user-profile",
                    "config": {"kc.user.profile.config": [json.dumps(_PROFILE)]},
                }
            ]
        },
    }


def _default_role(realm: str) -> str:
    return f"default-roles-{realm.lower()}"


def _roles(realm: str, roles: tuple[DemoRole, ...]) -> list[Representation]:
    defaults = [role.name for role in roles if role.default]
    own = DemoRole(_default_role(realm), "What everybody holds", contains=(*_SYSTEM_ROLES, *defaults))
    return [_role(role) for role in (own, *(DemoRole(name, "") for name in _SYSTEM_ROLES), *roles)]


def _role(role: DemoRole) -> Representation:
    return {
        "name": role.name,
        "description": role.description,
        "composite": bool(role.contains),
        **({"composites": {"realm": list(role.contains)}} if role.contains else {}),
        "attributes": {name: [value] for name, value in role.attributes.items()},
    }


def _group(group: DemoGroup, acme: Company) -> Representation:
    return {
        "name": group.name,
        "path": group.path,
        "realmRoles": list(group.roles),
        "subGroups": [_group(each, acme) for each in acme.groups if each.parent == group.path],
    }


def _user(realm: str, person: DemoPerson) -> Representation:
    user: Representation = {
        "username": person.username,
        "enabled": person.enabled,
        # An import gives nobody the default roles by itself.
        "realmRoles": [_default_role(realm), *person.roles],
    }
    if person.client:
        return {**user, "serviceAccountClientId": person.client}
    return {
        **user,
        "firstName": person.first_name,
        "lastName": person.last_name,
        "email": person.email,
        "emailVerified": True,
        "attributes": {"designation": [person.designation], "profileRole": [person.profile_role]},
        "credentials": [{"type": "password", "value": PASSWORD, "temporary": False}],
        "groups": list(person.groups),
    }


def _public_client() -> Representation:
    return {
        "clientId": CLIENT,
        "name": "Access discovery",
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": True,
        "standardFlowEnabled": True,
        "directAccessGrantsEnabled": True,
        "redirectUris": ["http://127.0.0.1:8000/*", "http://localhost:8000/*"],
        "webOrigins": ["+"],
        "attributes": {"pkce.code.challenge.method": "S256"},
        "protocolMappers": [_audience()],
    }


def _service_client(person: DemoPerson) -> Representation:
    return {
        "clientId": person.client,
        "name": person.first_name,
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": False,
        "secret": "demo",
        "serviceAccountsEnabled": True,
        "standardFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "protocolMappers": [_audience()],
    }


def _audience() -> Representation:
    return {
        "name": "audience",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-audience-mapper",
        "config": {
            "included.client.audience": CLIENT,
            "access.token.claim": "true",
            "id.token.claim": "false",
        },
    }
