"""POST /api/meta/access/simulate: shape, pages, permissions."""

import time
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from purposeapp.directory.djangoauth import DjangoDirectory
from purposeapp.models import AccessAudit
from tests import world
from tests.conftest import Serve, Served

SIMULATE = "/api/meta/access/simulate"
CHURN, PAY = world.purpose("Churn"), world.purpose("Pay", displayName="Payroll")
READ_CHURN = world.policy("read churn", on=CHURN, groups=["eng"])
PAY_ID = PAY["__guid"]
DISABLE = {"op": "disable_policy", "guid": READ_CHURN["__guid"]}
OPEN_PAY = {
    "op": "put_policy",
    "policy": {"type": "allow", "purpose": PAY_ID, "groups": ["public"], "actions": ["select"]},
}


@pytest.fixture
def acme(serve: Serve) -> Served:
    people = [
        world.person("ana", "eng"),
        world.person("bo"),
        world.person("dora", "eng", enabled=False),
        world.person("olga", roles=["access-auditor"]),
    ]
    return serve(people, [CHURN, PAY, READ_CHURN])


def test_shape(acme: Served) -> None:
    body = acme.post(SIMULATE, {"changes": [DISABLE, OPEN_PAY]}, as_="olga").json()
    pay = {"purpose": PAY_ID, "purposeName": "Payroll"}
    assert body["gained"] == [{"username": name, **pay} for name in ("ana", "bo", "olga")]
    assert body["lost"] == [{"username": "ana", "purpose": CHURN["__guid"], "purposeName": "Churn"}]
    assert body["totals"] == {"gained": 3, "lost": 1, "users": 3, "purposes": 2}
    assert body["topPurposes"] == [
        {"id": PAY_ID, "name": "Pay", "gained": 3, "lost": 0},
        {"id": CHURN["__guid"], "name": "Churn", "gained": 0, "lost": 1},
    ]
    assert body["topUsers"][0] == {"id": "ana", "name": "ana", "gained": 1, "lost": 1}
    assert (body["notes"], body["next"]) == ([], None)
    assert body["revision"]
    assert body["asOf"]


def test_nothing_is_written(acme: Served) -> None:
    before = acme.get("/api/meta/purposes/accessible", as_="ana").json()
    acme.post(SIMULATE, {"changes": [DISABLE, OPEN_PAY]}, as_="olga")
    assert acme.get("/api/meta/purposes/accessible", as_="ana").json() == before


def test_listed_mode(acme: Served) -> None:
    assert (
        acme.post(SIMULATE, {"changes": [DISABLE], "mode": "listed"}, as_="olga").json()["totals"]["lost"]
        == 0
    )
    body = acme.post(
        SIMULATE, {"changes": [{**DISABLE, "op": "delete_policy"}], "mode": "listed"}, as_="olga"
    ).json()
    assert [each["username"] for each in body["lost"]] == ["ana", "dora"]


@pytest.mark.parametrize("size", [1, 3, 4, 500])
def test_pages_are_the_whole_difference_for_every_size(acme: Served, size: int) -> None:
    question: dict[str, Any] = {"changes": [DISABLE, OPEN_PAY], "limit": size}
    whole: list[tuple[str, str, str]] = []
    while True:
        body = acme.post(SIMULATE, question, as_="olga").json()
        whole += [
            (side, each["username"], each["purpose"]) for side in ("gained", "lost") for each in body[side]
        ]
        if body["next"] is None:
            break
        question["cursor"] = body["next"]
    assert whole == [("gained", name, PAY_ID) for name in ("ana", "bo", "olga")] + [
        ("lost", "ana", CHURN["__guid"])
    ]


@pytest.mark.parametrize("size", [1, 2, 500])
def test_personas_are_told_behind_the_purposes_for_every_size(serve: Serve, size: int) -> None:
    steward = world.persona("Steward", groups=["eng"], displayName="Data steward")
    people = [world.person("ana", "eng"), world.person("bo"), world.person("olga", roles=["access-auditor"])]
    acme = serve(people, [CHURN, READ_CHURN, steward])
    join, leave = (
        {"op": op, "username": name, "name": "eng"}
        for op, name in (("add_group", "bo"), ("remove_group", "ana"))
    )
    question: dict[str, Any] = {"changes": [join, leave], "limit": size}
    told: list[tuple[str, str, str]] = []
    while True:
        body = acme.post(SIMULATE, question, as_="olga").json()
        assert body["totals"] == {"gained": 1, "lost": 1, "users": 2, "purposes": 1}
        assert body["personas"]["totals"] == {"gained": 1, "lost": 1}
        told += [
            (side, each["username"], each["purposeName"])
            for side in ("gained", "lost")
            for each in body[side]
        ]
        personas = body["personas"]
        told += [
            (side, each["username"], each["personaName"])
            for side in ("gained", "lost")
            for each in personas[side]
        ]
        if body["next"] is None:
            break
        question["cursor"] = body["next"]
    assert told == [
        ("gained", "bo", "Churn"),
        ("lost", "ana", "Churn"),
        ("gained", "bo", "Data steward"),
        ("lost", "ana", "Data steward"),
    ]


def test_a_cursor_is_bound_to_the_changes(acme: Served) -> None:
    cursor = acme.post(SIMULATE, {"changes": [DISABLE, OPEN_PAY], "limit": 1}, as_="olga").json()["next"]
    for other in ({"changes": [OPEN_PAY]}, {"changes": [DISABLE, OPEN_PAY], "mode": "listed"}):
        refused = acme.post(SIMULATE, {**other, "cursor": cursor}, as_="olga")
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_cursor")


def test_a_change_that_cannot_be_made_is_named_by_place_and_field(acme: Served) -> None:
    response = acme.post(
        SIMULATE, {"changes": [DISABLE, {"op": "add_group", "username": "x", "name": "y"}]}, as_="olga"
    )
    assert response.status_code == 400
    assert [each["field"] for each in response.json()["errors"]] == ["changes[1].username"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (None, "changes"),
        ([], "changes"),
        ({"changes": []}, "changes"),
        ({"changes": [DISABLE] * 1001}, "changes"),
        ({"changes": [DISABLE], "mode": "x"}, "mode"),
        ({"changes": [DISABLE], "limit": True}, "limit"),
        ({"changes": [DISABLE], "limit": 501}, "limit"),
        ({"changes": [DISABLE], "cursor": 1}, "cursor"),
        ({"changes": [DISABLE], "cursor": "abc"}, "cursor"),
    ],
)
def test_a_body_that_cannot_be_read_is_400(acme: Served, body: Any, field: str) -> None:
    response = acme.post(SIMULATE, body, as_="olga")
    assert response.status_code == 400
    assert [each["field"] for each in response.json()["errors"]] == [field]


def test_only_auditors_may_ask_and_each_question_is_written_down(acme: Served) -> None:
    change = {"op": "add_group", "username": "bo", "name": "eng"}
    assert acme.post(SIMULATE, {"changes": [change]}, as_="ana").status_code == 403
    assert not AccessAudit.objects.exists()
    acme.post(SIMULATE, {"changes": [change]}, as_="olga")
    look = AccessAudit.objects.get()
    assert (look.action, look.actor_username) == ("simulate", "olga")
    assert look.detail == {"changes": 1, "ops": ["add_group"], "usernames": ["bo"]}


def test_what_no_database_could_keep_is_refused_and_not_kept(acme: Served) -> None:
    changes = [{"op": "add_group", "username": "a\0", "name": "eng"}, {"op": ["x"], "username": {}}]
    assert acme.post(SIMULATE, {"changes": changes}, as_="olga").status_code == 400
    assert AccessAudit.objects.get().detail == {"changes": 2, "ops": ["add_group"], "usernames": []}


def test_staff_need_the_permission_to_simulate(serve: Serve) -> None:
    def staff(username: str, *codenames: str) -> User:
        user = User.objects.create_user(username, is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        return user

    users = [
        staff("watcher", "view_any_access"),
        staff("planner", "view_any_access", "simulate"),
        staff("nobody", "simulate"),
    ]
    served = serve([], [CHURN, PAY, READ_CHURN], directory=DjangoDirectory("default"))
    statuses = []
    for user in users:
        token = served.issuer.issue(subject=str(user.pk), username=user.username, now=time.time())
        response = served.post(SIMULATE, {"changes": [DISABLE]}, Authorization=f"Bearer {token}")
        statuses.append(response.status_code)
    assert statuses == [403, 200, 403]
