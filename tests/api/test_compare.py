"""GET /api/meta/access/compare: two people beside each other."""

import pytest

from purposeapp.models import AccessAudit
from tests import world
from tests.conftest import Serve, Served

COMPARE = "/api/meta/access/compare"
CHURN, PAY, OPEN = world.purpose("Churn"), world.purpose("Pay"), world.purpose("All hands")


@pytest.fixture
def acme(serve: Serve) -> Served:
    """Everybody sees All hands, engineers Churn, analysts Pay; Bo is refused Churn."""
    people = [
        world.person("ana", "eng", "all", roles=["analyst"]),
        world.person("bo", "eng", "risk"),
        world.person("dora", "eng", enabled=False),
        world.person("olga", roles=["access-auditor"]),
    ]
    documents = [
        CHURN,
        PAY,
        OPEN,
        world.policy("read churn", on=CHURN, groups=["eng"]),
        world.policy("not bo", on=CHURN, users=["bo"], type="deny"),
        world.policy("pay", on=PAY, roles=["analyst"]),
        world.policy("open", on=OPEN, groups=["public"]),
        world.persona("Stewards", groups=["eng"]),
        world.persona("Watchers", groups=["risk"]),
    ]
    return serve(people, documents)


def test_both_and_only_one_of_them_with_reasons_for_and_against(acme: Served) -> None:
    body = acme.get(f"{COMPARE}?left=ANA&right=bo", as_="olga").json()
    assert (body["left"], body["right"]) == (
        {"username": "ana", "disabled": False},
        {"username": "bo", "disabled": False},
    )
    assert [each["name"] for each in body["both"]] == ["All hands"]
    assert [each["name"] for each in body["onlyLeft"]] == ["Churn", "Pay"]
    assert body["onlyRight"] == []
    churn, pay = body["onlyLeft"]
    assert [(each["policy"]["name"], each["counts"]) for each in churn["left"]] == [("read churn", True)]
    assert [(each["policy"]["name"], each["via"], each["counts"]) for each in churn["right"]] == [
        ("not bo", "user", False),
        ("read churn", "group", False),
    ]
    assert churn["right"][1]["because"] == "beaten by deny policy 'not bo'"
    assert (pay["left"][0]["name"], pay["right"]) == ("analyst", [])
    assert body["revision"]


def test_personas_groups_and_roles_are_split_too(acme: Served) -> None:
    body = acme.get(f"{COMPARE}?left=ana&right=bo", as_="olga").json()
    assert [each["name"] for each in body["personas"]["both"]] == ["Stewards"]
    assert [each["name"] for each in body["personas"]["onlyRight"]] == ["Watchers"]
    assert body["groups"] == {"both": ["/eng"], "onlyLeft": ["/all"], "onlyRight": ["/risk"]}
    assert body["roles"] == {"both": [], "onlyLeft": ["analyst"], "onlyRight": []}


def test_listed_mode_and_somebody_disabled(acme: Served) -> None:
    listed = acme.get(f"{COMPARE}?left=ana&right=dora&mode=listed", as_="olga").json()
    assert [each["name"] for each in listed["both"]] == ["All hands", "Churn"]
    effective = acme.get(f"{COMPARE}?left=ana&right=dora", as_="olga").json()
    assert (effective["both"], effective["right"]["disabled"]) == ([], True)


def test_only_auditors_may_ask_and_each_look_is_written_down(acme: Served) -> None:
    assert acme.get(f"{COMPARE}?left=bo&right=ana", as_="bo").status_code == 403
    assert not AccessAudit.objects.exists()
    assert acme.get(f"{COMPARE}?left=ana&right=bo", as_="olga").status_code == 200
    assert acme.get(f"{COMPARE}?left=olga&right=ghost", as_="olga").json()["code"] == "unknown_user"
    looks = [(each.action, each.subject_username) for each in AccessAudit.objects.order_by("pk")]
    assert looks == [("compare", "ana"), ("compare", "bo"), ("compare", "ghost")]


@pytest.mark.parametrize(
    "query", ["left=ana", "left=ana&right=", "left=a%00&right=b", "left=a&right=b&mode=x", "x=1"]
)
def test_a_question_that_cannot_be_read_is_400(acme: Served, query: str) -> None:
    assert acme.get(f"{COMPARE}?{query}", as_="olga").status_code == 400


def test_a_user_before_and_while_a_schedule_holds_and_after_it(serve: Serve) -> None:
    june = world.schedule("2026/06/01 00:00:00", "2026/06/30 23:59:59")
    documents = [CHURN, world.policy("june", on=CHURN, groups=["eng"], policyValiditySchedule=[june])]
    served = serve([world.person("ana", "eng"), world.person("olga", roles=["access-auditor"])], documents)

    def sides(left: str, right: str, mode: str = "effective") -> list[int]:
        query = f"left=ana&right=ana&leftAt={left}&rightAt={right}&mode={mode}"
        body = served.get(f"{COMPARE}?{query}", as_="olga").json()
        assert body["history"] == "schedules"
        return [len(body[side]) for side in ("both", "onlyLeft", "onlyRight")]

    before, within, after = "2026-05-31T23:59:59Z", "1781524800", "2026-07-01T00:00:00Z"
    assert sides(before, within) == [0, 0, 1]
    assert sides(within, after) == [0, 1, 0]
    assert sides(before, after) == [0, 0, 0]
    assert sides(within, within) == [1, 0, 0]
    assert sides(before, within, mode="listed") == [1, 0, 0]  # which does not look at schedules


def test_one_moment_stands_beside_now(acme: Served) -> None:
    body = acme.get(f"{COMPARE}?left=ana&right=ana&rightAt=2026-06-15T12:00:00Z", as_="olga").json()
    assert "at" not in body["left"]
    assert body["right"] == {"username": "ana", "disabled": False, "at": "2026-06-15T12:00:00+00:00"}
    assert "history" not in acme.get(f"{COMPARE}?left=ana&right=ana", as_="olga").json()


@pytest.mark.parametrize("at", ["", "yesterday", "2026-06-15T12:00:00", "-1", "nan"])
def test_what_is_no_moment_is_400(acme: Served, at: str) -> None:
    answer = acme.get(f"{COMPARE}?left=ana&right=ana&rightAt={at}", as_="olga")
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (400, ["rightAt"])
