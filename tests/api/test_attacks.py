"""What was tried on the running service, and must not work: each case is a fault that was once found."""

import json
import logging

import pytest
from django.core.checks import tag_exists

from purposeapp import logs
from purposeapp.models import AccessAudit
from tests import world
from tests.conftest import Serve, Served

PURPOSES, ROLES = "/api/meta/purposes/accessible", "/api/service/roles/effective"
USER_PURPOSES = "/api/meta/purposes/user"


@pytest.fixture
def acme(serve: Serve) -> Served:
    return serve([world.person("ana"), world.person("olga", roles=["access-auditor"])])


def test_a_token_in_the_address_is_refused_and_not_logged(
    acme: Served, caplog: pytest.LogCaptureFixture
) -> None:
    token = acme.token("ana")
    with caplog.at_level(logging.INFO):
        refused = acme.get(f"/api/service/whoami?access_token={token}", X_Request_Id="req-7")
    assert refused.status_code == 401
    caplog.handler.addFilter(logs.RequestIdFilter())
    records = [record for record in caplog.records if record.name == "django.request"]
    assert records
    for record in caplog.records:
        logs.RequestIdFilter().filter(record)
        assert token not in logs.JsonFormatter().format(record)
    assert json.loads(logs.JsonFormatter().format(records[0]))["requestId"] == "req-7"


def test_looking_for_somebody_who_does_not_exist_is_recorded_too(acme: Served) -> None:
    for path in (PURPOSES, ROLES):
        assert acme.get(f"{path}?username=ghost", as_="olga").status_code == 404
    seen = AccessAudit.objects.values_list("subject_username", "action")
    assert sorted(seen) == [("ghost", "purposes"), ("ghost", "roles")]


def test_a_name_of_any_length_is_answered_and_recorded(acme: Served) -> None:
    endless = "x" * 33_000
    answer = acme.post(USER_PURPOSES, {"username": endless, "groups": ["eng"]}, as_="olga")
    assert answer.status_code == 200
    entry = AccessAudit.objects.get()
    entry.clean_fields()
    assert entry.subject_username == "x" * 255


@pytest.mark.parametrize("username", ["", "%20", "%00"])
@pytest.mark.parametrize("path", [PURPOSES, ROLES])
def test_a_blank_username_is_not_the_callers(acme: Served, path: str, username: str) -> None:
    answer = acme.get(f"{path}?username={username}", as_="olga")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "username")


@pytest.mark.parametrize(
    ("field", "number", "message"),
    [
        ("limit", "1" + "0" * 30, "limit cannot exceed 500"),
        ("limit", "-1" + "0" * 30, "limit must be at least 1"),
        ("limit", "1.5", "limit must be an integer"),
        ("offset", "-1" + "0" * 30, "offset must be non-negative"),
        ("offset", "1" + "0" * 30, None),
        ("limit", "10.0", None),
    ],
)
def test_numbers_of_any_size_get_the_message_of_their_rule(
    acme: Served, field: str, number: str, message: str | None
) -> None:
    body = f'{{"username": "ana", "groups": [], "{field}": {number}}}'
    answer = acme.post(USER_PURPOSES, body, as_="ana")
    assert answer.json().get("errorMessage") == message
    assert answer.status_code == (400 if message else 200)


@pytest.mark.parametrize("depth", [97, 98, 1_020, 9_999])
def test_nesting_has_an_end(acme: Served, depth: int) -> None:
    """Python's own recursion ends at some thousand levels, the JSON parser's a little later."""
    nested = "[" * depth + "]" * depth
    asked = {
        "/api/meta/access/simulate": '{"changes": [{"op": "delete_policy", "guid": %s}]}',
        "/api/meta/access/can": '{"checks": [{"username": "ana", "purpose": %s}]}',
        "/api/meta/purposes/user": '{"username": {"a": {"b": %s}}, "groups": []}',
    }
    for path, body in asked.items():
        response = acme.post(path, body % nested, as_="olga")
        assert response.status_code == 400
        assert (b"nested too deeply" in response.content) == (depth in (98, 1_020))


def test_the_docs_have_no_options(acme: Served) -> None:
    assert acme.client.options("/api/docs/").status_code == 405


@pytest.mark.parametrize("probe", ["/healthz/live", "/healthz/ready"])
def test_probes_only_answer_reads(acme: Served, probe: str) -> None:
    acme.client.handler.enforce_csrf_checks = True
    refused = acme.client.post(probe)
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("accept", [{"Accept": "application/json"}, {}])
def test_generators_of_clients_can_have_the_schema_as_json(acme: Served, accept: dict[str, str]) -> None:
    address = "/api/schema/" if accept else "/api/schema/?format=json"
    answer = acme.get(address, **accept)
    assert json.loads(answer.content)["openapi"].startswith("3.1")


def test_a_trace_of_zeros_names_no_request(acme: Served) -> None:
    answer = acme.get("/healthz/live", traceparent=f"00-{'0' * 32}-{'0' * 16}-01")
    assert answer["X-Request-Id"] != "0" * 32


def test_the_checks_that_make_serve_runs_exist_and_other_commands_do_without() -> None:
    assert tag_exists("sources", include_deployment_checks=True)
    assert not tag_exists("sources")
