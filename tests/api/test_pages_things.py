"""The pages of purposes, personas, policies and groups, without a browser."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from accessviz.catalogue import catalogues
from purposeapp.domain.model import Group, Role
from purposeapp.domain.roles import RoleGraph
from purposeapp.models import AccessAudit
from tests import world
from tests.api.pages import staff, text
from tests.conftest import Served

HOSTILE = "<script>alert(1)</script>\"'{{ 7|add:7 }}"
SALES, PAY, ORPHANED = world.purpose("Sales"), world.purpose("Pay"), world.purpose("Gone")
READ = world.policy("read sales", on=SALES, groups=["eng"])
GHOSTS = world.policy("ghosts", on=SALES, users=["ghost", "ana"], groups=["nowhere"], roles=["nothing"])
DENY = world.policy("keep out", on=PAY, groups=["eng"], type="deny")
PAID = world.policy("paid", on=PAY, groups=["eng"])
LATER = world.policy(
    "later", on=PAY, groups=["eng"], policyValiditySchedule=[world.schedule("2100/01/01 00:00:00")]
)
BY_ROLE = world.policy("by role", on=PAY, roles=["analyst"], policyPriority=1)
ORPHAN = world.policy("orphan", on=ORPHANED, groups=["eng"])
ENGINEER = world.persona("Engineer", groups=["eng"], users=["ghost"])
EVIL = world.purpose(HOSTILE, description=HOSTILE)
EVIL_POLICY = world.policy(HOSTILE, on=EVIL, groups=[HOSTILE], users=[HOSTILE])
DOCUMENTS = [SALES, PAY, READ, GHOSTS, DENY, PAID, LATER, BY_ROLE, ORPHAN, ENGINEER, EVIL, EVIL_POLICY]
ENG = world.guid_of("group", "eng")
PEOPLE = [
    world.person("ana", "eng"),
    world.person("bo", "eng", roles=["analyst"]),
    world.person("dan", "eng", enabled=False),
    world.person(HOSTILE, HOSTILE),
]
ABOUT = {
    "/purpose/": {"guid": SALES["__guid"]},
    "/purpose/people/": {"guid": SALES["__guid"]},
    "/persona/": {"guid": ENGINEER["__guid"]},
    "/persona/people/": {"guid": ENGINEER["__guid"]},
    "/policy/": {"guid": READ["__guid"]},
    "/group/": {"id": ENG},
    "/group/purposes/": {"id": ENG},
}
AUDITED = {
    "/purpose/people/": ("page:purpose-people", {"purpose": SALES["__guid"]}),
    "/persona/people/": ("page:persona-people", {"persona": ENGINEER["__guid"]}),
    "/group/": ("page:group", {"group": ENG}),
}


@pytest.fixture(autouse=True)
def acme(serve: Callable[..., Served]) -> Served:
    catalogues.forget()
    return serve(PEOPLE, DOCUMENTS)


@pytest.mark.parametrize("page", ABOUT)
def test_who_may_not_look_is_not_let_in(page: str) -> None:
    assert staff("otto", "simulate").get(page, ABOUT[page]).status_code == 403
    assert not AccessAudit.objects.exists()


@pytest.mark.parametrize("page", ABOUT)
def test_pages_that_list_people_are_looks_the_others_are_not(page: str) -> None:
    assert staff().get(page, ABOUT[page]).status_code == 200
    looks = [(each.action, each.detail, each.subject_username) for each in AccessAudit.objects.all()]
    assert looks == ([(*AUDITED[page], "")] if page in AUDITED else [])


@pytest.mark.parametrize("page", ABOUT)
def test_what_is_not_there_is_not_found_and_what_is_not_named_is_a_bad_request(page: str) -> None:
    client = staff()
    (name,) = ABOUT[page]
    assert client.get(page, {name: "nothing"}).status_code == 404
    assert [client.get(page, {name: each}).status_code for each in ("", " ", "a\0")] == [400, 400, 400]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, ["ana", "bo"]),
        ({"show": "listed"}, ["ana", "bo", "dan"]),
        ({"show": "differs"}, ["dan"]),
        ({"show": "either", "q": "A"}, ["ana", "dan"]),
        ({"via": "user"}, ["ana"]),
        ({"via": "role"}, []),
    ],
)
def test_who_sees_a_purpose_can_be_searched_and_filtered(query: dict[str, str], shown: list[str]) -> None:
    response = staff().get("/purpose/people/", ABOUT["/purpose/"] | query)
    assert [row.username for row, _by in response.context["users"]] == shown
    assert response.context["counts"] == {"effective": 2, "listed": 3, "differs": 1, "either": 3}


@pytest.mark.parametrize("query", [{"show": "x"}, {"via": "x"}])
def test_a_filter_that_is_none_is_refused(query: dict[str, str]) -> None:
    assert staff().get("/purpose/people/", ABOUT["/purpose/"] | query).status_code == 400


def test_who_sees_a_purpose_is_told_with_why_by_what_and_who_is_unknown() -> None:
    page = staff().get("/purpose/people/", ABOUT["/purpose/"])
    by = {row.username: told for row, told in page.context["users"]}
    assert by == {"ana": ["by name", "group “eng”"], "bo": ["group “eng”"]}
    assert ("group “eng”", 2) in page.context["means"]
    assert page.context["unknown"] == ["ghost"]
    assert f"/explain/?username=ana&purpose={SALES['__guid']}" in text(page)


def test_many_people_come_in_pages(serve: Callable[..., Served]) -> None:
    serve([world.person(f"u{number:03}", "eng") for number in range(120)], DOCUMENTS)
    for page in ("/purpose/people/", "/group/"):
        response = staff(f"audra{page}").get(page, ABOUT[page] | {"page": "3"})
        assert "101 to 120 of 120" in text(response)
        assert "u100" in text(response)
        assert "u099" not in text(response)


def test_the_policies_of_a_purpose_say_what_they_do() -> None:
    response = staff().get("/purpose/", {"guid": PAY["__guid"]})
    told = {each.policy.name: each for each in response.context["policies"]}
    marks = {name: [str(title) for title, _meaning in each.marks] for name, each in told.items()}
    assert marks == {"keep out": [], "paid": ["Shadowed"], "later": ["Not yet"], "by role": []}
    assert told["keep out"].without == "Without it, 1 person more would see the purpose."
    assert told["by role"].without == "Without it, 1 person would no longer see the purpose."
    priorities = {name: str(each.priority[0]) for name, each in told.items()}
    assert priorities == {"keep out": "Normal", "paid": "Normal", "later": "Normal", "by role": "Override"}
    assert '<th scope="col">Priority</th>' in text(response)
    assert told["later"].when == "from 2100-01-01 00:00:00 UTC on"


def test_changes_are_suggested_to_those_only_who_may_try_them_out() -> None:
    guid = {"guid": READ["__guid"]}
    assert "Try out" in text(staff("both", "view_any_access", "simulate").get("/policy/", guid))
    assert "Try out" not in text(staff("audra").get("/policy/", guid))


def test_a_policy_names_whom_it_names_unknown_names_marked() -> None:
    response = staff().get("/policy/", {"guid": GHOSTS["__guid"]})
    rows = {
        (row.match.via, row.match.name): (row.known, row.members) for row, _by in response.context["names"]
    }
    assert rows == {
        ("group", "nowhere"): (False, 0),
        ("role", "nothing"): (False, 0),
        ("user", "ana"): (True, 1),
        ("user", "ghost"): (False, 0),
    }


def test_the_priority_of_a_policy_is_said_in_words() -> None:
    client = staff()
    for policy, words in ((PAID, "Normal"), (BY_ROLE, "Override")):
        assert f"<dt>Priority</dt><dd>{words} " in text(client.get("/policy/", {"guid": policy["__guid"]}))


def test_names_lead_to_their_pages_where_they_are_known() -> None:
    client = staff()
    page = text(client.get("/policy/", {"guid": READ["__guid"]}))
    assert f'<a href="/group/?id={ENG}"><bdi>group “eng”</bdi></a>' in page
    persona = client.get("/persona/", ABOUT["/persona/"])
    rows = {row.match.name: (row.known, row.members, row.url) for row, _label in persona.context["names"]}
    assert rows == {"eng": (True, 2, f"/group/?id={ENG}"), "ghost": (False, 0, "")}
    assert '<bdi>ghost</bdi> <span class="badge mind">Unknown</span>' in text(persona)


def test_many_names_come_in_pages(serve: Callable[..., Served]) -> None:
    many = [f"u{number:03}" for number in range(250)]
    persona, policy = world.persona("Many", users=many), world.policy("many", on=SALES, users=many)
    serve(PEOPLE, [SALES, persona, policy])
    client = staff()
    for page, thing in (("/persona/", persona), ("/policy/", policy)):
        response = client.get(page, {"guid": thing["__guid"], "page": "2"})
        assert [row.match.name for row, _label in response.context["names"]] == many[200:]
        assert "201 to 250 of 250" in text(response)


def test_a_policy_without_its_purpose_says_that_it_does_nothing() -> None:
    page = text(staff().get("/policy/", {"guid": ORPHAN["__guid"]}))
    assert "The purpose of this policy is not there any more" in page


def test_a_persona_is_shown_with_those_who_have_it() -> None:
    response = staff().get("/persona/people/", ABOUT["/persona/"])
    assert [row.username for row, _by in response.context["users"]] == ["ana", "bo"]
    assert response.context["unknown"] == ["ghost"]
    assert "ghost" in text(staff("second").get("/persona/", ABOUT["/persona/"]))


def test_a_group_has_members_and_what_it_opens() -> None:
    client = staff()
    group = client.get("/group/", ABOUT["/group/"])
    assert group.context["users"] == [("ana", True), ("bo", True), ("dan", False)]
    assert client.get("/group/", ABOUT["/group/"] | {"q": "a"}).context["rows"].paginator.count == 2
    opened = client.get("/group/purposes/", ABOUT["/group/"])
    rows = [(row.purpose.name, row.effective, row.listed, by) for row, by in opened.context["purposes"]]
    assert rows == [("Pay", False, True, "group “eng”"), ("Sales", True, True, "group “eng”")]
    assert [sides.persona.name for sides, _by in opened.context["personas"]] == ["Engineer"]


def test_a_group_stands_among_others_and_gives_roles(serve: Callable[..., Served]) -> None:
    above, twin = Group("above", "org", "/org"), Group("twin", "eng", "/org/eng")
    roles = (Role("r1", "reader"), Role("r2", "boss"))
    graph = RoleGraph((), ("twin",), {"twin": "above"}, {"twin": ("r1",), "above": ("r2",)})
    inside = replace(world.person("ed"), groups=(twin,), roles=roles, role_graph=graph)
    outside = replace(world.person("al"), groups=(above,), role_graph=RoleGraph((), ("above",)))
    serve([*PEOPLE, inside, outside], DOCUMENTS)
    client = staff()
    context = client.get("/group/", {"id": "twin"}).context
    assert (context["own_roles"], context["other_roles"]) == (["reader"], ["boss"])
    assert (context["above"].id, [each.id for each in context["namesakes"]]) == ("above", [ENG])
    assert [each.id for each in client.get("/group/", {"id": "above"}).context["below"]] == ["twin"]


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("/purpose/", {"guid": EVIL["__guid"]}),
        ("/purpose/people/", {"guid": EVIL["__guid"]}),
        ("/policy/", {"guid": EVIL_POLICY["__guid"]}),
        ("/group/", {"id": world.guid_of("group", HOSTILE)}),
        ("/group/purposes/", {"id": world.guid_of("group", HOSTILE)}),
    ],
)
def test_hostile_names_stay_text(page: str, query: dict[str, str]) -> None:
    response = staff().get(page, query)
    raw = response.content.decode()
    assert (response.status_code, HOSTILE in text(response)) == (200, True)
    assert "<script>alert" not in raw
    assert ">14<" not in raw


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("sal", f"/purpose/?guid={SALES['__guid']}"),
        ("engin", f"/persona/?guid={ENGINEER['__guid']}"),
        ("read", f"/policy/?guid={READ['__guid']}"),
        ("eng", f"/group/?id={ENG}"),
    ],
)
def test_find_leads_to_each_page(words: str, address: str) -> None:
    client = staff()
    found = client.get("/find/suggestions/", {"q": words}).json()["results"]
    assert address in [each["url"] for each in found]
    assert client.get(address).status_code == 200


def test_a_field_is_offered_things_of_its_kind_only() -> None:
    found = staff().get("/find/suggestions/", {"q": "eng", "kind": "group"}).json()["results"]
    assert [(each["kind"], each["value"]) for each in found] == [("group", "/eng")]


def recent(client: Client) -> list[str]:
    return [found.name for found, _kind, _url in client.get("/").context["recent"]]


def test_things_that_were_opened_are_on_the_start_page_with_the_people_the_last_one_first() -> None:
    client = staff()
    for page in ("/purpose/", "/persona/people/", "/policy/"):
        client.get(page, ABOUT[page])
    client.get("/person/", {"username": "ana"})
    client.get("/group/purposes/", ABOUT["/group/"])
    client.get("/purpose/people/", ABOUT["/purpose/"])
    assert recent(client) == ["Sales", "eng", "ana", "read sales", "Engineer"]
    page = text(client.get("/"))
    assert f'href="/policy/?guid={READ["__guid"]}"' in page
    assert f'href="/group/?id={ENG}"' in page


def test_what_was_opened_long_ago_or_by_others_or_is_not_there_is_not_offered(
    serve: Callable[..., Served],
) -> None:
    purposes = [world.purpose(f"P{number:02}") for number in range(14)]
    serve(PEOPLE, purposes)
    client = staff()
    for each in purposes:
        client.get("/purpose/", {"guid": each["__guid"]})
    client.get("/purpose/", {"guid": "nothing"})
    assert recent(client) == [f"P{number:02}" for number in range(13, 1, -1)]
    assert recent(staff("other")) == []
