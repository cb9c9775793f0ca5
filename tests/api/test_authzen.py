"""OpenID AuthZEN Authorization API 1.0: evaluation, evaluations and the three searches over HTTP."""

import json
from typing import Any

import pytest
from django.db import DatabaseError

from purposeapp.domain.errors import PoliciesUnavailable
from purposeapp.domain.model import Subject
from purposeapp.models import AccessAudit
from purposeapp.policyindex.memory import MemoryPolicyIndex
from tests import world
from tests.conftest import Serve, Served

EVALUATION, EVALUATIONS = "/access/v1/evaluation", "/access/v1/evaluations"
SUBJECTS, RESOURCES, ACTIONS = (f"/access/v1/search/{sought}" for sought in ("subject", "resource", "action"))

CHURN, PAY, MASKED = world.purpose("Churn"), world.purpose("Pay"), world.purpose("Masked")
STEWARDS = world.persona("Stewards", groups=["eng"])
CHURN_ID, PAY_ID, MASKED_ID, STEWARDS_ID = (each["__guid"] for each in (CHURN, PAY, MASKED, STEWARDS))

Json = dict[str, Any]


@pytest.fixture
def acme(serve: Serve) -> Served:
    """Engineers may read and select on Churn, but not update; they see Masked; Pay opens in 2030."""
    people = [
        world.person("ana", "eng"),
        world.person("bo"),
        world.person("carla", "eng"),
        world.person("dora", "eng", enabled=False),
        world.person("olga", roles=["access-auditor"]),
    ]
    documents = [
        CHURN,
        PAY,
        MASKED,
        STEWARDS,
        world.policy(
            "read churn", on=CHURN, groups=["eng"], actions=["entity-read", "select", "entity-update"]
        ),
        world.policy("no updates", on=CHURN, groups=["eng"], type="deny", actions=["entity-update"]),
        world.policy("mask", on=MASKED, groups=["eng"], type="dataMask"),
        world.policy(
            "pay", on=PAY, users=["bo"], policyValiditySchedule=[world.schedule("2030/01/01 00:00:00")]
        ),
    ]
    return serve(people, documents)


def user(name: str) -> Json:
    return {"type": "user", "id": name}


def purpose(guid: str) -> Json:
    return {"type": "purpose", "id": guid}


def asking(subject: str = "ana", action: str = "view", guid: str = CHURN_ID, **more: Any) -> Json:
    return {"subject": user(subject), "action": {"name": action}, "resource": purpose(guid), **more}


def answered(response: Any) -> Any:
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/json"
    return response.json()


def decided(response: Any) -> bool:
    body = answered(response)
    assert set(body) == {"decision"}
    return bool(body["decision"])


def found(response: Any) -> list[str]:
    body = answered(response)
    assert set(body) == {"results"}
    return [each.get("id", each.get("name")) for each in body["results"]]


# --- one evaluation ---


@pytest.mark.parametrize(
    ("action", "guid", "decision"),
    [
        ("view", CHURN_ID, True),
        ("entity-read", CHURN_ID, True),
        ("entity-update", CHURN_ID, False),
        ("entity-delete", CHURN_ID, False),
        ("view", MASKED_ID, True),
        ("entity-read", MASKED_ID, False),
        ("view", PAY_ID, False),
        ("view", "nothing", False),
        ("", CHURN_ID, False),
    ],
)
def test_an_action_is_decided_as_the_policies_say(
    acme: Served, action: str, guid: str, decision: bool
) -> None:
    assert decided(acme.post(EVALUATION, asking("ana", action, guid), as_="ana")) is decision


def test_a_persona_can_only_be_viewed(acme: Served) -> None:
    for action, decision in (("view", True), ("entity-read", False)):
        body = {**asking("ana", action), "resource": {"type": "persona", "id": STEWARDS_ID}}
        assert decided(acme.post(EVALUATION, body, as_="ana")) is decision


def test_types_that_nobody_has_are_denied(acme: Served) -> None:
    for body in (
        {**asking(), "resource": {"type": "record", "id": CHURN_ID}},
        {**asking(), "subject": {"type": "spaceship", "id": "ana"}},
    ):
        assert not decided(acme.post(EVALUATION, body, as_="ana"))
    assert not AccessAudit.objects.exists()


def test_others_are_for_auditors_and_go_on_record(acme: Served) -> None:
    refused = acme.post(EVALUATION, asking("ana"), as_="bo")
    assert (refused.status_code, refused["Content-Type"]) == (403, "text/plain; charset=utf-8")
    assert refused.content == b"bo is not authorized to ask about other users"
    assert not AccessAudit.objects.exists()
    assert decided(acme.post(EVALUATION, asking("ANA"), as_="olga"))
    assert not decided(acme.post(EVALUATION, asking("ghost"), as_="olga"))
    assert not decided(acme.post(EVALUATION, asking("dora"), as_="olga"))
    looks = AccessAudit.objects.order_by("id").values_list("subject_username", "action", "detail__subjects")
    assert list(looks) == [(name, "evaluate", 1) for name in ("ana", "ghost", "dora")]


def test_properties_widen_nothing(acme: Served) -> None:
    claims = {"groups": ["eng"], "roles": ["admin"], "id": "ana", "username": "ana"}
    body = asking("bo")
    for name in ("subject", "action", "resource"):
        body[name]["properties"] = claims
    assert not decided(acme.post(EVALUATION, {**body, "context": claims}, as_="bo"))


def test_the_time_of_the_context_moves_schedules(acme: Served) -> None:
    def seen_at(time: str) -> bool:
        return decided(acme.post(EVALUATION, asking("bo", guid=PAY_ID, context={"time": time}), as_="bo"))

    assert not seen_at("2029-12-31T23:59:59Z")
    assert seen_at("2030-01-01T00:00:00Z")
    assert seen_at("2030-01-01T01:22+01:00")
    assert not seen_at("2030-01-01T00:22+01:00")


@pytest.mark.parametrize(
    "time", ["yesterday", "", "2030-01-01T00:00:00", "1960-01-01T00:00:00Z", 7, "9" * 99]
)
def test_a_time_that_cannot_be_read_does_not_pass_for_now(acme: Served, time: Any) -> None:
    response = acme.post(EVALUATION, asking(context={"time": time}), as_="ana")
    assert (response.status_code, response.content[:13]) == (400, b"context.time ")


def test_reasons_are_told_to_those_who_ask(acme: Served) -> None:
    def reasons(body: Json) -> Json:
        answer = answered(acme.post(EVALUATION, {**body, "options": {"reasons": True}}, as_="olga"))
        return {"decision": answer["decision"], **answer["context"]}

    granted = reasons(asking("ana"))
    assert granted["decision"]
    assert "policy 'read churn' (group 'eng'): allows entity-read, select" in granted["reason_admin"]["en"]
    assert granted["reason_user"] == {"en": "You have access."}
    assert "outside its schedule" in reasons(asking("bo", guid=PAY_ID))["reason_admin"]["en"]
    assert "nothing names 'bo'" in reasons(asking("bo"))["reason_admin"]["en"]
    assert "no user 'ghost'" in reasons(asking("ghost"))["reason_admin"]["en"]
    persona = {**asking("ana"), "resource": {"type": "persona", "id": STEWARDS_ID}}
    assert reasons(persona)["reason_admin"]["en"] == "the persona names group 'eng'"


# --- what cannot be read ---


def without(body: Json, *path: str) -> Json:
    *way, last = path
    copy = json.loads(json.dumps(body))
    holder = copy
    for name in way:
        holder = holder[name]
    del holder[last]
    return dict(copy)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The request body must be a JSON object"),
        (b"null", "The request body must be a JSON object"),
        (b"[]", "The request body must be a JSON object"),
        (b"{", "The request body is not valid JSON"),
        (b'{"subject": NaN}', "The request body is not valid JSON"),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "The request body is not valid JSON"),
        (without(asking(), "subject"), "subject is missing"),
        (without(asking(), "action"), "action is missing"),
        (without(asking(), "resource"), "resource is missing"),
        (without(asking(), "subject", "type"), "subject.type is missing"),
        (without(asking(), "subject", "id"), "subject.id is missing"),
        (without(asking(), "action", "name"), "action.name is missing"),
        (without(asking(), "resource", "type"), "resource.type is missing"),
        (without(asking(), "resource", "id"), "resource.id is missing"),
        (asking(subject="alice", **{}) | {"subject": "alice"}, "subject must be an object"),
        (asking() | {"subject": None}, "subject is missing"),
        (asking() | {"action": {"name": 123}}, "action.name must be a string"),
        (asking() | {"resource": {"type": "purpose", "id": 7}}, "resource.id must be a string"),
        (asking() | {"resource": {"type": ["purpose"], "id": "7"}}, "resource.type must be a string"),
        (asking() | {"resource": purpose("p") | {"properties": []}}, "resource.properties must be an object"),
        (asking() | {"context": "now"}, "context must be an object"),
        (asking() | {"options": {"reasons": "yes"}}, "options.reasons must be true or false"),
        (asking("a" * 1_025), "subject.id is too long; at most 1024 characters"),
        (asking(guid="a\0"), "resource.id has a character that no name can have (NUL or a lone surrogate)"),
    ],
)
def test_what_cannot_be_read_is_400_with_a_plain_message(acme: Served, body: Any, message: str) -> None:
    response = acme.post(EVALUATION, body, as_="ana")
    assert (response.status_code, response.content.decode()) == (400, message)
    assert response["Content-Type"] == "text/plain; charset=utf-8"


def test_only_json_is_read(acme: Served) -> None:
    response = acme.client.post(
        EVALUATION,
        json.dumps(asking()),
        "text/plain",
        headers={"Authorization": f"Bearer {acme.token('ana')}"},
    )
    assert (response.status_code, response.content) == (400, b"The Content-Type must be application/json")


def test_unknown_keys_are_ignored_and_of_equal_ones_the_last_counts(acme: Served) -> None:
    assert decided(acme.post(EVALUATION, {**asking(), "more": 1, "context": {"ip": "::1"}}, as_="ana"))
    twice = json.dumps(asking(action="entity-delete"))[:-1] + ', "action": {"name": "view"}}'
    assert decided(acme.post(EVALUATION, twice, as_="ana"))


def test_who_has_no_token_is_told_so(acme: Served) -> None:
    response = acme.post(EVALUATION, asking(), X_Request_Id="mine")
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert response.content == b"A valid bearer token is required"
    assert response["X-Request-Id"] == "mine"


@pytest.mark.parametrize(
    "name", ["bfe9eb29-ab87-4ca3-be83-a1d5d8305716", "any string (at all) {é}", "x" * 300]
)
def test_the_request_id_comes_back_as_it_was_sent(acme: Served, name: str) -> None:
    for body in (asking(), {}):
        assert acme.post(EVALUATION, body, as_="ana", X_Request_Id=name)["X-Request-Id"] == name
    assert acme.post(EVALUATION, asking(), as_="ana")["X-Request-Id"]


@pytest.mark.parametrize("path", [EVALUATION, EVALUATIONS, SUBJECTS, RESOURCES, ACTIONS])
def test_only_post_asks(acme: Served, path: str) -> None:
    assert acme.get(path, as_="ana").status_code == 405


# --- many evaluations ---


def resources(*guids: str) -> list[Json]:
    return [{"resource": purpose(guid)} for guid in guids]


def decisions(response: Any) -> list[bool]:
    body = answered(response)
    assert set(body) == {"evaluations"}
    return [each["decision"] for each in body["evaluations"]]


def test_defaults_are_replaced_as_a_whole(acme: Served) -> None:
    body = {
        **asking("ana", context={"time": "2020-01-01T00:00:00Z"}),
        "evaluations": [
            {},
            {"action": {"name": "entity-update"}},
            {"subject": {"type": "user"}},
            {"subject": user("bo"), "resource": purpose(PAY_ID)},
            {"subject": user("bo"), "resource": purpose(PAY_ID), "context": {"time": "2031-01-01T00:00:00Z"}},
        ],
    }
    answers = answered(acme.post(EVALUATIONS, body, as_="olga"))["evaluations"]
    assert [each["decision"] for each in answers] == [True, False, False, False, True]
    assert answers[2]["context"] == {"error": {"status": 400, "message": "subject.id is missing"}}


@pytest.mark.parametrize(
    ("semantic", "expected"),
    [
        (None, [True, False, True]),
        ("execute_all", [True, False, True]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
    ],
)
def test_semantics_stop_at_what_settles_it(acme: Served, semantic: str | None, expected: list[bool]) -> None:
    options = {"evaluations_semantic": semantic, "another_option": "value"}
    body = {**asking("ana"), "evaluations": resources(CHURN_ID, PAY_ID, MASKED_ID), "options": options}
    assert decisions(acme.post(EVALUATIONS, body, as_="ana")) == expected


def test_what_cannot_be_evaluated_counts_as_a_denial(acme: Served) -> None:
    items = [{"resource": purpose(PAY_ID)}, {"resource": 7}, 7, {"subject": user("bo")}, {}]
    body = {**asking("ana"), "evaluations": items}
    answers = answered(acme.post(EVALUATIONS, body, as_="ana"))["evaluations"]
    assert [each["decision"] for each in answers] == [False, False, False, False, True]
    assert [each.get("context", {}).get("error", {}).get("status") for each in answers] == [
        None,
        400,
        400,
        403,
        None,
    ]
    stopped = {**body, "evaluations": items[1:], "options": {"evaluations_semantic": "deny_on_first_deny"}}
    assert decisions(acme.post(EVALUATIONS, stopped, as_="ana")) == [False]
    assert not AccessAudit.objects.exists()


@pytest.mark.parametrize("evaluations", [{}, {"evaluations": []}, {"evaluations": None}])
def test_without_evaluations_it_is_the_single_form(acme: Served, evaluations: Json) -> None:
    assert decided(acme.post(EVALUATIONS, asking() | evaluations, as_="ana"))
    assert acme.post(EVALUATIONS, evaluations, as_="ana").status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"evaluations": {}},
        {"evaluations": [{}] * 1_001},
        {"evaluations": [{}], "subject": "ana"},
        {"evaluations": [{}], "options": []},
        {"evaluations": [{}], "options": {"evaluations_semantic": "all"}},
        {"evaluations": [{}], "options": {"evaluations_semantic": ""}},
        {"evaluations": [{}], "options": {"evaluations_semantic": 1}},
        {"options": {"evaluations_semantic": "all"}},
    ],
)
def test_a_request_that_is_wrong_as_a_whole_is_400(acme: Served, body: Json) -> None:
    assert acme.post(EVALUATIONS, asking() | body, as_="ana").status_code == 400


def test_a_request_about_many_is_one_record(acme: Served) -> None:
    names = ["ana", "bo", "ghost", "BO", "olga"]
    body = {**asking(), "evaluations": [{"subject": user(name)} for name in names]}
    assert decisions(acme.post(EVALUATIONS, body, as_="olga")) == [True, False, False, False, False]
    (look,) = AccessAudit.objects.all()
    assert (look.subject_username, look.action) == ("", "evaluate")
    assert look.detail == {"subjects": 3, "usernames": ["ana", "bo", "ghost"], "evaluations": 5}


# --- searches ---


def test_who_may(acme: Served) -> None:
    def who(action: str, guid: str) -> list[str]:
        body = {
            "subject": {"type": "user", "id": "ignored"},
            "action": {"name": action},
            "resource": purpose(guid),
        }
        return found(acme.post(SUBJECTS, body, as_="olga"))

    assert who("view", CHURN_ID) == who("select", CHURN_ID) == ["ana", "carla"]
    assert who("entity-update", CHURN_ID) == who("view", "nothing") == who("view", PAY_ID) == []
    assert who("view", MASKED_ID) == ["ana", "carla"]
    assert who("entity-read", MASKED_ID) == []
    look = AccessAudit.objects.latest("id")
    assert look.detail == {"resource": "purpose", "id": MASKED_ID, "to": "entity-read"}
    assert acme.post(SUBJECTS, asking(), as_="ana").status_code == 403


def test_what_somebody_may(acme: Served) -> None:
    def what(subject: str, action: str, kind: str = "purpose", as_: str = "olga") -> list[str]:
        body = {"subject": user(subject), "action": {"name": action}, "resource": {"type": kind, "id": 7}}
        return found(acme.post(RESOURCES, body, as_=as_))

    assert what("ana", "view", as_="ana") == what("ana", "view") == [CHURN_ID, MASKED_ID]
    assert what("ana", "select") == [CHURN_ID]
    assert what("ana", "view", "persona") == [STEWARDS_ID]
    assert what("ana", "select", "persona") == what("ana", "view", "record") == what("ghost", "view") == []
    assert what("dora", "view") == what("dora", "select") == what("dora", "view", "persona") == []
    asked = set(AccessAudit.objects.values_list("subject_username", "action"))
    assert asked == {(name, "search resources") for name in ("ana", "ghost", "dora")}
    assert acme.post(RESOURCES, asking("ana"), as_="bo").status_code == 403


def test_how_somebody_may(acme: Served) -> None:
    def how(subject: str, guid: str, kind: str = "purpose", **more: Any) -> list[str]:
        body = {"subject": user(subject), "resource": {"type": kind, "id": guid}, "action": 7, **more}
        return found(acme.post(ACTIONS, body, as_="olga"))

    assert how("ana", CHURN_ID) == ["entity-read", "select", "view"]
    assert how("ana", MASKED_ID) == how("ana", STEWARDS_ID, "persona") == ["view"]
    assert how("bo", PAY_ID, context={"time": "2031-01-01T00:00:00Z"}) == ["entity-read", "view"]
    assert (
        how("bo", PAY_ID)
        == how("ghost", CHURN_ID)
        == how("ana", "nothing")
        == how("ana", "x", "record")
        == []
    )
    assert how("dora", CHURN_ID) == how("dora", STEWARDS_ID, "persona") == []
    assert acme.post(ACTIONS, asking("ana"), as_="bo").status_code == 403


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (SUBJECTS, without(asking(), "action")),
        (SUBJECTS, without(asking(), "resource", "id")),
        (SUBJECTS, without(asking(), "subject", "type")),
        (RESOURCES, without(asking(), "subject")),
        (RESOURCES, without(asking(), "subject", "id")),
        (RESOURCES, without(asking(), "resource", "type")),
        (ACTIONS, without(asking(), "resource")),
        (ACTIONS, without(asking(), "subject", "id")),
        (ACTIONS, without(asking(), "resource", "id")),
        (ACTIONS, asking() | {"page": 7}),
        (ACTIONS, asking() | {"page": {"limit": -1}}),
        (ACTIONS, asking() | {"page": {"limit": True}}),
        (ACTIONS, asking() | {"page": {"limit": "1"}}),
        (ACTIONS, asking() | {"page": {"token": 7}}),
        (ACTIONS, asking() | {"page": {"token": "7"}}),
        (ACTIONS, asking() | {"page": {"token": "٧.x"}}),
    ],
)
def test_a_search_that_cannot_be_read_is_400(acme: Served, path: str, body: Json) -> None:
    response = acme.post(path, body, as_="olga")
    assert (response.status_code, response["Content-Type"]) == (400, "text/plain; charset=utf-8")


@pytest.mark.parametrize(("depth", "status"), [(98, 200), (99, 400), (1_022, 400), (5_000, 400)])
def test_deep_nesting_does_no_harm(acme: Served, depth: int, status: int) -> None:
    body = json.dumps(asking())[:-1] + ', "context": {"deep": ' + "[" * depth + "]" * depth + "}}"
    for path in (EVALUATION, EVALUATIONS, SUBJECTS, RESOURCES, ACTIONS):
        assert acme.post(path, body, as_="olga").status_code == status


# --- could not tell ---


def test_what_cannot_be_told_is_no_denial(serve: Serve) -> None:
    class Silent(MemoryPolicyIndex):
        def purpose(self, guid: str) -> Any:
            raise PoliciesUnavailable

        def evidence(self, subject: Subject) -> Any:
            raise PoliciesUnavailable

    people = [world.person("ana", "eng", roles=["access-auditor"])]
    served = serve(people, policies=Silent.from_documents([CHURN]))
    batch = {**asking(), "evaluations": resources(CHURN_ID)}
    for path, body in [
        (EVALUATIONS, batch),
        *((path, asking()) for path in (EVALUATION, SUBJECTS, RESOURCES, ACTIONS)),
    ]:
        response = served.post(path, body, as_="ana")
        assert (response.status_code, response["Retry-After"]) == (503, "2")
        assert response.content == b"The policies cannot answer just now; try again"


def test_no_record_no_answer(acme: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any, **_kwargs: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(AccessAudit.objects, "bulk_create", full)
    for path in (EVALUATION, EVALUATIONS, SUBJECTS, RESOURCES, ACTIONS):
        assert acme.post(path, asking("ana"), as_="olga").status_code == 503


def test_the_query_says_how_fresh_and_nothing_else(acme: Served) -> None:
    for path in (EVALUATION, RESOURCES, ACTIONS, SUBJECTS):
        assert acme.post(f"{path}?consistency=full", asking("olga"), as_="olga").status_code == 200
        for query in ("consistency=soon", "username=ana"):
            response = acme.post(f"{path}?{query}", asking("olga"), as_="olga")
            assert (response.status_code, response["Content-Type"]) == (400, "text/plain; charset=utf-8")


# --- pages ---


def pages(served: Served, path: str, body: Json, limit: int) -> list[Json]:
    """All pages, by token alone."""
    gone_through = [answered(served.post(path, {**body, "page": {"limit": limit}}, as_="olga"))]
    while token := gone_through[-1]["page"]["next_token"]:
        gone_through.append(answered(served.post(path, {**body, "page": {"token": token}}, as_="olga")))
    return gone_through


@pytest.mark.parametrize("path", [SUBJECTS, RESOURCES, ACTIONS])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_have_everything_once(acme: Served, path: str, limit: int) -> None:
    everything = answered(acme.post(path, asking(), as_="olga"))["results"]
    paged = pages(acme, path, asking(), limit)
    assert [item for page in paged for item in page["results"]] == everything
    for page in paged:
        assert list(page) == ["page", "results"]
        assert page["page"]["count"] == len(page["results"]) <= limit
        assert page["page"]["total"] == len(everything)


def test_a_page_of_none_counts(acme: Served) -> None:
    body = asking() | {"page": {"limit": 0}}
    page = answered(acme.post(RESOURCES, body, as_="ana"))["page"]
    token = page.pop("next_token")
    assert page == {"count": 0, "total": 2}
    again = answered(acme.post(RESOURCES, body | {"page": {"token": token}}, as_="ana"))
    assert (again["results"], again["page"]["total"]) == ([], 2)
    nothing = answered(acme.post(RESOURCES, asking("bo") | {"page": {"limit": 0}}, as_="bo"))
    assert nothing == {"page": {"next_token": "", "count": 0, "total": 0}, "results": []}


def test_a_token_is_good_for_the_very_same_question(acme: Served) -> None:
    body = asking(context={"ip": "::1"})

    def status(changed: Json, page: Json, path: str = RESOURCES, as_: str = "olga") -> int:
        response = acme.post(path, body | changed | {"page": page}, as_=as_)
        return int(response.status_code)

    first = answered(acme.post(RESOURCES, body | {"page": {"limit": 1, "more": 1}}, as_="olga"))["page"]
    token = first["next_token"]
    assert status({}, {"token": token}) == status({}, {"token": token, "limit": 1}) == 200
    assert status({}, {"token": token, "limit": 2}) == 400
    assert status({}, {"token": f"2{token[1:]}"}) == status({}, {"token": f"{token}A"}) == 400
    assert status({"subject": user("bo")}, {"token": token}) == 400
    assert status({"action": {"name": "select"}}, {"token": token}) == 400
    assert status({"context": {"ip": "::2"}}, {"token": token}) == 400
    assert status({}, {"token": token, "properties": {"a": 1}}) == 400
    assert status({}, {"token": token}, path=ACTIONS) == 400
    assert status({}, {"token": token}, as_="ana") == 400


def test_equal_questions_have_equal_bodies(acme: Served) -> None:
    batch = {**asking(), "evaluations": resources(CHURN_ID, PAY_ID), "options": {"reasons": True}}
    paged = asking() | {"page": {"limit": 1}}
    for path, body in [(EVALUATIONS, batch), (SUBJECTS, paged), (RESOURCES, paged), (ACTIONS, paged)]:
        bodies = {acme.post(path, body, as_="olga").content for _ in range(3)}
        assert len(bodies) == 1


def test_a_search_answers_with_so_many_at_most(serve: Serve) -> None:
    everybody = world.purpose("Everybody")
    people = [world.person(f"user-{number:04}") for number in range(1_003)]
    olga = world.person("olga", roles=["access-auditor"])
    served = serve([olga, *people], [everybody, world.policy("all", on=everybody, groups=["public"])])
    body = asking("ignored", guid=everybody["__guid"])
    first = answered(served.post(SUBJECTS, body, as_="olga"))
    assert (first["page"]["count"], first["page"]["total"]) == (1_000, 1_004)
    token = first["page"]["next_token"]
    rest = answered(served.post(SUBJECTS, body | {"page": {"token": token, "limit": 9_999}}, as_="olga"))
    names = [each["id"] for each in first["results"] + rest["results"]]
    assert names == sorted(person.username for person in [olga, *people])
    assert rest["page"] == {"next_token": "", "count": 4, "total": 1_004}


# --- where the decision point is ---

CONFIGURATION = "/.well-known/authzen-configuration"


def test_the_configuration_names_addresses_that_answer(acme: Served, settings: Any) -> None:
    settings.PUBLIC_URL = "https://pdp.example.com"
    body = answered(acme.get(CONFIGURATION, Host="localhost", X_Forwarded_Host="evil.example.com"))
    assert body.pop("policy_decision_point") == "https://pdp.example.com"
    assert body == {
        "access_evaluation_endpoint": f"https://pdp.example.com{EVALUATION}",
        "access_evaluations_endpoint": f"https://pdp.example.com{EVALUATIONS}",
        "search_subject_endpoint": f"https://pdp.example.com{SUBJECTS}",
        "search_resource_endpoint": f"https://pdp.example.com{RESOURCES}",
        "search_action_endpoint": f"https://pdp.example.com{ACTIONS}",
    }


@pytest.mark.parametrize(
    ("public", "place", "identifier"),
    [
        ("https://pdp.example.com", "/default", "https://pdp.example.com/default"),
        ("https://pdp.example.com/access", "/access", "https://pdp.example.com/access"),
        ("https://pdp.example.com/access", "/access/default", "https://pdp.example.com/access/default"),
        ("https://pdp.example.com/access", "", "https://pdp.example.com/access"),
        ("https://pdp.example.com", "/nobody", None),
        ("https://pdp.example.com", "/default/more", None),
        ("https://pdp.example.com/access", "/default", None),
        ("https://pdp.example.com", "/", None),
    ],
)
def test_the_well_known_part_stands_between_host_and_path(
    acme: Served, settings: Any, public: str, place: str, identifier: str | None
) -> None:
    settings.PUBLIC_URL = public
    response = acme.get(CONFIGURATION + place)
    assert response.status_code == (200 if identifier else 404)
    assert not identifier or response.json()["policy_decision_point"] == identifier
