"""The web pages, as staff use them, without a browser: who is let in, what is recorded, what is shown and how it is escaped."""

import html
import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accessviz.catalogue import catalogues
from accessviz.views import find as find_views
from accessviz.views import session
from purposeapp import wiring
from purposeapp.directory.memory import MemoryDirectory
from purposeapp.domain.errors import DirectoryUnavailable, PoliciesUnavailable
from purposeapp.domain.model import Evidence, Person, Subject
from purposeapp.models import AccessAudit, TenantUser
from purposeapp.policyindex.memory import MemoryPolicyIndex
from tests import world
from tests.api.pages import staff, text
from tests.conftest import Served

SALES = world.purpose("Sales")
SECRET = world.purpose("Secret")
ROLES = world.purpose("By role")
HOSTILE = "<script>alert(1)</script>\"'{{ 7|add:7 }}"
DOCUMENTS = [
    SALES,
    SECRET,
    ROLES,
    world.policy("read sales", on=SALES, groups=["eng"]),
    world.policy("keep out", on=SECRET, groups=["eng"], type="deny"),
    world.policy("analysts", on=ROLES, roles=["analyst"]),
    world.persona("Engineer", groups=["eng"]),
]
ANA = world.person("ana", "eng", roles=["analyst"])
PERSON_PAGES = ("/person/", "/person/membership/", "/person/graph/", "/person/answer/")


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> None:
    catalogues.forget()
    session.FAILURES.forget()
    find_views.RATE.forget()


@pytest.fixture
def world_of_ana(serve: Callable[..., Served]) -> Served:
    return serve([ANA, world.person("anatol"), world.person(HOSTILE, "eng")], DOCUMENTS)


@pytest.mark.parametrize("page", [*PERSON_PAGES, "/find/", "/purpose/"])
def test_a_stranger_signs_in_first_and_comes_back(world_of_ana: Served, page: str) -> None:
    response = Client().get(page, {"username": "ana"})
    assert (response.status_code, response["Location"]) == (
        302,
        f"/sign-in/?next={page.replace('/', '/')}%3Fusername%3Dana",
    )


def test_a_script_without_a_session_is_told_so_in_json(world_of_ana: Served) -> None:
    response = Client().get("/find/suggestions/", {"q": "a"})
    assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "page", [*PERSON_PAGES, "/person/graph/data/", "/find/", "/find/suggestions/", "/purpose/"]
)
def test_a_right_to_something_else_is_not_enough(world_of_ana: Served, page: str) -> None:
    response = staff("otto", "simulate").get(page, {"username": "ana", "q": "a"})
    assert response.status_code == 403
    assert "ana" not in text(response).replace("tenant", "").lower().split()
    assert not AccessAudit.objects.exists()


def test_who_has_the_right_but_is_no_staff_is_not_let_in(world_of_ana: Served) -> None:
    client = staff("former")
    User.objects.filter(username="former").update(is_staff=False)
    assert client.get("/person/", {"username": "ana"}).status_code == 403


@pytest.mark.parametrize("page", [*PERSON_PAGES, "/person/graph/data/"])
def test_every_look_is_in_the_audit_trail(world_of_ana: Served, page: str) -> None:
    assert staff().get(page, {"username": "ANA"}).status_code == 200
    entry = AccessAudit.objects.get()
    assert (entry.actor_username, entry.subject_username, entry.tenant) == ("audra", "ana", "default")


def test_a_look_at_nobody_is_recorded_too_and_says_so(world_of_ana: Served) -> None:
    response = staff().get("/person/", {"username": "nobody"})
    assert (response.status_code, AccessAudit.objects.get().subject_username) == (404, "nobody")
    assert "The directory knows no user 'nobody'" in text(response)


def test_names_stand_between_the_quotes_of_the_language(world_of_ana: Served) -> None:
    german = {"accept-language": "de"}
    client = staff()
    assert "keinen Benutzer „nobody“" in text(client.get("/person/", {"username": "nobody"}, headers=german))
    assert "Unter der GUID „nothing“ gibt es nichts" in text(
        client.get("/purpose/", {"guid": "nothing"}, headers=german)
    )
    shown = text(client.get("/person/", {"username": "ana"}, headers=german))
    assert "Gruppe „eng“" in shown
    assert "“eng”" not in shown


def test_the_page_counts_the_people_who_looked(world_of_ana: Served) -> None:
    staff("first").get("/person/", {"username": "ana"})
    second = staff("second", "view_any_access", "view_accessaudit")
    second.get("/person/", {"username": "ana"})
    page = text(second.get("/person/", {"username": "ana"}))
    assert "2 people looked at this user in the last 30 days" in page
    assert "first" in page.split("Who looked")[1]
    assert "Who looked" not in text(staff("third").get("/person/", {"username": "ana"}))


def test_the_access_page_tells_both_modes_apart_and_why(world_of_ana: Served) -> None:
    page = text(staff().get("/person/", {"username": "ana"}))
    assert "2 effective" in page
    assert "2 listed" in page
    assert "Listed because a policy names the user, but not effective: refuses entity-read." in page
    assert "Not listed, because the listed answer does not look at this: role “analyst”." in page
    assert "Engineer" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, {"Sales", "Secret", "By role"}),
        ({"show": "effective"}, {"Sales", "By role"}),
        ({"show": "listed"}, {"Sales", "Secret"}),
        ({"show": "differs"}, {"Secret", "By role"}),
        ({"via": "role"}, {"By role"}),
        ({"q": "sal"}, {"Sales"}),
        ({"show": "refused"}, set()),
    ],
)
def test_the_table_is_filtered_by_the_server(
    world_of_ana: Served, query: dict[str, str], shown: set[str]
) -> None:
    response = staff().get("/person/", {"username": "ana", **query})
    assert {row["purpose"].name for row in response.context["purposes"]} == shown


def test_the_table_is_sorted_and_its_columns_are_chosen(world_of_ana: Served) -> None:
    client = staff()
    response = client.get("/person/", {"username": "ana", "sort": "-name", "columns": ["none", "guid"]})
    assert [row["purpose"].name for row in response.context["purposes"]] == ["Secret", "Sales", "By role"]
    assert SALES["__guid"] in text(response)
    assert "1 reason" not in text(response)


def test_columns_that_were_chosen_are_those_of_the_next_user_too(world_of_ana: Served) -> None:
    client = staff()
    chosen = [
        client.get("/person/", {"username": name, **query}).context["table"].columns
        for name, query in (
            ("ana", {"columns": ["none", "guid", "policies"]}),
            ("anatol", {}),
            ("ana", {"columns": "none"}),
            ("anatol", {"show": "all"}),
        )
    ]
    assert chosen == [("policies", "guid"), ("policies", "guid"), (), ()]
    assert staff("other").get("/person/", {"username": "ana"}).context["table"].columns == (
        "why",
        "classifications",
    )


def test_many_personas_come_in_pages_of_their_own(serve: Callable[..., Served]) -> None:
    serve([ANA], [*DOCUMENTS, *(world.persona(f"P{number:03}", groups=["eng"]) for number in range(60))])
    client = staff()
    response = client.get("/person/", {"username": "ana", "personas": "2"})
    names = [sides.persona.name for sides, _by in response.context["personas"]]
    assert (len(names), names[0], names[-1]) == (11, "P049", "P059")
    assert "51 to 61 of 61" in text(response)
    assert 'href="?username=ana&personas=1#personas"' in text(response)


def test_fifty_purposes_make_a_page_and_the_next_one_has_the_rest(serve: Callable[..., Served]) -> None:
    purposes = [world.purpose(f"P{number:03}") for number in range(60)]
    policies = [world.policy(f"r {each['name']}", on=each, groups=["eng"]) for each in purposes]
    serve([ANA], [*purposes, *policies])
    response = staff().get("/person/", {"username": "ana", "page": "2"})
    assert next(row["purpose"].name for row in response.context["purposes"]) == "P050"
    assert "51 to 60 of 60" in text(response)


@pytest.mark.parametrize("nobody", ["", " ", "ana\0"])
def test_a_page_about_nobody_at_all_is_a_bad_request(world_of_ana: Served, nobody: str) -> None:
    client = staff()
    assert client.get("/person/", {"username": nobody}).status_code == 400
    assert client.get("/purpose/", {"guid": nobody}).status_code == 400
    assert not AccessAudit.objects.exists()


@pytest.mark.parametrize("query", [{"show": "x"}, {"sort": "x"}, {"via": "x"}, {"columns": "x"}])
def test_a_filter_that_is_none_is_refused_not_ignored(world_of_ana: Served, query: dict[str, str]) -> None:
    response = staff().get("/person/", {"username": "ana", **query})
    assert (response.status_code, next(iter(query)) in text(response)) == (400, True)


def test_a_disabled_user_has_nothing_effective_and_is_called_disabled(serve: Callable[..., Served]) -> None:
    serve([world.person("dan", "eng", enabled=False)], DOCUMENTS)
    page = text(staff().get("/person/", {"username": "dan"}))
    assert "This user is disabled" in page
    assert "0 effective" in page


def test_view_as_this_user_is_the_very_answer_of_the_api(world_of_ana: Served) -> None:
    mine = world_of_ana.get("/api/meta/purposes/accessible?include=reasons", "ana")
    shown = staff().get("/person/answer/", {"username": "ana", "raw": "1"})
    assert (shown.status_code, shown.content) == (200, mine.content)


def test_view_as_a_disabled_user_is_the_refusal_that_she_gets(serve: Callable[..., Served]) -> None:
    serve([world.person("dan", enabled=False)])
    response = staff().get("/person/answer/", {"username": "dan", "raw": "1"})
    assert response.status_code == 401


def test_the_graph_leads_from_the_user_to_the_purposes(world_of_ana: Served) -> None:
    graph = staff().get("/person/graph/data/", {"username": "ana"}).json()
    labels = [node["label"] for node in graph["nodes"]]
    lines = {(labels[source], labels[target], counts) for source, target, counts in graph["edges"]}
    assert {
        ("ana", "/eng", True),
        ("/eng", "read sales", True),
        ("read sales", "Sales", True),
        ("/eng", "keep out", False),
        ("keep out", "Secret", False),
        ("ana", "analyst", True),
        ("analyst", "analysts", True),
        ("analysts", "By role", True),
    } == lines


@pytest.mark.parametrize("page", PERSON_PAGES)
def test_hostile_names_stay_text(world_of_ana: Served, page: str) -> None:
    response = staff().get(page, {"username": HOSTILE})
    assert response.status_code == 200
    raw = response.content.decode()
    assert HOSTILE.lower() in html.unescape(raw).lower()
    assert "<script>alert" not in raw
    assert ">14<" not in raw


def test_search_finds_every_kind_users_first(world_of_ana: Served) -> None:
    client = staff()
    kinds = [each["kind"] for each in client.get("/find/suggestions/", {"q": "an"}).json()["results"]]
    assert kinds == ["user", "user", "policy"]
    for words, kind in {"en": "group", "sal": "purpose", "engin": "persona", "read sa": "policy"}.items():
        assert kind in [
            each["kind"] for each in client.get("/find/suggestions/", {"q": words}).json()["results"]
        ]
    assert "anatol" in text(client.get("/find/", {"q": "ana"}))


def test_more_than_fifty_of_a_kind_come_in_pages(serve: Callable[..., Served]) -> None:
    serve([world.person(f"user-{number:03}") for number in range(120)], [world.purpose("User data")])
    client = staff()
    first = client.get("/find/", {"q": "user"})
    assert [(each.kind, len(each.rows), each.more) for each in first.context["sections"]] == [
        ("user", 50, True),
        ("purpose", 1, False),
    ]
    assert 'href="?q=user&kind=user&page=2"' in text(first)
    last = client.get("/find/", {"q": "user", "kind": "user", "page": "3"})
    (section,) = last.context["sections"]
    assert [found.name for found, _url in section.rows] == [f"user-{number:03}" for number in range(100, 120)]
    assert "Results 101 to 120" in text(last)
    assert 'rel="next"' not in text(last)


@pytest.mark.parametrize(
    "query",
    [{"kind": "x"}, {"page": "2"}, {"kind": "user", "page": "2"}, {"kind": "user", "page": "0"}]
    + [{"kind": "user", "page": page} for page in ("21", "x", "²")],
)
def test_a_page_of_results_that_cannot_be_is_refused(world_of_ana: Served, query: dict[str, str]) -> None:
    assert staff().get("/find/", {"q": "ana"} | query).status_code == 400


def test_after_twenty_pages_one_types_more(serve: Callable[..., Served]) -> None:
    serve([world.person(f"user-{number:04}") for number in range(1001)], [])
    page = text(staff().get("/find/", {"q": "user", "kind": "user", "page": "20"}))
    assert "Results 951 to 1000" in page
    assert 'rel="next"' not in page
    assert "There are more. Type more of the name to see them." in page


def test_search_is_limited_in_length_and_in_number(world_of_ana: Served) -> None:
    client = staff()
    assert client.get("/find/suggestions/", {"q": "x" * 201}).status_code == 400
    answers = [client.get("/find/suggestions/", {"q": ""}).status_code for _ in range(240)]
    assert (answers[0], answers[-1]) == (200, 429)
    refused = client.get("/find/", {"q": "ana"})
    assert (refused.status_code, refused["Retry-After"]) == (429, "10")
    assert "You have searched very often" in text(refused)
    assert staff("other").get("/find/", {"q": "ana"}).status_code == 200


def test_the_page_of_results_counts_as_a_search(world_of_ana: Served) -> None:
    client = staff()
    answers = [client.get("/find/", {"q": ""}).status_code for _ in range(241)]
    assert (answers[239], answers[240]) == (200, 429)
    assert client.get("/find/suggestions/", {"q": "ana"}).status_code == 429


def test_whom_i_looked_at_last_comes_first_on_my_start_page(world_of_ana: Served) -> None:
    client = staff()
    for name in ("ana", "anatol", "nobody"):
        client.get("/person/", {"username": name})
    staff("other").get("/person/", {"username": HOSTILE})
    recent = client.get("/").context["recent"]
    assert [(found.name, url) for found, _kind, url in recent] == [
        ("anatol", "/person/?username=anatol"),
        ("ana", "/person/?username=ana"),
    ]


class DownIndex(MemoryPolicyIndex):
    def evidence(self, subject: Subject) -> Evidence:
        raise PoliciesUnavailable from ConnectionError("secret-host")


class DownDirectory(MemoryDirectory):
    def by_username(self, username: str) -> Person | None:
        raise DirectoryUnavailable from ConnectionError("secret-host")


def test_could_not_tell_is_a_page_of_its_own(serve: Callable[..., Served]) -> None:
    for sources in ({"policies": DownIndex()}, {"directory": DownDirectory([ANA])}):
        serve([ANA], **sources)
        response = staff(f"audra-{next(iter(sources))}").get("/person/", {"username": "ana"})
        assert (response.status_code, response["Retry-After"]) == (503, "2")
        assert "This does not mean that there is no access." in text(response)
        assert "secret-host" not in text(response)


def test_an_account_that_is_no_staff_is_told_so_and_offered_no_administration(world_of_ana: Served) -> None:
    client = Client()
    client.force_login(User.objects.create_user("visitor"))
    page = text(client.get("/"))
    assert "Your account is not a staff account" in page
    assert 'href="/admin/"' not in page
    assert 'href="/admin/"' in text(Client().get("/"))
    assert 'href="/admin/"' in text(staff("otto", "simulate").get("/"))


def test_signing_in_forgives_the_case_of_a_username_and_stays_on_this_site(world_of_ana: Served) -> None:
    User.objects.create_user("audra", password="right horse")
    client = Client()
    form = {"username": "AUDRA", "password": "right horse"}
    assert client.post("/sign-in/", {**form, "next": "https://evil.example.com/"})["Location"] == "/"
    assert client.post("/sign-in/", {**form, "next": "/find/?q=a"})["Location"] == "/find/?q=a"
    assert client.post("/sign-out/")["Location"] == "/"


def test_the_admin_sends_people_to_the_same_place_to_sign_in(world_of_ana: Served) -> None:
    response = Client().get("/admin/", follow=True)
    assert response.redirect_chain[-1] == ("/sign-in/?next=%2Fadmin%2F", 302)


def test_guessing_passwords_is_slowed_down(world_of_ana: Served) -> None:
    User.objects.create_user("audra", password="right horse")
    for _ in range(10):
        Client().post("/sign-in/", {"username": "audra", "password": "wrong"})
    response = Client().post("/sign-in/", {"username": "audra", "password": "right horse"})
    assert "Too many attempts" in text(response)


def test_forms_of_other_sites_are_refused_with_a_page(world_of_ana: Served) -> None:
    response = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})
    assert (response.status_code, "This page was open for too long" in text(response)) == (403, True)


def test_the_server_renders_the_chosen_theme(world_of_ana: Served) -> None:
    client = Client()
    assert client.post("/theme/", {"theme": "dark", "next": "/find/"})["Location"] == "/find/"
    assert 'data-theme="dark"' in text(client.get("/"))
    assert client.post("/theme/", {"theme": "", "next": "//evil.example.com"})["Location"] == "/"
    assert "data-theme" not in text(client.get("/"))


def test_what_staff_see_stays_out_of_caches_and_under_the_strict_policy(world_of_ana: Served) -> None:
    client = staff()
    for page in ("/", *PERSON_PAGES, "/find/"):
        response = client.get(page, {"username": "ana"})
        assert "no-store" in response["Cache-Control"]
        assert "unsafe" not in response["Content-Security-Policy"]


@pytest.fixture
def globex(monkeypatch: pytest.MonkeyPatch, world_of_ana: Served) -> None:
    """A second tenant with a bo of its own."""
    default = wiring.tenants().default()
    other = wiring.TenantServices(
        slug="globex",
        policies=MemoryPolicyIndex.from_documents([world.purpose("Globex only")]),
        directory=MemoryDirectory([world.person("bo")]),
        issuers=(),
        local_issuer=None,
        auditor_role="access-auditor",
    )
    monkeypatch.setattr(wiring, "_cached", wiring._Cached(lambda: wiring.Tenants([default, other])))


def test_staff_look_at_their_own_tenant_only(globex: None) -> None:
    client = staff()
    TenantUser.objects.create(user=User.objects.get(username="audra"), tenant="globex")
    assert client.get("/person/", {"username": "ana"}).status_code == 404
    assert client.get("/person/", {"username": "bo"}).status_code == 200
    names = [each["name"] for each in client.get("/find/suggestions/", {"q": "s"}).json()["results"]]
    assert "Sales" not in names
    assert client.post("/tenant/", {"tenant": "default"}).status_code == 403
    assert set(AccessAudit.objects.values_list("tenant", flat=True)) == {"globex"}


def test_a_superuser_chooses_among_tenants(globex: None) -> None:
    client = staff("root", is_superuser=True)
    assert client.get("/person/", {"username": "ana"}).status_code == 200
    client.post("/tenant/", {"tenant": "globex"})
    assert client.get("/person/", {"username": "ana"}).status_code == 404
    assert client.get("/person/", {"username": "bo"}).status_code == 200
    assert client.post("/tenant/", {"tenant": "nowhere"}).status_code == 403


def test_staff_of_a_tenant_that_is_gone_see_nothing(world_of_ana: Served) -> None:
    client = staff()
    TenantUser.objects.create(user=User.objects.get(username="audra"), tenant="gone")
    response = client.get("/person/", {"username": "ana"})
    assert (response.status_code, "Your tenant is not active" in text(response)) == (403, True)


def test_the_raw_answer_is_json_and_never_a_page(world_of_ana: Served) -> None:
    response = staff().get("/person/answer/", {"username": HOSTILE, "raw": "1", "question": "whoami"})
    assert response["Content-Type"] == "application/json"
    assert json.loads(response.content)["username"] == HOSTILE
