"""GET /api/meta/access/differences: where the modes disagree, for one user or everybody."""

from typing import Any

import pytest

from purposeapp.models import AccessAudit
from tests import world
from tests.conftest import Serve, Served

DIFFERENCES = "/api/meta/access/differences"
CHURN, OLD = world.purpose("Churn"), world.purpose("Old", isAccessControlEnabled=False)
PEOPLE = [
    world.person("ana", "eng", roles=["analyst"]),
    world.person("bo", "risk"),
    world.person("dora", "eng", enabled=False),
    world.person("olga", roles=["access-auditor"]),
]
DOCUMENTS = [
    CHURN,
    OLD,
    world.policy("read", on=CHURN, groups=["eng"]),
    world.policy("analysts", on=CHURN, roles=["access-auditor"]),
    world.policy("not risk", on=CHURN, groups=["risk"], type="deny"),
    world.policy("was", on=OLD, users=["ana"]),
]


@pytest.fixture
def acme(serve: Serve) -> Served:
    return serve(PEOPLE, DOCUMENTS)


def told(answer: Any) -> list[tuple[str, str, str, bool]]:
    assert answer.status_code == 200, answer.content
    return [
        (each["username"], each["purposeName"], each["cause"], each["effective"])
        for each in answer.json()["differences"]
    ]


def test_everybody_with_the_cause_of_each(acme: Served) -> None:
    answer = acme.get(DIFFERENCES, as_="olga")
    assert told(answer) == [
        ("olga", "Churn", "by_role", True),
        ("dora", "Churn", "user_disabled", False),
        ("bo", "Churn", "only_denies", False),
        ("ana", "Old", "purpose_disabled", False),
    ]
    body = answer.json()
    assert body["counts"] == {"by_role": 1, "purpose_disabled": 1, "user_disabled": 1, "only_denies": 1}
    assert [policy["name"] for policy in body["differences"][2]["policies"]] == ["not risk"]
    assert body["differences"][2]["sentence"] == "Only denies name the user"


def test_filters_and_pages(acme: Served) -> None:
    assert told(acme.get(f"{DIFFERENCES}?purpose={OLD['__guid']}", as_="olga")) == [
        ("ana", "Old", "purpose_disabled", False)
    ]
    some = f"{DIFFERENCES}?cause=only_denies,by_role&limit=1"
    first = acme.get(some, as_="olga")
    assert (told(first)[0][2], first.json()["total"]) == ("by_role", 2)
    second = acme.get(f"{some}&cursor={first.json()['next']}", as_="olga")
    assert (told(second)[0][2], second.json()["next"]) == ("only_denies", None)
    other = acme.get(f"{DIFFERENCES}?cursor={first.json()['next']}", as_="olga")
    assert (other.status_code, other.json()["code"]) == (400, "invalid_cursor")
    assert acme.get(f"{DIFFERENCES}?cause=magic", as_="olga").status_code == 400
    assert acme.get(f"{DIFFERENCES}?purpose=nothing", as_="olga").status_code == 404


def test_about_one_user(acme: Served) -> None:
    assert told(acme.get(f"{DIFFERENCES}?username=bo", as_="olga")) == [("bo", "Churn", "only_denies", False)]
    assert told(acme.get(f"{DIFFERENCES}?username=bo", as_="bo")) == [("bo", "Churn", "only_denies", False)]
    assert acme.get(f"{DIFFERENCES}?username=ghost", as_="olga").status_code == 404
    looks = AccessAudit.objects.order_by("id").values_list("subject_username", "action")
    assert list(looks) == [("bo", "differences"), ("ghost", "differences")]


def test_only_auditors_ask_about_others(acme: Served) -> None:
    for question in ("", "?username=ana"):
        assert acme.get(f"{DIFFERENCES}{question}", as_="bo").status_code == 403
    assert acme.get(DIFFERENCES).status_code == 401
