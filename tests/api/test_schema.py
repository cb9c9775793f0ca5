"""The OpenAPI schema: reviewed in the diff, valid, and true of what the service really answers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests import world
from tests.conftest import Served

CHURN, ENGINEERS = world.guid_of("purpose", "Churn"), world.guid_of("persona", "Engineers")
PUBLIC = {"getAuthZenConfiguration", "getTenantAuthZenConfiguration"}
SNAPSHOT = Path(__file__).parents[2] / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    generated = SchemaGenerator().get_schema(public=True)
    return json.loads(json.dumps(generated))


def test_the_reviewed_copy_is_the_schema_of_the_code(document: dict[str, Any]) -> None:
    assert json.loads(SNAPSHOT.read_text()) == document, (
        "run `make schema` and review docs/openapi.json in the diff"
    )


def test_it_is_valid_and_made_without_warnings(document: dict[str, Any]) -> None:
    validate(document)
    assert not GENERATOR_STATS


def test_operations_have_stable_names_and_describe_their_errors(document: dict[str, Any]) -> None:
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert not any("_" in name for name in names)  # drf-spectacular's own guesses have underscores
    for operation in operations:
        assert {"500", "503"} <= set(operation["responses"])
        assert {"200", "202"} & set(operation["responses"])
        if operation["operationId"] not in PUBLIC:
            assert {"400", "401"} <= set(operation["responses"])
            assert operation["security"] == [{"bearerAuth": []}]


@pytest.fixture
def acme(serve: Callable[..., Served]) -> Served:
    churn = world.purpose("Churn")
    documents = [
        churn,
        world.policy("read", on=churn, groups=["eng"]),
        world.persona("Engineers", groups=["eng"]),
    ]
    people = [world.person("ana", "eng", roles=["access-auditor"]), world.person("bo")]
    return serve(people, documents)


VIEW = {
    "subject": {"type": "user", "id": "ana"},
    "action": {"name": "view"},
    "resource": {"type": "purpose", "id": CHURN},
}
QUESTIONS = [
    ("/.well-known/authzen-configuration", None),
    ("/access/v1/evaluation", VIEW | {"options": {"reasons": True}}),
    ("/access/v1/evaluations", VIEW | {"evaluations": [{}, {"subject": 7}]}),
    ("/access/v1/search/subject", VIEW | {"page": {"limit": 0}}),
    ("/access/v1/search/resource", VIEW),
    ("/access/v1/search/action", VIEW),
    ("/api/meta/purposes/accessible", None),
    ("/api/meta/purposes/accessible?include=policies,reasons&limit=1", None),
    ("/api/meta/purposes/accessible?username=ghost", None),
    ("/api/meta/purposes/accessible?limit=0", None),
    ("/api/meta/personas/accessible?include=reasons", None),
    ("/api/service/whoami?include=personas,purposes", None),
    ("/whoami", None),
    ("/api/service/roles/effective", None),
    (f"/api/meta/access/explain?purpose={world.guid_of('purpose', 'Churn')}", None),
    (f"/api/meta/access/explain?purpose={world.guid_of('purpose', 'Churn')}&username=bo&groups=", None),
    (f"/api/meta/access/explain?persona={world.guid_of('persona', 'Engineers')}", None),
    ("/api/meta/access/explain?purpose=nothing", None),
    ("/api/meta/access/explain", None),
    (f"/api/meta/purposes/{CHURN}/subjects", None),
    (f"/api/meta/purposes/{CHURN}/subjects?expand=groups", None),
    (f"/api/meta/personas/{ENGINEERS}/subjects", None),
    (f"/api/meta/personas/{CHURN}/subjects", None),
    (f"/api/meta/access/can?purpose={CHURN}", None),
    ("/api/meta/access/can", {"checks": [{"username": name, "purpose": CHURN} for name in ("ana", "ghost")]}),
    ("/api/meta/access/can", {"checks": []}),
    ("/api/meta/access/compare?left=ana&right=bo", None),
    ("/api/meta/access/compare?left=ana", None),
    ("/api/meta/access/simulate", {"changes": [{"op": "disable_purpose", "guid": CHURN}]}),
    (
        "/api/meta/access/simulate",
        {"changes": [{"op": "add_group", "username": "bo", "name": "eng"}] * 2, "limit": 1},
    ),
    ("/api/meta/access/simulate", {"changes": [{}]}),
    ("/api/meta/access/differences", None),
    ("/api/meta/access/differences?username=bo", None),
    ("/api/meta/access/differences?username=ghost", None),
    ("/api/meta/access/findings", None),
    ("/api/meta/access/findings?kind=nothing", None),
    ("/api/meta/access/reviews", None),
    ("/api/meta/access/reviews", {}),
    ("/api/meta/access/reviews", {"scope": {"purpose": "nothing"}}),
    ("/api/meta/purposes/user", {"username": "ana", "groups": ["eng"]}),
    ("/api/meta/purposes/user", {"username": "ana", "groups": ["eng"], "attributes": ["name"]}),
    ("/api/meta/purposes/user", {}),
    ("/api/atlas/v2/purposes/user", {"username": "ana", "groups": ["eng"]}),
]


def template_of(url: str) -> str:
    """The address as the schema has it."""
    return url.partition("?")[0].replace(CHURN, "{guid}").replace(ENGINEERS, "{guid}")


@pytest.mark.parametrize(("url", "body"), QUESTIONS)
def test_answers_are_as_the_schema_says(
    acme: Served, document: dict[str, Any], url: str, body: dict[str, Any] | None
) -> None:
    response = acme.get(url, as_="ana") if body is None else acme.post(url, body, as_="ana")
    operation = document["paths"][template_of(url)]["get" if body is None else "post"]
    described = operation["responses"][str(response.status_code)]["content"]
    schema = described[response["Content-Type"]]["schema"]
    rooted = {**schema, "components": document["components"]}
    Draft202012Validator(rooted).validate(response.json())


@pytest.mark.parametrize(("url", "body"), QUESTIONS)
def test_nobody_gets_more_than_the_schema_names(
    acme: Served, document: dict[str, Any], url: str, body: dict[str, Any] | None
) -> None:
    response = acme.get(url, as_="ana") if body is None else acme.post(url, body, as_="ana")
    operation = document["paths"][template_of(url)]["get" if body is None else "post"]
    schema = operation["responses"][str(response.status_code)]["content"][response["Content-Type"]]["schema"]
    named = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"]
    assert set(response.json()) <= set(named)
