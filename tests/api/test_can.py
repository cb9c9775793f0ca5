"""GET and POST /api/meta/access/can: one decision, or many."""

from typing import Any

import pytest

from purposeapp.models import AccessAudit
from tests import world
from tests.conftest import Serve, Served

CAN = "/api/meta/access/can"
CHURN, PAY = world.purpose("Churn"), world.purpose("Pay")
STEWARDS = world.persona("Stewards", groups=["eng"])
CHURN_ID, PAY_ID, STEWARDS_ID = CHURN["__guid"], PAY["__guid"], STEWARDS["__guid"]


@pytest.fixture
def acme(serve: Serve) -> Served:
    """Engineers see Churn; Pay is listed for them and refused."""
    people = [
        world.person("ana", "eng"),
        world.person("bo"),
        world.person("dora", "eng", enabled=False),
        world.person("olga", roles=["access-auditor"]),
    ]
    documents = [
        CHURN,
        PAY,
        STEWARDS,
        world.policy("read churn", on=CHURN, groups=["eng"]),
        world.policy("no pay", on=PAY, groups=["eng"], type="deny"),
    ]
    return serve(people, documents)


def allowed(response: Any) -> bool:
    assert response.status_code == 200, response.content
    return bool(response.json()["allowed"])


def test_one_question(acme: Served) -> None:
    body = acme.get(f"{CAN}?purpose={CHURN_ID}", as_="ana").json()
    assert body.pop("revision")
    assert body == {"username": "ana", "purpose": CHURN_ID, "mode": "effective", "allowed": True}
    assert not allowed(acme.get(f"{CAN}?purpose={CHURN_ID}", as_="bo"))
    assert not allowed(acme.get(f"{CAN}?purpose={PAY_ID}", as_="ana"))
    assert allowed(acme.get(f"{CAN}?purpose={PAY_ID}&mode=listed", as_="ana"))
    assert allowed(acme.get(f"{CAN}?persona={STEWARDS_ID}", as_="ana"))


def test_about_others_for_auditors_only_and_written_down(acme: Served) -> None:
    assert acme.get(f"{CAN}?username=ana&purpose={CHURN_ID}", as_="bo").status_code == 403
    assert not AccessAudit.objects.exists()
    assert allowed(acme.get(f"{CAN}?username=ANA&purpose={CHURN_ID}", as_="olga"))
    assert acme.get(f"{CAN}?username=ghost&purpose={CHURN_ID}", as_="olga").json()["code"] == "unknown_user"
    assert not allowed(acme.get(f"{CAN}?username=olga&purpose={CHURN_ID}", as_="olga"))
    assert [(each.action, each.subject_username) for each in AccessAudit.objects.order_by("pk")] == [
        ("can", "ana"),
        ("can", "ghost"),
    ]


def test_somebody_disabled_sees_nothing_in_effective_mode(acme: Served) -> None:
    assert not allowed(acme.get(f"{CAN}?username=dora&purpose={CHURN_ID}", as_="olga"))
    assert allowed(acme.get(f"{CAN}?username=dora&purpose={CHURN_ID}&mode=listed", as_="olga"))
    assert not allowed(acme.get(f"{CAN}?username=dora&persona={STEWARDS_ID}", as_="olga"))


def test_what_is_not_there_is_not_found(acme: Served) -> None:
    unknown = acme.get(f"{CAN}?purpose=nope", as_="ana")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_purpose")
    unknown = acme.get(f"{CAN}?persona={CHURN_ID}", as_="ana")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_persona")


def test_many_at_once_in_order_with_errors_where_they_belong(acme: Served) -> None:
    checks = [
        {"username": "ana", "purpose": CHURN_ID},
        {"username": "bo", "purpose": CHURN_ID},
        {"username": "ghost", "purpose": CHURN_ID},
        {"username": "ana", "purpose": "nope"},
        {"username": "ANA", "persona": STEWARDS_ID},
        {"username": "ana", "purpose": PAY_ID, "mode": "listed"},
    ]
    decisions = acme.post(CAN, {"checks": checks}, as_="olga").json()["decisions"]
    told = [each.get("allowed", each.get("error", {}).get("code")) for each in decisions]
    assert told == [True, False, "unknown_user", "unknown_purpose", True, True]
    assert decisions[4]["username"] == "ana"
    looks = AccessAudit.objects.order_by("subject_username")
    assert [each.subject_username for each in looks] == ["ana", "bo", "ghost"]


def test_ordinary_callers_learn_of_themselves_only(acme: Served) -> None:
    checks = [{"username": name, "purpose": CHURN_ID} for name in ("bo", "ana", "ghost")]
    decisions = acme.post(CAN, {"checks": checks}, as_="bo").json()["decisions"]
    assert decisions[0]["allowed"] is False
    assert [each["error"]["code"] for each in decisions[1:]] == ["forbidden", "forbidden"]
    assert not AccessAudit.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (None, "checks"),
        ({}, "checks"),
        ({"checks": []}, "checks"),
        ({"checks": [{"username": "a", "purpose": "b"}] * 1001}, "checks"),
        ({"checks": [{"username": "a", "purpose": "b"}, 7]}, "checks[1]"),
        ({"checks": [{"username": "a"}]}, "checks[0]"),
        ({"checks": [{"username": "a", "purpose": "b", "persona": "c"}]}, "checks[0]"),
        ({"checks": [{"username": " ", "purpose": "b"}]}, "checks[0].username"),
        ({"checks": [{"username": "a", "purpose": 7}]}, "checks[0].purpose"),
        ({"checks": [{"username": "a", "purpose": "b", "mode": ["x"]}]}, "checks[0].mode"),
        ({"checks": [{"username": "a\0", "purpose": "b"}]}, "checks[0].username"),
    ],
)
def test_a_body_that_cannot_be_read_is_400_and_says_where(acme: Served, body: Any, field: str) -> None:
    response = acme.post(CAN, body, as_="olga")
    assert response.status_code == 400
    assert [each["field"] for each in response.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "query", ["", "purpose=a&persona=b", "purpose=", "purpose=a&username=%20", "purpose=a&x=1"]
)
def test_a_question_that_cannot_be_read_is_400(acme: Served, query: str) -> None:
    assert acme.get(f"{CAN}?{query}", as_="olga").status_code == 400
