"""Every operation of the schema under made-up requests: nothing is a 5xx, and each answer is one that the schema describes.

The requests are the same in each run, so that what was found once is found again.
"""

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import world
from tests.conftest import Serve, Served

DESCRIBED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CHURN, ENGINEERS = world.purpose("Churn"), world.persona("Engineers", groups=["eng"])
REAL: dict[str, Any] = {
    "consistency": "fast",
    "place": "default",
    "time": "2030-01-01T00:00:00Z",
    "username": "ana",
    "left": "ana",
    "right": "bo",
    "guid": CHURN["__guid"],
    "purpose": CHURN["__guid"],
    "subject": {"type": "user", "id": "ana"},
    "resource": {"type": "purpose", "id": CHURN["__guid"]},
    "action": {"name": "view"},
    "changes": [{"op": "disable_purpose", "guid": CHURN["__guid"]}],
}
"""What names in requests could mean here: made-up names alone would not get far."""

LEFT_OUT = {"persona", "cursor", "token"}
"""Either one purpose or one persona is asked about, and nobody can make up a cursor."""


def asked() -> list[tuple[APIOperation, GenerationMode]]:
    """Each operation by requests as it wants them, and by wrong ones; what is public takes none that could be wrong."""
    schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))
    schema.app = get_wsgi_application()
    operations = [each.ok() for each in schema.get_all_operations()]
    wrong = [each for each in operations if each.definition.raw.get("security")]
    return [(each, GenerationMode.POSITIVE) for each in operations] + [
        (each, GenerationMode.NEGATIVE) for each in wrong
    ]


@pytest.fixture
def acme(serve: Serve) -> Served:
    read = world.policy("read", on=CHURN, groups=["eng"])
    people = [world.person("ana", "eng", roles=["access-auditor"]), world.person("bo")]
    return serve(people, [CHURN, ENGINEERS, read])


@pytest.mark.parametrize(
    ("operation", "mode"), asked(), ids=lambda each: getattr(each, "label", None) or each.value
)
def test_answers_are_described_whatever_is_asked(
    acme: Served, operation: APIOperation, mode: GenerationMode
) -> None:
    headers = {"Authorization": f"Bearer {acme.token('ana')}"}

    @settings(
        max_examples=15,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode), st.booleans())
    def ask(case: Case, real: bool) -> None:
        if real:
            case.path_parameters, case.query, case.body = map(
                _with_real_names, (case.path_parameters, case.query, case.body)
            )
        case.validate_response(case.call(headers=headers), checks=DESCRIBED)

    ask()


def _with_real_names(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_real_names(each) for each in value]
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if name not in LEFT_OUT}
        return {name: REAL.get(name, _with_real_names(each)) for name, each in kept.items()}
    return value
