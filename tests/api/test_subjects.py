"""GET /api/meta/{purposes,personas}/<guid>/subjects: who sees it, by what, in pages and as a stream."""

import json
from typing import Any

import pytest

from purposeapp.directory.memory import MemoryDirectory
from purposeapp.models import AccessAudit
from tests import world
from tests.conftest import Serve, Served

CHURN = world.purpose("Churn")
STEWARDS = world.persona("Stewards", groups=["eng"], users=["cy"])
PEOPLE = [
    world.person("ana", "eng", roles=["analyst"]),
    world.person("bo", "eng", "risk"),
    world.person("cy"),
    world.person("dora", "eng", enabled=False),
    world.person("olga", roles=["access-auditor"]),
]
DOCUMENTS = [
    CHURN,
    STEWARDS,
    world.policy("read churn", on=CHURN, groups=["eng", "empty"], users=["cy", "ghost"]),
    world.policy("analysts", on=CHURN, roles=["analyst"], actions=["select"]),
    world.policy("not risk", on=CHURN, groups=["risk"], type="deny"),
]
SUBJECTS = f"/api/meta/purposes/{CHURN['__guid']}/subjects"
HOLDERS = f"/api/meta/personas/{STEWARDS['__guid']}/subjects"
LINES = "application/x-ndjson"


@pytest.fixture
def acme(serve: Serve) -> Served:
    """Engineers and Cy see Churn, but nobody in risk does; Dora has left; Olga audits."""
    return serve(PEOPLE, DOCUMENTS)


def ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [each["id"] for each in response.json()["subjects"]]


def lines(response: Any) -> list[Any]:
    assert response.status_code == 200
    return [json.loads(line) for line in response.getvalue().splitlines()]


def test_users_with_every_way_by_which_they_come(acme: Served) -> None:
    body = acme.get(SUBJECTS, as_="olga").json()
    assert body["subjects"] == [
        {"type": "user", "id": "ana", "via": [{"via": "group", "name": "eng"}, {"via": "role", "name": "analyst"}]},
        {"type": "user", "id": "cy", "via": [{"via": "user", "name": "cy"}]},
    ]  # fmt: skip
    assert (body["total"], body["next"]) == (2, None)
    assert body["counts"] == {"user": 1, "group": 1, "role": 1}
    assert body["asOf"].endswith("+00:00")
    assert body["revision"]


def test_listed_mode_knows_no_denies_no_roles_and_nobody_who_is_disabled(acme: Served) -> None:
    assert ids(acme.get(f"{SUBJECTS}?mode=listed", as_="olga")) == ["ana", "bo", "cy", "dora"]


def test_names_on_the_lists_with_how_many_they_stand_for(acme: Served) -> None:
    body = acme.get(f"{SUBJECTS}?expand=groups", as_="olga").json()
    told = [(each["type"], each["id"], each["members"], each["seeing"]) for each in body["subjects"]]
    assert told == [
        ("user", "cy", 1, 1),
        ("user", "ghost", 0, 0),
        ("group", "empty", 0, 0),
        ("group", "eng", 3, 1),
        ("role", "analyst", 1, 1),
    ]
    assert body["total"] == 5


def test_holders_of_a_persona(acme: Served) -> None:
    assert ids(acme.get(HOLDERS, as_="olga")) == ["ana", "bo", "cy"]
    assert ids(acme.get(f"{HOLDERS}?mode=listed", as_="olga")) == ["ana", "bo", "cy", "dora"]
    assert ids(acme.get(f"{HOLDERS}?expand=groups", as_="olga")) == [
        "cy",
        "eng",
        world.persona_role(STEWARDS),
    ]


def test_everyone_is_everyone(serve: Serve) -> None:
    documents = [CHURN, world.policy("open", on=CHURN, users=["{USER}"], groups=["public"])]
    served = serve(PEOPLE, documents)
    body = served.get(f"{SUBJECTS}?expand=groups", as_="olga").json()
    assert [(each["type"], each["id"], each["members"], each["seeing"]) for each in body["subjects"]] == [
        ("everyone", "public", 5, 4),
        ("everyone", "{USER}", 5, 4),
    ]


def test_search_and_ways_filter_and_the_total_says_so(acme: Served) -> None:
    assert ids(acme.get(f"{SUBJECTS}?q=AN", as_="olga")) == ["ana"]
    assert ids(acme.get(f"{SUBJECTS}?via=user", as_="olga")) == ["cy"]
    assert ids(acme.get(f"{SUBJECTS}?via=role,user", as_="olga")) == ["ana", "cy"]
    assert acme.get(f"{SUBJECTS}?via=public", as_="olga").json()["total"] == 0
    assert ids(acme.get(f"{SUBJECTS}?expand=groups&q=e&via=group", as_="olga")) == ["empty", "eng"]


@pytest.mark.parametrize("expand", ["users", "groups"])
@pytest.mark.parametrize("size", [1, 2, 7, 500])
def test_pages_are_the_whole_list_for_every_size(serve: Serve, expand: str, size: int) -> None:
    people = [world.person(f"user-{number:02}é", "eng") for number in range(23)]
    names = [person.username for person in people]
    documents = [CHURN, world.policy("read", on=CHURN, groups=["eng"], users=names)]
    served = serve([*people, world.person("olga", roles=["access-auditor"])], documents)
    seen: list[str] = []
    cursor = ""
    while True:
        body = served.get(f"{SUBJECTS}?expand={expand}&limit={size}{cursor}", as_="olga").json()
        seen += [each["id"] for each in body["subjects"]]
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"
    assert seen == (names if expand == "users" else [*names, "eng"])


def test_a_cursor_is_bound_to_its_question(acme: Served) -> None:
    cursor = acme.get(f"{SUBJECTS}?limit=1", as_="olga").json()["next"]
    assert ids(acme.get(f"{SUBJECTS}?limit=9&cursor={cursor}", as_="olga")) == ["cy"]
    for other in (
        f"{HOLDERS}?",
        f"{SUBJECTS}?mode=listed&",
        f"{SUBJECTS}?expand=groups&",
        f"{SUBJECTS}?q=a&",
    ):
        refused = acme.get(f"{other}cursor={cursor}", as_="olga")
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_cursor")


def test_a_stream_has_everybody_and_ends_with_the_count(acme: Served) -> None:
    response = acme.get(f"{SUBJECTS}?mode=listed&limit=1", as_="olga", Accept=LINES)
    assert response["Content-Type"] == LINES
    assert response["Cache-Control"] == "no-store"
    *subjects, end = lines(response)
    assert [each["id"] for each in subjects] == ["ana", "bo", "cy", "dora"]
    assert end == {"type": "end", "total": 4, "revision": response["X-Access-Revision"]}
    *names, end = lines(acme.get(f"{SUBJECTS}?expand=groups", as_="olga", Accept=LINES))
    assert (len(names), end["total"]) == (5, 5)


def test_only_auditors_may_ask_and_each_question_is_written_down(acme: Served) -> None:
    refused = acme.get(SUBJECTS, as_="ana")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert not AccessAudit.objects.exists()
    acme.get(SUBJECTS, as_="olga")
    acme.get(HOLDERS, as_="olga")
    assert [
        (each.action, each.actor_username, each.detail) for each in AccessAudit.objects.order_by("pk")
    ] == [
        ("subjects", "olga", {"purpose": CHURN["__guid"]}),
        ("subjects", "olga", {"persona": STEWARDS["__guid"]}),
    ]


def test_what_is_not_there_is_not_found(acme: Served) -> None:
    unknown = acme.get("/api/meta/purposes/nobody/subjects", as_="olga")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_purpose")
    unknown = acme.get(f"/api/meta/personas/{CHURN['__guid']}/subjects", as_="olga")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_persona")


@pytest.mark.parametrize(
    "query", ["limit=0", "expand=all", "via=email", "mode=both", "q=%00", "x=1", "cursor=abc"]
)
def test_wrong_parameters_are_400_and_named(acme: Served, query: str) -> None:
    response = acme.get(f"{SUBJECTS}?{query}", as_="olga")
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == query.partition("=")[0]


def test_hostile_addresses(acme: Served) -> None:
    for guid in ("%00", "..%2F..", "a%22b", "%F0%9F%92%A9", "x" * 4_000):
        assert acme.get(f"/api/meta/purposes/{guid}/subjects", as_="olga").status_code in (400, 404)


def test_after_a_change_those_who_ask_for_full_consistency_see_it(serve: Serve) -> None:
    class Growing(MemoryDirectory):
        """Somebody new is there whenever everybody is asked for."""

        def members(self, after: str = "", *, limit: int) -> Any:
            if not after:
                number = len(self._by_username)
                new = world.person(f"new-{number}", "eng")
                self._by_username[new.username] = self._by_id[new.id] = new
            return super().members(after, limit=limit)

    served = serve(PEOPLE, DOCUMENTS, directory=Growing(PEOPLE))
    assert ids(served.get(SUBJECTS, as_="olga")) == ["ana", "cy", "new-5"]
    assert ids(served.get(SUBJECTS, as_="olga")) == ["ana", "cy", "new-5"]
    assert ids(served.get(f"{SUBJECTS}?consistency=full", as_="olga")) == ["ana", "cy", "new-5", "new-6"]
