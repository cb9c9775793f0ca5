"""GET /whoami and /api/service/roles/effective: who the caller is, from the directory alone."""

from collections.abc import Callable

import pytest

from purposeapp.domain.model import Group, Person, Role
from purposeapp.domain.roles import RoleGraph
from tests import world
from tests.conftest import Served

ROLES = "/api/service/roles/effective"


@pytest.fixture
def acme(serve: Callable[..., Served]) -> Served:
    roles = (
        Role("r-guest", "$guest", "Guest", attributes={"level": ("workspace",), "summary": ("May look",)}),
        Role("r-member", "$member", "Member", attributes={"level": ("workspace",)}),
        Role("r-steward", "steward", attributes={"permissions": ("READ_WORKSPACE", "TAG")}),
        Role("r-offline", "offline_access"),
        Role("r-persona", "persona_HT9JeNRMPy2yOH2Cng12TD"),
        Role("r-client", "view-profile", client=True),
    )
    ana = Person(
        id="u-ana",
        username="ana",
        groups=(Group("g-data", "data", "/eng/data"),),
        roles=roles,
        role_graph=RoleGraph(
            direct_roles=("r-guest", "r-offline"),
            memberships=("g-data",),
            parents={"g-data": "g-eng"},
            group_roles={"g-eng": ("r-member",)},
            composites={"r-member": ("r-steward", "r-persona"), "r-steward": ("r-member", "r-client")},
            names={role.id: role.name for role in roles} | {"g-data": "/eng/data", "g-eng": "/eng"},
        ),
        default_roles=("offline_access", "$guest"),
        attributes={"designation": ("Engineer",), "profileRole": ("Data",)},
    )
    nobody = world.person("bob")
    olga = world.person("olga", roles=["access-auditor"])
    engineers = world.persona("Engineers", groups=["data"])
    churn = world.purpose("Churn")
    documents = [engineers, churn, world.policy("read", on=churn, users=["ana"])]
    return serve([ana, nobody, olga], documents)


def test_whoami_is_slim_and_complete(acme: Served) -> None:
    body = acme.get("/api/service/whoami", as_="ana").json()
    assert body == {
        "userId": "u-ana",
        "username": "ana",
        "groups": [{"id": "g-data", "name": "data", "path": "/eng/data"}],
        "roles": [
            {"id": "r-guest", "name": "$guest"},
            {"id": "r-member", "name": "$member"},
            {"id": "r-steward", "name": "steward"},
            {"id": "r-offline", "name": "offline_access"},
            {"id": "r-persona", "name": "persona_HT9JeNRMPy2yOH2Cng12TD"},
        ],
        "permissions": ["READ_WORKSPACE", "TAG", "steward"],
        "assignedRole": {"id": "r-member", "name": "$member", "description": "Member", "level": "workspace", "summary": ""},
        "workspaceRole": "$member",
        "defaultRoles": ["offline_access", "$guest"],
        "decentralizedRoles": [],
        "designation": "Engineer",
        "profileRole": "Data",
        "profileRoleOther": "",
        "personas": [],
        "purposes": [],
    }  # fmt: skip
    assert acme.get("/whoami", as_="ana").json() == body


def test_an_old_client_gets_personas_and_purposes_back(acme: Served) -> None:
    body = acme.get("/whoami?include=personas,purposes", as_="ana").json()
    assert [persona["name"] for persona in body["personas"]] == ["Engineers"]
    assert set(body["personas"][0]) == {"id", "roleName", "name"}
    assert [purpose["name"] for purpose in body["purposes"]] == ["Churn"]


def test_somebody_without_a_workspace_role(acme: Served) -> None:
    body = acme.get("/whoami", as_="bob").json()
    assert body["workspaceRole"] == ""
    assert set(body["assignedRole"].values()) == {""}


def test_whoami_is_conditional(acme: Served) -> None:
    first = acme.get("/whoami", as_="ana")
    assert acme.get("/whoami", as_="ana", If_None_Match=first["ETag"]).status_code == 304


def test_every_path_of_every_role(acme: Served) -> None:
    body = acme.get(f"{ROLES}?username=ana", as_="olga").json()
    paths = {
        role["name"]: [[step["name"] for step in path] for path in role["paths"]] for role in body["roles"]
    }
    assert paths == {
        "$guest": [["$guest"]],
        "$member": [["/eng/data", "/eng", "$member"]],
        "offline_access": [["offline_access"]],
        "persona_HT9JeNRMPy2yOH2Cng12TD": [
            ["/eng/data", "/eng", "$member", "persona_HT9JeNRMPy2yOH2Cng12TD"]
        ],
        "steward": [["/eng/data", "/eng", "$member", "steward"]],
        "view-profile": [["/eng/data", "/eng", "$member", "steward", "view-profile"]],
    }
    client = next(role for role in body["roles"] if role["name"] == "view-profile")
    assert client["clientRole"] is True
    steward = next(role for role in body["roles"] if role["name"] == "steward")
    assert steward["attributes"] == {"permissions": ["READ_WORKSPACE", "TAG"]}


def test_roles_of_others_are_for_auditors(acme: Served) -> None:
    assert acme.get(f"{ROLES}?username=ana", as_="bob").status_code == 403
    assert acme.get(ROLES, as_="bob").json() == {"username": "bob", "roles": []}
    assert acme.get(f"{ROLES}?username=ghost", as_="olga").status_code == 404
