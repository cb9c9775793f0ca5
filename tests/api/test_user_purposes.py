"""POST /api/meta/purposes/user and its Atlas twin: the frozen front-end contract, row by row, on every backend."""

from typing import Any

import pytest

from purposeapp.domain.errors import PoliciesUnavailable
from purposeapp.models import AccessAudit
from purposeapp.policyindex.base import PolicyIndex
from purposeapp.policyindex.memory import MemoryPolicyIndex
from tests import world
from tests.conftest import Serve, Served
from tests.contract.policyindex_rows import MakeIndex

FLAT, ATLAS = "/api/meta/purposes/user", "/api/atlas/v2/purposes/user"
BOTH = pytest.mark.parametrize("path", [FLAT, ATLAS])


PEOPLE = [
    world.person("ana", "eng", "data"),
    world.person("bob", "sales"),
    world.person("olga", roles=["access-auditor"]),
    world.person("dora", "eng", enabled=False),
]


def documents() -> list[world.Document]:
    churn = world.purpose("Churn", displayName="Customer churn", denyAssetTabs=["Lineage"])
    salaries, everybody, payroll = (world.purpose(name) for name in ("Salaries", "Everybody", "Payroll"))
    return [
        churn, salaries, everybody, payroll,
        world.policy("read churn", on=churn, groups=["eng"]),
        world.policy("mask churn", on=churn, users=["ana"], type="dataMask"),
        world.policy("no salaries", on=salaries, groups=["eng"], type="deny"),
        world.policy("open", on=everybody, groups=["public"]),
        world.policy("pay", on=payroll, users=["bob"], roles=["accountant"]),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def index(make_index: MakeIndex) -> PolicyIndex:
    """The same documents in each backend: memory, Elasticsearch, SQLite, PostgreSQL."""
    return make_index(documents())


@pytest.fixture
def acme(index: PolicyIndex, serve: Serve) -> Served:
    """Ana is in eng, Bob in sales, Olga audits; four purposes."""
    return serve(PEOPLE, policies=index)


def ask(username: Any = "ana", groups: Any = ("eng", "data"), **more: Any) -> dict[str, Any]:
    return {"username": username, "groups": list(groups), **more}


def names(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [purpose["name"] for purpose in response.json()["purposes"]]


def test_flat_shape(acme: Served) -> None:
    body = acme.post(FLAT, ask(), as_="ana").json()
    assert {key: body[key] for key in ("count", "totalCount", "hasMore", "approximateCount")} == {
        "count": 3,
        "totalCount": 3,
        "hasMore": False,
        "approximateCount": False,
    }
    assert body["purposes"][0] == {
        "guid": world.guid_of("purpose", "Churn"),
        "name": "Churn",
        "displayName": "Customer churn",
        "description": "",
        "qualifiedName": world.purpose("Churn")["qualifiedName"],
        "classifications": ["PII"],
        "isEnabled": True,
        "createdBy": "chris",
        "updatedBy": "chris",
        "createTime": 1708026540827,
        "updateTime": 1708086335440,
    }


def test_atlas_header_shape_with_the_ten_default_attributes(acme: Served) -> None:
    header = acme.post(ATLAS, ask(), as_="ana").json()["purposes"][0]
    assert header == {
        "typeName": "Purpose",
        "guid": world.guid_of("purpose", "Churn"),
        "status": "ACTIVE",
        "displayText": "Customer churn",
        "attributes": {
            "name": "Churn",
            "displayName": "Customer churn",
            "description": "",
            "qualifiedName": world.purpose("Churn")["qualifiedName"],
            "purposeClassifications": ["PII"],
            "isAccessControlEnabled": True,
            "__createdBy": "chris",
            "__modifiedBy": "chris",
            "__timestamp": 1708026540827,
            "__modificationTimestamp": 1708086335440,
        },
        "createdBy": "chris",
        "updatedBy": "chris",
        "createTime": 1708026540827,
        "updateTime": 1708086335440,
    }


def test_listed_means_any_live_policy_in_display_order(acme: Served) -> None:
    # A deny is listed too: that is what the frozen contract returns.
    assert names(acme.post(FLAT, ask(), as_="ana")) == ["Churn", "Everybody", "Salaries"]


def test_asked_for_attributes_by_either_name_and_unknown_ones_absent(acme: Served) -> None:
    question = ask(attributes=["name", "isEnabled", "denyAssetTabs", "nonsense"])
    assert acme.post(FLAT, question, as_="ana").json()["purposes"][0] == {
        "guid": world.guid_of("purpose", "Churn"),
        "name": "Churn",
        "isEnabled": True,
        "denyAssetTabs": ["Lineage"],
    }
    header = acme.post(ATLAS, question, as_="ana").json()["purposes"][0]
    assert header["attributes"] == {"name": "Churn", "denyAssetTabs": ["Lineage"]}


def test_empty_attributes_mean_the_defaults(acme: Served) -> None:
    default = acme.post(FLAT, ask(), as_="ana").json()
    assert acme.post(FLAT, ask(attributes=[]), as_="ana").json() == default
    assert acme.post(FLAT, ask(attributes=None), as_="ana").json() == default


@BOTH
@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "Request body is required"),
        ("null", "Request body is required"),
        ("[]", "Request body must be a JSON object"),
        ({}, "username is required"),
        ({"username": None}, "username is required"),
        ({"username": ""}, "username is required"),
        ({"username": "  "}, "username is required"),
        ({"username": 7}, "username must be a string"),
        ({"username": "ana"}, "groups is required (can be empty list)"),
        ({"username": "ana", "groups": None}, "groups is required (can be empty list)"),
        ({"username": "ana", "groups": "eng"}, "groups must be a list of strings"),
        ({"username": "ana", "groups": [1]}, "groups must be a list of strings"),
        (ask(attributes="name"), "attributes must be a list of strings"),
        (ask(limit=0), "limit must be at least 1"),
        (ask(limit=-1), "limit must be at least 1"),
        (ask(limit=501), "limit cannot exceed 500"),
        (ask(limit="9"), "limit must be an integer"),
        (ask(limit=True), "limit must be an integer"),
        (ask(offset=-1), "offset must be non-negative"),
        # the table's order: the first failing check speaks
        ({"limit": 0, "offset": -1}, "username is required"),
        ({"username": "bob", "limit": 0}, "groups is required (can be empty list)"),
        ({"username": "bob", "groups": [], "limit": 0, "offset": -1}, "limit must be at least 1"),
    ],
)
def test_every_check_of_the_table_in_its_order(acme: Served, path: str, body: Any, message: str) -> None:
    response = acme.post(path, body, as_="ana")
    assert response.status_code == 400
    assert response.json() == {"errorCode": "ATLAS-400-00-029", "errorMessage": message}


@BOTH
@pytest.mark.parametrize(
    "body", ['{"username":', b"\xff\xfe{", '{"username": "\\ud800", "groups": []}', "NaN"]
)
def test_malformed_json_is_400(acme: Served, path: str, body: Any) -> None:
    response = acme.post(path, body, as_="ana")
    assert response.status_code == 400
    assert response.json()["errorCode"] == "ATLAS-400-00-029"


def test_a_name_that_no_source_can_store_is_400(acme: Served) -> None:
    assert acme.post(FLAT, ask(groups=["a\0b"]), as_="ana").status_code == 400


def test_unknown_keys_are_ignored(acme: Served) -> None:
    assert len(names(acme.post(FLAT, ask(tenant="other", is_staff=True), as_="ana"))) == 3


@BOTH
def test_nobody_asks_about_somebody_else(acme: Served, path: str) -> None:
    response = acme.post(path, ask("bob", []), as_="ana")
    assert response.status_code == 403
    assert response.json() == {
        "errorCode": "ATLAS-403-00-001",
        "errorMessage": "ana is not authorized to perform Purpose discovery for other users",
    }


def test_validation_comes_before_the_caller(acme: Served) -> None:
    assert acme.post(FLAT, ask("bob", [], limit=0), as_="ana").status_code == 400


def test_own_name_in_another_case(acme: Served) -> None:
    assert len(names(acme.post(FLAT, ask("ANA"), as_="ana"))) == 3


def test_groups_narrow_and_never_widen(acme: Served) -> None:
    assert names(acme.post(FLAT, ask(groups=[]), as_="ana")) == ["Churn", "Everybody"]  # own name, public
    assert names(acme.post(FLAT, ask(groups=["sales", "admin"]), as_="ana")) == ["Churn", "Everybody"]
    assert names(acme.post(FLAT, ask("bob", ["eng"]), as_="bob")) == ["Everybody", "Payroll"]


def test_an_auditor_may_ask_about_anyone_and_is_recorded(acme: Served) -> None:
    assert names(acme.post(FLAT, ask("bob", ["sales"]), as_="olga")) == ["Everybody", "Payroll"]
    record = AccessAudit.objects.get()
    assert (record.actor_username, record.subject_username, record.action) == ("olga", "bob", "purposes")
    assert record.request_id


def test_an_auditors_groups_are_taken_as_given_even_for_somebody_unknown(acme: Served) -> None:
    assert names(acme.post(FLAT, ask("ghost", ["eng"]), as_="olga")) == ["Churn", "Everybody", "Salaries"]
    assert names(acme.post(FLAT, ask("bob", ["eng"]), as_="olga")) == [
        "Churn",
        "Everybody",
        "Payroll",
        "Salaries",
    ]


def test_a_disabled_person_is_said_to_be_so(acme: Served) -> None:
    body = acme.post(FLAT, ask("dora", ["eng"]), as_="olga").json()
    assert body["disabled"] is True
    assert acme.post(FLAT, ask("dora", ["eng"]), as_="dora").status_code == 401


def test_looking_at_oneself_is_not_recorded(acme: Served) -> None:
    acme.post(FLAT, ask(), as_="ana")
    assert not AccessAudit.objects.exists()


@pytest.fixture(scope="module")
def big_index(make_index: MakeIndex) -> PolicyIndex:
    """More purposes than a page, a bucket list or a policy fetch of old could hold."""
    purposes = [world.purpose(f"P{number:04}") for number in range(1203)]
    policies = [world.policy(f"on {each['name']}", on=each, groups=["eng"]) for each in purposes]
    return make_index([*purposes, *policies])


@pytest.fixture
def big(big_index: PolicyIndex, serve: Serve) -> Served:
    return serve(PEOPLE, policies=big_index)


@BOTH
def test_pages_are_disjoint_complete_and_say_when_they_end(big: Served, path: str) -> None:
    seen: list[str] = []
    for offset in range(0, 1203, 500):
        body = big.post(path, ask(groups=["eng"], limit=500, offset=offset), as_="ana").json()
        seen += [purpose["guid"] for purpose in body["purposes"]]
        assert body["totalCount"] == 1203
        assert body["hasMore"] is (len(seen) < 1203)
        assert body["count"] == len(body["purposes"])
    assert seen == [world.guid_of("purpose", f"P{number:04}") for number in range(1203)]
    past = big.post(path, ask(groups=["eng"], offset=5000), as_="ana").json()
    assert (past["purposes"], past["totalCount"], past["hasMore"]) == ([], 1203, False)


@BOTH
def test_could_not_tell_is_503_and_never_an_empty_list(serve: Serve, path: str) -> None:
    class Broken(MemoryPolicyIndex):
        def listed_purposes(self, subject: Any) -> Any:
            raise PoliciesUnavailable from ConnectionError("secret-host:9200 refused")

    broken = serve([world.person("ana", "eng")], policies=Broken())
    response = broken.post(path, ask(groups=["eng"]), as_="ana")
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "secret-host" not in response.content.decode()
    assert "purposes" not in response.json()


@BOTH
def test_a_fault_of_ours_is_500_with_a_correlation_id_and_no_internals(serve: Serve, path: str) -> None:
    class Faulty(MemoryPolicyIndex):
        def listed_purposes(self, subject: Any) -> Any:
            raise KeyError("internal detail")

    response = serve([world.person("ana")], policies=Faulty()).post(path, ask(groups=[]), as_="ana")
    assert response.status_code == 500
    assert response.json()["correlationId"] == response["X-Request-Id"]
    assert "internal detail" not in response.content.decode()


@BOTH
def test_other_methods_and_media_types(acme: Served, path: str) -> None:
    assert acme.get(path, as_="ana").status_code == 405
    form = acme.client.post(
        path, {"username": "ana"}, headers={"Authorization": f"Bearer {acme.token('ana')}"}
    )
    assert form.status_code == 415
    assert form.json()["errorCode"].startswith("ATLAS-415")
    assert form.json()["errorMessage"] == "The Content-Type must be application/json"


def test_a_huge_body_is_413(acme: Served) -> None:
    assert acme.post(FLAT, ask(groups=["g" * 100] * 11_000), as_="ana").status_code == 413


def test_personal_answers_are_not_for_shared_caches(acme: Served) -> None:
    response = acme.post(FLAT, ask(), as_="ana")
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Vary"] == "Authorization, Accept-Encoding"
