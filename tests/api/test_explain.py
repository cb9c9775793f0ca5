"""GET /api/meta/access/explain: the shape, who may ask, what is recorded, and the words."""

from typing import Any
from urllib.parse import urlencode

import pytest

from purposeapp.domain.model import Group, Role
from purposeapp.domain.realm import Member, Realm
from purposeapp.models import AccessAudit
from purposeapp.policyindex.base import PolicyIndex
from tests import world
from tests.conftest import Serve, Served
from tests.contract.policyindex_rows import MakeIndex

EXPLAIN = "/api/meta/access/explain"
NOON = "2026-06-15T12:00:00Z"

PURPOSES = {
    "Gone": world.purpose("Gone", state="DELETED"),
    "Closed": world.purpose("Closed", isAccessControlEnabled=False),
    **{name: world.purpose(name) for name in ("Churn", "Salaries", "Autumn", "Hers", "Nobody's")},
}
AUTUMN = world.schedule("2026/09/01 00:00:00", "9999/12/31 23:59:59")


def on(name: str, policy: str, **attributes: Any) -> world.Document:
    return world.policy(policy, on=PURPOSES[name], **attributes)


def documents() -> list[world.Document]:
    return [
        *PURPOSES.values(),
        on("Churn", "read churn", groups=["data"]),
        on("Churn", "analysts read churn", roles=["analyst"], actions=["select"]),
        on("Churn", "everybody is masked", groups=["public"], type="dataMask", isPolicyEnabled=False),
        on("Salaries", "read salaries", groups=["data"], actions=["select"]),
        on("Salaries", "quiet period", groups=["data"], type="deny", actions=["select"]),
        on("Autumn", "from autumn on", users=["ana"], policyValiditySchedule=[AUTUMN]),
        on("Closed", "read closed", groups=["data"]),
        on("Gone", "left over", groups=["data"]),
        on("Hers", "only her", users=["ana"]),
        on("Nobody's", "for ops", groups=["ops"]),
        world.persona("Analysts", groups=["data"]),
        world.persona("Operators", groups=["ops"]),
    ]  # fmt: skip


REALM = Realm(
    groups={
        "eng": Group("eng", "eng", "/eng"),
        "data": Group("data", "data", "/eng/data"),
        "ops": Group("ops", "ops", "/ops"),
    },
    roles={name: Role(name, name) for name in ("engineer", "analyst", "access-auditor")},
    parents={"data": "eng"},
    group_roles={"eng": ("engineer",)},
    composites={"engineer": ("analyst",)},
)
PEOPLE = {
    member.username: REALM.person(member)
    for member in (
        Member("u-ana", "ana", groups=("data",)),
        Member("u-bob", "bob", groups=("ops",)),
        Member("u-olga", "olga", roles=("access-auditor",)),
        Member("u-dora", "dora", enabled=False, groups=("data",)),
    )
}


@pytest.fixture(scope="module")
def index(make_index: MakeIndex) -> PolicyIndex:
    return make_index(documents())


@pytest.fixture
def acme(index: PolicyIndex, serve: Serve) -> Served:
    """Ana is in /eng/data, which is in /eng, whose role contains another; Bob is in ops, Olga audits, Dora has left."""
    return serve(PEOPLE.values(), policies=index)


def purpose(name: str, **more: str) -> str:
    return asking(purpose=PURPOSES[name]["__guid"], **more)


def persona(name: str, **more: str) -> str:
    return asking(persona=world.guid_of("persona", name), **more)


def asking(**parameters: str) -> str:
    return f"{EXPLAIN}?{urlencode({'at': NOON, **parameters})}"


def about_ana(acme: Served, name: str, **more: str) -> dict[str, Any]:
    """What Olga, who audits, is told of Ana and a purpose."""
    return answer(acme.get(purpose(name, username="ana", **more), as_="olga"))


def answer(response: Any) -> dict[str, Any]:
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def names(path: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(node["kind"], node["name"]) for node in path]


def changes(options: list[dict[str, Any]]) -> list[list[tuple[str, str]]]:
    return [
        [(change["op"], change.get("name") or change.get("until") or "") for change in option["change"]]
        for option in options
    ]


def test_what_is_seen_comes_with_every_way_and_what_would_revoke_it(acme: Served) -> None:
    body = about_ana(acme, "Churn")
    assert body["username"] == "ana"
    assert body["resource"] == {
        "type": "purpose", "id": PURPOSES["Churn"]["__guid"], "name": "Churn", "isEnabled": True, "isDeleted": False,
    }  # fmt: skip
    assert body["decision"] == {"listed": True, "effective": True}
    assert [names(path) for path in body["paths"]] == [
        [("user", "ana"), ("group", "/eng/data"), ("policy", "read churn"), ("purpose", "Churn")],
        [
            ("user", "ana"), ("group", "/eng/data"), ("group", "/eng"), ("role", "engineer"), ("role", "analyst"),
            ("policy", "analysts read churn"), ("purpose", "Churn"),
        ],
    ]  # fmt: skip
    assert len(body["listedPaths"]) == 2
    assert changes(body["cutSet"]) == [[("remove_group", "/eng/data")]]
    assert body["cutSet"][0]["sentence"] == "Take ana out of the group “/eng/data”."
    assert body["nearest"] == []
    assert (body["pathsComplete"], body["cutSetMinimal"]) == (True, True)


def test_every_policy_has_its_verdict(acme: Served) -> None:
    verdicts = {each["name"]: each for each in about_ana(acme, "Churn")["policies"]}
    assert set(verdicts) == {"read churn", "analysts read churn", "everybody is masked"}
    by_role = verdicts["analysts read churn"]
    assert (by_role["matched"], by_role["counts"], by_role["listed"]) == (True, True, False)
    assert by_role["via"] == [
        {"via": "role", "name": "analyst", "chains": [["/eng/data", "/eng", "engineer", "analyst"]]}
    ]
    assert by_role["because"] == "allows select and nothing refuses it"
    assert by_role["actions"] == ["select"]
    off = verdicts["everybody is masked"]
    assert (off["counts"], off["listed"], off["isEnabled"]) == (False, True, False)
    assert [failure["code"] for failure in off["failures"]] == ["policy_disabled"]


def test_a_deny_that_beats_is_named_and_the_ways_around_it_are_suggested(acme: Served) -> None:
    body = about_ana(acme, "Salaries")
    assert body["decision"] == {"listed": True, "effective": False}
    assert body["cutSet"] == body["paths"] == []
    read = next(each for each in body["policies"] if each["name"] == "read salaries")
    deny = {"guid": world.guid_of("policy", "quiet period"), "name": "quiet period"}
    assert read["beatenBy"] == [deny]
    assert read["failures"] == [
        {"code": "beaten", "sentence": "it is beaten by “quiet period”", "by": [deny]}
    ]
    assert changes(body["nearest"]) == [[("disable_policy", "quiet period")]]
    assert body["sentences"] == [
        "ana does not see the purpose “Salaries”.",
        "The listed mode shows it: a user name or a group is on the list.",
        "The policy “quiet period” names the group “data” and refuses select.",
        "The policy “read salaries” names the group “data”, but gives nothing: it is beaten by “quiet period”.",
        "To give it: disable the policy “quiet period”.",
    ]


def test_a_schedule_that_has_not_begun_says_when(acme: Served) -> None:
    body = about_ana(acme, "Autumn")
    (verdict,) = body["policies"]
    assert verdict["failures"] == [
        {
            "code": "not_yet",
            "sentence": "its schedule begins on 2026-09-01 00:00:00 UTC",
            "until": "2026-09-01T00:00:00+00:00",
        }
    ]
    assert verdict["schedule"] == [{"start": "2026-09-01T00:00:00+00:00", "end": None}]
    assert changes(body["nearest"]) == [[("wait", "2026-09-01T00:00:00+00:00")]]
    for later in ("2026-09-01T02:00:00+02:00", "1788220800"):
        assert about_ana(acme, "Autumn", at=later)["decision"]["effective"]


def test_a_disabled_purpose(acme: Served) -> None:
    body = about_ana(acme, "Closed")
    assert [failure["code"] for failure in body["failures"]] == ["purpose_disabled"]
    assert changes(body["nearest"]) == [[("enable_purpose", "Closed")]]


def test_nobody_is_named(acme: Served) -> None:
    body = about_ana(acme, "Nobody's")
    assert body["decision"] == {"listed": False, "effective": False}
    assert [failure["code"] for failure in body["failures"]] == ["not_named"]
    policy = world.guid_of("policy", "for ops")
    assert [option["change"] for option in body["nearest"]] == [
        [{"op": "add_group", "username": "ana", "name": "/ops", "id": "ops"}],
        [{"op": "name_user", "username": "ana", "guid": policy, "name": "for ops"}],
    ]
    assert body["sentences"] == [
        "ana does not see the purpose “Nobody's”.",
        "It does not name the user: neither by name nor by a group or a role.",
        "To give it: add ana to the group “/ops”, or name ana in “for ops”.",
    ]


def test_a_deleted_purpose_is_explained_while_policies_of_it_are_left(acme: Served) -> None:
    body = answer(acme.get(purpose("Gone"), as_="ana"))
    assert body["resource"]["isDeleted"]
    assert body["decision"] == {"listed": False, "effective": False}
    assert [(each["name"], each["because"]) for each in body["policies"]] == [
        ("left over", "its purpose is deleted")
    ]
    missing = acme.get(purpose("Gone"), as_="bob")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_purpose")


@pytest.mark.parametrize("name", ["Salaries", "Closed", "Nobody's"])
def test_the_simulation_takes_the_suggestions_and_agrees(acme: Served, name: str) -> None:
    for option in answer(acme.get(asking(purpose=PURPOSES[name]["__guid"], username="ana"), as_="olga"))[
        "nearest"
    ]:
        response = acme.post("/api/meta/access/simulate", {"changes": option["change"]}, as_="olga")
        gained = [(each["username"], each["purpose"]) for each in answer(response)["gained"]]
        assert ("ana", PURPOSES[name]["__guid"]) in gained, option["sentence"]


@pytest.mark.parametrize(("name", "op"), [("Churn", "remove_group"), ("Hers", "unname_user")])
def test_the_simulation_takes_the_cut_and_agrees(acme: Served, name: str, op: str) -> None:
    cut = [change for each in about_ana(acme, name)["cutSet"] for change in each["change"]]
    assert [change["op"] for change in cut] == [op]
    lost = answer(acme.post("/api/meta/access/simulate", {"changes": cut}, as_="olga"))["lost"]
    assert ("ana", PURPOSES[name]["__guid"]) in [(each["username"], each["purpose"]) for each in lost]


def test_personas(acme: Served) -> None:
    had = answer(acme.get(persona("Analysts", username="ana"), as_="olga"))
    assert (had["decision"], had["policies"]) == ({"listed": True, "effective": True}, [])
    assert had["via"] == [{"via": "group", "name": "data", "chains": []}]
    assert [names(path) for path in had["paths"]] == [
        [("user", "ana"), ("group", "/eng/data"), ("persona", "Analysts")]
    ]
    assert changes(had["cutSet"]) == [[("remove_group", "/eng/data")]]
    not_had = answer(acme.get(persona("Operators", username="ana"), as_="olga"))
    assert not not_had["decision"]["effective"]
    assert changes(not_had["nearest"])[0] == [("add_group", "/ops")]
    assert acme.get(asking(persona="nothing"), as_="ana").json()["code"] == "unknown_persona"


def test_somebody_disabled_sees_nothing_and_it_is_said(acme: Served) -> None:
    body = answer(acme.get(purpose("Churn", username="dora"), as_="olga"))
    assert (body["disabled"], body["decision"]) == (True, {"listed": True, "effective": False})
    assert changes(body["nearest"]) == [[("enable_user", "")]]
    assert not any(each["counts"] for each in body["policies"])


def test_others_are_told_only_what_concerns_themselves(acme: Served) -> None:
    churn = answer(acme.get(purpose("Churn"), as_="ana"))
    assert churn["decision"] == {"listed": True, "effective": True}
    assert len(churn["policies"]) == 3
    salaries = answer(acme.get(purpose("Salaries"), as_="ana"))
    assert changes(salaries["nearest"]) == [[("disable_policy", "quiet period")]]
    mine = answer(acme.get(purpose("Churn"), as_="bob"))
    assert [each["name"] for each in mine["policies"]] == ["everybody is masked"]
    assert changes(mine["nearest"]) == [[("enable_policy", "everybody is masked")]]
    for question in (purpose("Nobody's"), persona("Operators")):
        body = answer(acme.get(question, as_="ana"))
        assert body["decision"] == {"listed": False, "effective": False}
        assert (body["resource"]["name"], body["policies"], body["nearest"]) == ("", [], [])
        assert "ops" not in str(body).lower()


def test_who_may_ask_and_what_is_written_down(acme: Served) -> None:
    refused = acme.get(purpose("Churn", username="ana"), as_="bob")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert acme.get(purpose("Churn", username="ana")).status_code == 401
    assert answer(acme.get(purpose("Churn", username="ANA"), as_="olga"))["username"] == "ana"
    assert acme.get(asking(purpose="nothing", username="ana"), as_="olga").status_code == 404
    assert acme.get(purpose("Churn", username="ghost"), as_="olga").json()["code"] == "unknown_user"
    looks = AccessAudit.objects.order_by("pk")
    assert [(look.action, look.subject_username, look.detail["purpose"]) for look in looks] == [
        ("explain", "ana", PURPOSES["Churn"]["__guid"]),
        ("explain", "ana", "nothing"),
        ("explain", "ghost", PURPOSES["Churn"]["__guid"]),
    ]


def test_groups_narrow_and_auditors_may_suppose_some(acme: Served) -> None:
    narrowed = answer(acme.get(purpose("Churn", groups="none"), as_="ana"))
    assert narrowed["decision"] == {"listed": True, "effective": False}
    supposed = answer(acme.get(purpose("Nobody's", username="stranger", groups="ops"), as_="olga"))
    assert supposed["decision"]["effective"]
    assert [names(path)[:2] for path in supposed["paths"]] == [[("user", "stranger"), ("group", "ops")]]


@pytest.mark.parametrize(
    "query",
    [
        "", "purpose=a&persona=b", "purpose=", "purpose=%00", "purpose=a&at=", "purpose=a&at=nan", "purpose=a&at=1e30",
        "purpose=a&at=-1", "purpose=a&at=2026-06-15T12:00:00", "purpose=a&at=yesterday", "purpose=a&mode=listed",
    ],
)  # fmt: skip
def test_questions_that_are_wrong(acme: Served, query: str) -> None:
    response = acme.get(f"{EXPLAIN}?{query}", as_="ana")
    assert (response.status_code, response.json()["code"]) == (400, "invalid_request")


def test_an_unchanged_explanation_is_not_sent_again(acme: Served) -> None:
    first = acme.get(purpose("Churn"), as_="ana")
    assert acme.get(purpose("Churn"), as_="ana", If_None_Match=first["ETag"]).status_code == 304
