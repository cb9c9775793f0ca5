"""GET /api/meta/{purposes,personas}/accessible: modes, filters, cursors, reasons, conditional requests."""

from typing import Any

import pytest

from purposeapp.models import AccessAudit
from purposeapp.policyindex.base import PolicyIndex
from tests import world
from tests.conftest import Serve, Served
from tests.contract.policyindex_rows import MakeIndex

PURPOSES, PERSONAS = "/api/meta/purposes/accessible", "/api/meta/personas/accessible"


PEOPLE = [
    world.person("ana", "eng", roles=["analyst"]),
    world.person("bob"),
    world.person("olga", roles=["access-auditor"]),
    world.person("dora", "eng", enabled=False),
]


def documents() -> list[world.Document]:
    churn = world.purpose(
        "Churn", displayName="Customer churn", description="Who leaves us", purposeClassifications=["PII"]
    )
    salaries = world.purpose("Salaries", purposeClassifications=["HR"], __modificationTimestamp=1)
    everybody = world.purpose("Everybody", displayName="all hands", purposeClassifications=[])
    return [
        churn, salaries, everybody,
        world.policy("read churn", on=churn, groups=["eng"]),
        world.policy("analysts read churn", on=churn, roles=["analyst"], actions=["select"]),
        world.policy("no salaries", on=salaries, groups=["eng"], type="deny"),
        world.policy("open", on=everybody, users=["{USER}"]),
        world.persona("Engineers", groups=["eng"]),
        world.persona("Analysts", users=["ana"], displayName="All analysts", description="They count"),
        world.persona("Retired", users=["ana"], isAccessControlEnabled=False),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def index(make_index: MakeIndex) -> PolicyIndex:
    """The same documents in each backend: memory, Elasticsearch, SQLite, PostgreSQL."""
    return make_index(documents())


@pytest.fixture
def acme(index: PolicyIndex, serve: Serve) -> Served:
    """Ana is an analyst in eng, Bob is nobody special, Olga audits, Dora has left."""
    return serve(PEOPLE, policies=index)


def names(response: Any, key: str = "purposes") -> list[str]:
    assert response.status_code == 200, response.content
    return [item["name"] for item in response.json()[key]]


def test_effective_is_the_default_and_listed_is_the_other(acme: Served) -> None:
    assert names(acme.get(PURPOSES, as_="ana")) == ["Everybody", "Churn"]
    assert names(acme.get(f"{PURPOSES}?mode=listed", as_="ana")) == ["Churn", "Salaries"]


def test_shape(acme: Served) -> None:
    response = acme.get(PURPOSES, as_="ana")
    body = response.json()
    assert set(body) == {"purposes", "total", "next", "revision", "validUntil"}
    assert (body["total"], body["next"], body["validUntil"]) == (2, None, None)
    assert response["X-Access-Revision"] == body["revision"]
    assert set(body["purposes"][0]) == {
        "id", "name", "displayName", "description", "qualifiedName", "classifications", "isEnabled",
        "createdBy", "updatedBy", "createTime", "updateTime",
    }  # fmt: skip


def test_fields_choose_and_unknown_ones_are_refused(acme: Served) -> None:
    purpose = acme.get(f"{PURPOSES}?fields=name,isEnabled", as_="ana").json()["purposes"][0]
    assert set(purpose) == {"id", "name", "isEnabled"}
    refused = acme.get(f"{PURPOSES}?fields=secret", as_="ana")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "fields"


def test_search_and_classification(acme: Served) -> None:
    assert names(acme.get(f"{PURPOSES}?q=LEAVES%20us", as_="ana")) == ["Churn"]
    assert names(acme.get(f"{PURPOSES}?classification=PII", as_="ana")) == ["Churn"]
    assert names(acme.get(f"{PURPOSES}?classification=pii", as_="ana")) == []
    assert acme.get(f"{PURPOSES}?q=nothing", as_="ana").json()["total"] == 0


def test_sorts(acme: Served) -> None:
    assert names(acme.get(f"{PURPOSES}?mode=listed&sort=updateTime", as_="ana")) == ["Salaries", "Churn"]
    assert names(acme.get(f"{PURPOSES}?mode=listed&sort=-displayName", as_="ana")) == ["Salaries", "Churn"]
    assert acme.get(f"{PURPOSES}?sort=secret", as_="ana").status_code == 400


def test_reasons_name_policy_match_chain_and_verdict(acme: Served) -> None:
    body = acme.get(f"{PURPOSES}?include=policies,reasons&q=churn", as_="ana").json()
    (churn,) = body["purposes"]
    assert {policy["name"] for policy in churn["policies"]} == {"read churn", "analysts read churn"}
    by_role = next(reason for reason in churn["reasons"] if reason["via"] == "role")
    assert by_role == {
        "policy": {"guid": world.guid_of("policy", "analysts read churn"), "name": "analysts read churn", "type": "allow"},
        "via": "role",
        "name": "analyst",
        "chain": ["analyst"],
        "chains": [["analyst"]],
        "counts": True,
        "because": "allows select and nothing refuses it",
    }  # fmt: skip


def test_groups_narrow_as_repeated_or_comma_separated(acme: Served) -> None:
    assert names(acme.get(f"{PURPOSES}?groups=", as_="ana")) == ["Everybody"]
    assert names(acme.get(f"{PURPOSES}?groups=eng", as_="ana")) == ["Everybody", "Churn"]
    assert names(acme.get(f"{PURPOSES}?groups=x&groups=y,eng", as_="ana")) == ["Everybody", "Churn"]
    assert names(acme.get(f"{PURPOSES}?groups=eng", as_="bob")) == ["Everybody"]


def test_asking_about_others(acme: Served) -> None:
    refused = acme.get(f"{PURPOSES}?username=ana", as_="bob")
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    assert names(acme.get(f"{PURPOSES}?username=ANA", as_="olga")) == ["Everybody", "Churn"]
    unknown = acme.get(f"{PURPOSES}?username=ghost", as_="olga")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_user")
    assert [record.subject_username for record in AccessAudit.objects.order_by("pk")] == ["ana", "ghost"]


def test_somebody_disabled_has_nothing_in_effective_mode(acme: Served) -> None:
    body = acme.get(f"{PURPOSES}?username=dora", as_="olga").json()
    assert (body["disabled"], body["total"]) == (True, 0)
    assert acme.get(f"{PURPOSES}?username=dora&mode=listed", as_="olga").json()["total"] == 2


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=501", "limit=x", "mode=both", "include=secrets", "consistency=sometimes", "cursor=abc",
        "classifcation=PII", "username=%00", "groups=%ED%A0%80%00", "limit=1&limit=2", "username=ana&username=bob",
    ],
)  # fmt: skip
def test_wrong_parameters_are_400_and_named(acme: Served, query: str) -> None:
    response = acme.get(f"{PURPOSES}?{query}", as_="ana")
    assert response.status_code == 400
    body = response.json()
    assert body["errors"][0]["field"] == query.partition("=")[0]
    assert body["correlationId"] == response["X-Request-Id"]


def test_lists_may_be_repeated_and_single_parameters_may_not(acme: Served) -> None:
    """Of `username=ana&username=bob` a proxy may check the one, and we would have answered about the other."""
    assert acme.get(f"{PURPOSES}?groups=eng&groups=hr&fields=id&fields=name", as_="ana").status_code == 200
    response = acme.get(f"{PURPOSES}?mode=listed&mode=effective", as_="ana")
    assert (response.status_code, response.json()["detail"]) == (
        400,
        "mode: given more than once; give it once",
    )


def test_a_field_is_named_once_in_what_is_wrong_with_it(acme: Served) -> None:
    response = acme.get(f"{PURPOSES}?groups=a%00", as_="ana")
    assert response.json()["detail"].count("groups") == 1


def test_cursor_pages_are_the_whole_list_for_every_size(serve: Serve) -> None:
    purposes = [
        world.purpose(f"P{number:03}", displayName="same" if number % 3 else f"P{number}")
        for number in range(53)
    ]
    policies = [world.policy(f"on {each['name']}", on=each, groups=["eng"]) for each in purposes]
    big = serve([world.person("ana", "eng")], [*purposes, *policies])
    whole = [item["id"] for item in big.get(f"{PURPOSES}?limit=500", as_="ana").json()["purposes"]]
    assert len(whole) == 53
    for sort in ("displayName", "-displayName", "-updateTime"):
        for size in (1, 7, 52, 53, 54):
            assert sorted(walk(big, sort, size)) == sorted(whole)
            assert len(walk(big, sort, size)) == 53


def walk(served: Served, sort: str, size: int) -> list[str]:
    seen: list[str] = []
    cursor = ""
    while True:
        body = served.get(f"{PURPOSES}?sort={sort}&limit={size}{cursor}", as_="ana").json()
        seen += [item["id"] for item in body["purposes"]]
        assert body["total"] == 53
        if body["next"] is None:
            return seen
        cursor = f"&cursor={body['next']}"


def test_a_cursor_is_bound_to_its_question_and_its_caller(acme: Served) -> None:
    cursor = acme.get(f"{PURPOSES}?limit=1", as_="ana").json()["next"]
    assert acme.get(f"{PURPOSES}?limit=5&cursor={cursor}", as_="ana").status_code == 200
    assert acme.get(f"{PURPOSES}?cursor={cursor}", as_="bob").status_code == 400
    assert acme.get(f"{PURPOSES}?mode=listed&cursor={cursor}", as_="ana").status_code == 400
    assert acme.get(f"{PERSONAS}?cursor={cursor}", as_="ana").status_code == 400
    flipped = ("B" if cursor[0] != "B" else "C") + cursor[1:]
    assert acme.get(f"{PURPOSES}?cursor={flipped}", as_="ana").json()["code"] == "invalid_cursor"


def test_conditional_requests(acme: Served) -> None:
    first = acme.get(PURPOSES, as_="ana")
    again = acme.get(PURPOSES, as_="ana", If_None_Match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["Vary"] == "Authorization, Accept-Encoding"
    assert acme.get(PURPOSES, as_="ana", If_None_Match=f'{first["ETag"][2:]}, "x"').status_code == 304
    assert acme.get(PURPOSES, as_="ana", If_None_Match='"x"').status_code == 200
    assert acme.get(PURPOSES, as_="bob", If_None_Match=first["ETag"]).status_code == 200


def test_personas(acme: Served) -> None:
    body = acme.get(PERSONAS, as_="ana").json()
    assert [item["name"] for item in body["personas"]] == ["Analysts", "Engineers"]
    assert body["personas"][0]["roleName"].startswith("persona_")
    assert (body["total"], body["next"]) == (2, None)
    assert names(acme.get(f"{PERSONAS}?mode=listed", as_="ana"), "personas") == [
        "Analysts",
        "Engineers",
        "Retired",
    ]
    assert names(acme.get(f"{PERSONAS}?q=count", as_="ana"), "personas") == ["Analysts"]
    assert names(acme.get(PERSONAS, as_="bob"), "personas") == []


def test_a_persona_by_its_role_says_so(serve: Serve) -> None:
    document = world.persona("Stewards")
    served = serve([world.person("ana", roles=[world.persona_role(document)])], [document])
    (persona,) = served.get(f"{PERSONAS}?include=reasons", as_="ana").json()["personas"]
    assert [(reason["via"], reason["name"]) for reason in persona["reasons"]] == [
        ("role", world.persona_role(document))
    ]


def test_every_response_has_a_request_id(acme: Served) -> None:
    assert len(acme.get(PURPOSES)["X-Request-Id"]) == 32
    assert acme.get(PURPOSES, X_Request_Id="abc-1")["X-Request-Id"] == "abc-1"
    assert acme.get(PURPOSES, X_Atlan_Request_Id="abc-2")["X-Request-Id"] == "abc-2"
    assert acme.get(PURPOSES, X_Request_Id="bad\tid")["X-Request-Id"] != "bad\tid"
    trace = "0af7651916cd43dd8448eb211c80319c"
    assert acme.get(PURPOSES, traceparent=f"00-{trace}-b7ad6b7169203331-01")["X-Request-Id"] == trace


def test_the_revision_is_on_every_answer_and_the_same_with_reasons(acme: Served) -> None:
    plain = acme.get(f"{PURPOSES}?mode=listed", as_="ana")["X-Access-Revision"]
    assert acme.get(f"{PURPOSES}?mode=listed&include=reasons", as_="ana")["X-Access-Revision"] == plain
    question = {"username": "ana", "groups": ["eng"]}
    assert acme.post("/api/meta/purposes/user", question, as_="ana")["X-Access-Revision"] == plain
    for path in ("/whoami", "/api/service/roles/effective", PERSONAS):
        assert acme.get(path, as_="ana")["X-Access-Revision"] == plain
