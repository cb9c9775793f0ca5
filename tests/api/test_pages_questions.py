"""Explain, compare and try out changes, without a browser."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accessviz.links import to_simulation
from accessviz.views import simulate as simulate_views
from purposeapp.models import AccessAudit
from tests import world
from tests.api.pages import staff, text
from tests.conftest import Served

HOSTILE = "<script>alert(1)</script>\"'{{ 7|add:7 }}"
SALES, PAY, EVIL = world.purpose("Sales"), world.purpose("Pay"), world.purpose(HOSTILE)
READ = world.policy("read sales", on=SALES, groups=["eng"])
PAID = world.policy("paid", on=PAY, roles=["analyst"])
SHADOW = world.policy("shadow", on=PAY, groups=["eng"], type="deny", actions=["entity-delete"])
EVIL_POLICY = world.policy(HOSTILE, on=EVIL, groups=["eng"])
ENGINEER = world.persona("Engineer", groups=["eng"])
DOCUMENTS = [SALES, PAY, EVIL, READ, PAID, SHADOW, EVIL_POLICY, ENGINEER]
PEOPLE = [
    world.person("ana", "eng"),
    world.person("bo", roles=["analyst"]),
    world.person("dan", "eng", enabled=False),
    world.person(HOSTILE, "eng"),
]
SALES_ID, PAY_ID = SALES["__guid"], PAY["__guid"]
DISABLE = {"op": "disable_policy", "guid": READ["__guid"]}
PAIR = {"username": "ana", "purpose": SALES_ID}


@pytest.fixture(autouse=True)
def acme(serve: Callable[..., Served]) -> Served:
    return serve(PEOPLE, DOCUMENTS)


def looks() -> list[tuple[str, str]]:
    return sorted(AccessAudit.objects.values_list("action", "subject_username"))


@pytest.fixture
def trying() -> Client:
    return staff("both", "view_any_access", "simulate")


# --- explain ---


@pytest.mark.parametrize("page", ["/explain/", "/explain/data/", "/compare/", "/simulate/"])
def test_who_may_not_look_is_not_let_in(page: str) -> None:
    query = PAIR | {"left": "ana", "right": "bo"}
    assert staff("otto", "export").get(page, query).status_code == 403
    assert looks() == []


def test_without_a_pair_there_is_a_form_and_no_look() -> None:
    client = staff()
    assert [client.get("/explain/", each).status_code for each in ({}, {"username": "ana"})] == [200, 400]
    assert client.get("/compare/", {"left": "ana"}).status_code == 200
    assert looks() == []


def test_access_is_explained_with_its_ways_and_what_would_end_it(trying: Client) -> None:
    response = trying.get("/explain/", PAIR)
    page = text(response)
    assert "ana sees the purpose “Sales”." in page
    assert "ana → /eng → read sales → Sales" in page
    assert response.context["cut"] == ["Take ana out of the group “/eng”."]
    assert looks() == [("page:explain", "ana")]
    assert AccessAudit.objects.get().detail == {"purpose": SALES_ID}
    tried = trying.get(response.context["try_cut"])
    assert [
        (pair.side, pair.username, pair.thing.name) for pair in tried.context["result"]["page"].items
    ] == [("lost", "ana", name) for name in (*_by_guid("Sales", HOSTILE), "Engineer")]


def _by_guid(*names: str) -> list[str]:
    return sorted(names, key=lambda name: world.guid_of("purpose", name))


def test_every_suggestion_that_is_offered_gives_access_when_tried_out(trying: Client) -> None:
    response = trying.get("/explain/", {"username": "ana", "purpose": PAY_ID})
    assert "ana does not see the purpose “Pay”." in text(response)
    offers = [url for _sentence, url in response.context["nearest"] if url]
    assert offers
    for url in offers:
        pairs = trying.get(url).context["result"]["page"].items
        assert ("gained", "ana", "Pay") in [(each.side, each.username, each.thing.name) for each in pairs]


def test_suggestions_lead_nowhere_for_who_may_not_try_them_out() -> None:
    response = staff().get("/explain/", {"username": "ana", "purpose": PAY_ID})
    assert {url for _sentence, url in response.context["nearest"]} == {""}
    assert "Try" not in text(response).split("<main")[1]


def test_every_policy_has_its_verdict() -> None:
    response = staff().get("/explain/", {"username": "bo", "purpose": PAY_ID})
    verdicts = {
        each["policy"].name: (each["counts"], each["listed"]) for each in response.context["verdicts"]
    }
    assert verdicts == {"paid": (True, False), "shadow": (False, False)}


def test_a_persona_is_explained_too() -> None:
    response = staff().get("/explain/", {"username": "ana", "persona": ENGINEER["__guid"]})
    assert "ana has the persona “Engineer”." in text(response)
    assert "ana → /eng → Engineer" in text(response)


def test_the_graph_of_a_pair_tells_the_ways_that_count() -> None:
    found = staff().get("/explain/data/", {"username": "ana", "purpose": SALES_ID}).json()
    labels = [node["label"] for node in found["nodes"]]
    ana = {"kind": "user", "label": "ana", "detail": "", "state": "", "url": "/person/?username=ana"}
    assert found["nodes"][0] == ana
    assert [(labels[source], labels[target], counts) for source, target, counts in found["edges"]] == [
        ("ana", "/eng", True),
        ("/eng", "read sales", True),
        ("read sales", "Sales", True),
    ]
    assert looks() == [("data:explain", "ana")]


def test_listed_ways_of_somebody_disabled_do_not_count() -> None:
    response = staff().get("/explain/", {"username": "dan", "purpose": SALES_ID})
    assert response.context["paths"] == [("dan → /eng → read sales → Sales", False, True)]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"username": "nobody", "purpose": SALES_ID}, 404),
        ({"username": "ana", "purpose": "nothing"}, 404),
        ({"username": "ana", "persona": "nothing"}, 404),
        ({"username": "ana", "purpose": SALES_ID, "persona": "x"}, 400),
        ({"username": "a\0", "purpose": SALES_ID}, 400),
    ],
)
def test_what_cannot_be_explained(query: dict[str, str], status: int) -> None:
    assert staff().get("/explain/", query).status_code == status


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ({"username": "ana"}, "purpose", "Name a purpose here, or a persona beside it."),
        ({"purpose": SALES_ID}, "username", "Name a user."),
        ({"persona": "x"}, "username", "Name a user."),
    ],
)
def test_what_is_missing_is_said_at_its_field(query: dict[str, str], field: str, said: str) -> None:
    response = staff().get("/explain/", query)
    assert response.status_code == 400
    assert f'<p class="wrong" id="{field}-wrong"><bdi>{said}' in text(response)
    assert looks() == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"username": "nobody", "purpose": SALES_ID}, "username"),
        ({"username": "ana", "purpose": "nothing"}, "purpose"),
        ({"username": "ana", "persona": "nothing"}, "persona"),
    ],
)
def test_what_is_unknown_is_said_at_its_field_and_the_form_is_kept(query: dict[str, str], field: str) -> None:
    response = staff().get("/explain/", query)
    assert set(response.context["wrong"]) == {field}
    page = text(response)
    assert f'id="{field}-wrong"' in page
    for name, value in query.items():
        assert f'name="{name}" value="{value}"' in page
    assert [subject for _action, subject in looks()] == [query["username"]]


def test_an_empty_form_complains_of_nothing_and_a_guid_is_named() -> None:
    client = staff()
    empty = client.get("/explain/")
    assert (empty.status_code, 'class="wrong"' in text(empty)) == (200, False)
    assert '<p class="hint quiet"><bdi>Sales</bdi></p>' in text(client.get("/explain/", PAIR))


TERM = world.policy(
    "this term", on=PAY, users=["ana"],
    policyValiditySchedule=[world.schedule(start="2026/01/01 00:00:00", end="2026/06/30 23:59:59")],
)  # fmt: skip
AT_PAY = {"username": "ana", "purpose": PAY_ID}


@pytest.fixture
def in_terms(serve: Callable[..., Served]) -> Client:
    serve(PEOPLE, [*DOCUMENTS, TERM])
    return staff()


@pytest.mark.parametrize(
    ("at", "sees", "told"),
    [
        ("2026-06-30T23:59:59", True, "2026-06-30 23:59:59 UTC"),
        ("2026-07-01T00:00", False, "2026-07-01 00:00:00 UTC"),
        ("2026-07-01T00:30+02:00", True, "2026-06-30 22:30:00 UTC"),
    ],
)
def test_it_is_explained_as_at_another_moment(in_terms: Client, at: str, sees: bool, told: str) -> None:
    response = in_terms.get("/explain/", AT_PAY | {"at": at})
    assert response.context["explained"].effective is sees
    page = text(response)
    assert f"As at {told}, by schedules" in page
    assert f'name="at" value="{at}"' in page
    data = in_terms.get(response.context["facts_url"]) if sees else None
    assert (data is None) or (data.status_code == 200 and len(data.json()["nodes"]) > 1)


def test_without_a_moment_it_is_now(in_terms: Client) -> None:
    page = text(in_terms.get("/explain/", AT_PAY | {"at": ""}))
    assert "As at 2" not in page
    assert 'type="datetime-local" id="at" name="at" value=""' in page


@pytest.mark.parametrize(
    "at",
    [
        "soon",
        "2026-02-30T12:00",
        "1969-12-31T23:59",
        "9999-12-31T23:00-10:00",
        "0001-01-01T00:00+10:00",
        "1e400",
    ],
)
def test_what_is_no_moment_is_said_beside_the_field_and_nobody_is_looked_at(
    in_terms: Client, at: str
) -> None:
    response = in_terms.get("/explain/", AT_PAY | {"at": at})
    page = text(response)
    assert response.status_code == 400
    assert f"“{at}” is not a date and time from 1970 on" in page
    assert 'id="username" name="username" value="ana"' in page
    assert in_terms.get("/explain/data/", AT_PAY | {"at": at}).status_code == 400
    assert looks() == []


# --- compare ---


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, [("left", HOSTILE), ("left", "Sales"), ("right", "Pay")]),
        ({"show": "left"}, [("left", HOSTILE), ("left", "Sales")]),
        ({"show": "right"}, [("right", "Pay")]),
        ({"show": "both"}, []),
        ({"show": "all", "q": "pa"}, [("right", "Pay")]),
        ({"mode": "listed"}, [("left", HOSTILE), ("left", "Pay"), ("left", "Sales")]),
    ],
)
def test_two_users_are_compared(query: dict[str, str], shown: list[tuple[str, str]]) -> None:
    response = staff().get("/compare/", {"left": "ana", "right": "bo"} | query)
    assert [(row["whose"], row["purpose"].name) for row in response.context["purposes"]] == shown
    assert looks() == [("page:compare", "ana"), ("page:compare", "bo")]


def test_both_sides_have_their_reasons_and_can_be_swapped() -> None:
    client = staff()
    response = client.get("/compare/", {"left": "ana", "right": "bo", "show": "right"})
    (row,) = response.context["purposes"]
    assert [[each.policy for each in reasons] for reasons in row["reasons"]] == [["shadow"], ["paid"]]
    swapped = client.get(response.context["swapped"])
    assert [(row["whose"], row["purpose"].name) for row in swapped.context["purposes"]] == [
        ("right", HOSTILE),
        ("right", "Sales"),
    ]
    others = {
        str(title): (sides.only_left, sides.only_right) for title, sides, _ in response.context["others"]
    }
    assert (others["Groups"], others["Roles"]) == ((("/eng",), ()), ((), ("analyst",)))


@pytest.mark.parametrize("query", [{"mode": "x"}, {"show": "x"}])
def test_a_filter_that_is_none_is_refused(query: dict[str, str]) -> None:
    assert staff().get("/compare/", {"left": "ana", "right": "bo"} | query).status_code == 400
    assert looks() == []


@pytest.mark.parametrize(
    ("left", "right", "unknown"),
    [("ana", "nobody", {"right"}), ("nobody", "ana", {"left"}), ("no one", "nobody", {"left", "right"})],
)
def test_who_is_unknown_is_said_at_the_field_and_both_names_are_kept(
    left: str, right: str, unknown: set[str]
) -> None:
    response = staff().get("/compare/", {"left": left, "right": right})
    page = text(response)
    assert (response.status_code, set(response.context["wrong"])) == (404, unknown)
    for side in unknown:
        assert f'id="{side}-wrong"><bdi>The directory knows no user' in page
    assert f'name="left" value="{left}"' in page
    assert f'name="right" value="{right}"' in page
    assert {subject for _action, subject in looks()} == {left, right}


# --- try out ---


@pytest.mark.parametrize("rights", [["view_any_access"], ["simulate"]])
def test_trying_out_needs_both_rights(rights: list[str]) -> None:
    client = staff("half", *rights)
    assert client.get(to_simulation(DISABLE)).status_code == 403
    assert client.post("/simulate/", {"0.op": "disable_policy", "do": "try"}).status_code == 403
    assert looks() == []


def test_a_form_that_is_sent_becomes_an_address_that_can_be_shared(trying: Client) -> None:
    form = {"0.op": "disable_policy", "0.guid": READ["__guid"], "mode": "effective", "do": "try"}
    address = trying.post("/simulate/", form)["Location"]
    assert json.loads(parse_qs(urlsplit(address).query)["change"][0]) == DISABLE
    result = trying.get(address).context["result"]
    assert (result["gained"], result["lost"], result["users"], result["purposes"]) == (0, 2, 2, 1)
    (look,) = AccessAudit.objects.all()
    assert (look.action, look.detail["ops"]) == ("page:simulate", ["disable_policy"])


def test_nothing_is_written(acme: Served, trying: Client) -> None:
    before = acme.get("/api/meta/purposes/accessible", as_="ana").json()
    trying.get(to_simulation(DISABLE))
    assert acme.get("/api/meta/purposes/accessible", as_="ana").json() == before


def test_rows_are_added_and_removed_without_scripts(trying: Client) -> None:
    added = trying.post(
        "/simulate/", {"0.op": "add_role", "0.name": "boss", "new": "put_policy", "do": "add"}
    )
    assert [row.op for row, _fields in added.context["rows"]] == ["add_role", "put_policy"]
    assert 'name="1.groups"' in text(added)
    removed = trying.post("/simulate/", {"0.op": "add_role", "1.op": "put_policy", "do": "remove-0"})
    assert [row.op for row, _fields in removed.context["rows"]] == ["put_policy"]
    assert looks() == []


def test_a_new_policy_is_built_in_the_form(trying: Client) -> None:
    form = {
        "0.op": "put_policy",
        "0.purpose": PAY_ID,
        "0.type": "allow",
        "0.groups": "eng\n",
        "0.actions": "select",
    }
    result = trying.post("/simulate/", form | {"do": "try"}, follow=True).context["result"]
    assert [(each.side, each.username) for each in result["page"].items] == [
        ("gained", HOSTILE),
        ("gained", "ana"),
    ]


def test_what_is_wrong_is_said_beside_the_field(trying: Client) -> None:
    response = trying.get(to_simulation({"op": "add_group", "username": "nobody", "name": "eng"}))
    ((_row, (user, group)),) = response.context["rows"]
    assert response.status_code == 400
    assert (user.wrong, group.wrong) == ("the directory knows no user 'nobody'", "")


def test_guids_in_the_form_are_named(trying: Client) -> None:
    ((_row, (field,)),) = trying.get(to_simulation(DISABLE)).context["rows"]
    assert field.hint == "read sales"


def test_personas_that_are_gained_are_told_too(trying: Client) -> None:
    response = trying.get(to_simulation({"op": "add_group", "username": "bo", "name": "eng"}))
    result = response.context["result"]
    assert result["personas"] == {"gained": 1, "lost": 0}
    assert [pair.thing.name for pair in result["page"].items if pair.of_persona] == ["Engineer"]
    assert f"/explain/?username=bo&amp;persona={ENGINEER['__guid']}" in response.content.decode()


def test_what_would_give_a_persona_gives_it_when_tried_out(trying: Client) -> None:
    response = trying.get("/explain/", {"username": "bo", "persona": ENGINEER["__guid"]})
    (url,) = [url for _sentence, url in response.context["nearest"] if url]
    assert ("gained", "bo", "Engineer") in [
        (pair.side, pair.username, pair.thing.name)
        for pair in trying.get(url).context["result"]["page"].items
    ]


def test_what_has_no_effect_is_noted(trying: Client) -> None:
    page = text(trying.get(to_simulation({"op": "remove_group", "username": "bo", "name": "eng"})))
    assert "nothing changes: 'bo' is not directly in group 'eng'" in page
    assert "Nobody would see more or less than now." in page


def test_pages_of_the_difference(trying: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulate_views, "PAGE_SIZE", 1)
    first = trying.get(to_simulation(DISABLE))
    query = parse_qs(urlsplit(to_simulation(DISABLE)).query)
    second = trying.get("/simulate/", query | {"after": first.context["result"]["next"]})
    names = [page.context["result"]["page"].items[0].username for page in (first, second)]
    assert names == [HOSTILE, "ana"]
    assert second.context["result"]["next"] == ""


@pytest.mark.parametrize("after", ["x", "[1,2]", "[]", '{"a":1}', "7"])
def test_a_page_that_is_none_is_refused(trying: Client, after: str) -> None:
    query = parse_qs(urlsplit(to_simulation(DISABLE)).query)
    assert trying.get("/simulate/", query | {"after": after}).status_code == 400


def test_a_long_question_is_answered_where_it_was_sent(
    trying: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulate_views, "PAGE_SIZE", 1)
    groups = "\n".join(f"group {number}" for number in range(300))
    form: dict[str, Any] = {"0.op": "put_policy", "0.guid": READ["__guid"], "0.groups": groups}
    first = trying.post("/simulate/", form | {"do": "try"})
    assert (first.status_code, first.context["result"]["lost"]) == (200, 2)
    second = trying.post("/simulate/", form | {"after": first.context["result"]["next"]})
    assert [each.username for each in second.context["result"]["page"].items] == ["ana"]


@pytest.mark.parametrize("documents", ["{", "[" * 100_000, '"\\ud800"', "NaN"])
def test_json_that_is_none_is_said_to_be_none(trying: Client, documents: str) -> None:
    response = trying.post("/simulate/", {"0.op": "put_policies", "0.documents": documents, "do": "try"})
    assert (response.status_code, "This is not JSON." in text(response)) == (400, True)


@pytest.mark.parametrize("form", [{"0.op": "x"}, {"do": "add", "new": "x"}, {"mode": "x"}])
def test_a_form_of_nobody_s_is_refused(trying: Client, form: dict[str, str]) -> None:
    assert trying.post("/simulate/", form).status_code == 400


def test_a_form_of_another_site_is_refused(trying: Client) -> None:
    trying.handler.enforce_csrf_checks = True
    assert trying.post("/simulate/", {"do": "try"}).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        f"/explain/?username=ana&purpose={EVIL['__guid']}",
        "/compare/?left=ana&right=bo",
        to_simulation({"op": "disable_policy", "guid": EVIL_POLICY["__guid"]}, {"op": HOSTILE}),
        to_simulation({"op": "remove_group", "username": HOSTILE, "name": "eng"}),
    ],
)
def test_hostile_names_stay_text(trying: Client, address: str) -> None:
    raw = trying.get(address).content.decode()
    assert "&lt;script&gt;" in raw or "\\u003Cscript" in raw
    assert "<script>alert" not in raw
    assert ">14<" not in raw
