"""On German pages no English sentence is left: neither of the catalogue, nor of what the API says of the same facts."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from accessviz.links import to_simulation
from purposeapp.jobs import reviewing
from purposeapp.jobs.runner import run
from purposeapp.models import AuthPolicy, Persona, Purpose, Review, Role, Tenant
from tests import world
from tests.api.pages import staff
from tests.api.test_findings import DOCUMENTS, EMPTY, MANY, MIXED, OPEN, PEOPLE, SHUT, findings
from tests.api.test_language import GERMAN
from tests.conftest import Serve, Served
from tests.unit.test_language import SENTENCES

WORDS = re.compile(r"[^\W\d_]{2,}")
PLACE = re.compile(r"%\(\w+\)[sd]")
TOLD = ("title", "placeholder", "alt", "aria-label")

PERSONA = world.persona("Engineer", groups=["eng"])
GUIDS = {each["name"]: each["__guid"] for each in DOCUMENTS}


class Texts(HTMLParser):
    """What a page says: its texts and those of attributes, each as it stands; not what is code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style", "code", "pre")
        self._hear(*(value or "" for name, value in attrs if name in TOLD))

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "code", "pre")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._hear(data)

    def _hear(self, *texts: str) -> None:
        self.found += [text for each in texts if (text := " ".join(each.split()))]


def english() -> Iterator[re.Pattern[str]]:
    """The sentences of the catalogue that are others in German. Long ones may stand inside a text, short ones are all of it."""
    with translation.override("de"):
        translated = [sentence for sentence in SENTENCES if gettext(sentence) != sentence]
    for sentence in translated:
        parts = PLACE.split(" ".join(sentence.split()))
        words = WORDS.findall(" ".join(parts))
        if len(words) >= 4:
            yield re.compile(".+?".join(map(re.escape, parts)))
        elif words:
            short = r"\S+".join(map(re.escape, parts))
            yield re.compile(f"^{short}[:.]?$")


ENGLISH = list(english())


def left_in(html: str) -> set[str]:
    return {text for text in Texts(html).found if any(each.search(text) for each in ENGLISH)}


def sentences_left_in(html: str) -> set[str]:
    """Without one or two words that stand alone: the names of fields are English in the admin."""
    return {text for text in left_in(html) if len(text.split()) > 2}


@pytest.fixture
def acme(serve: Serve) -> Served:
    return serve(PEOPLE, [*DOCUMENTS, PERSONA])


@pytest.fixture
def client(acme: Served) -> Client:
    return staff("root", is_superuser=True)


def page(client: Client, address: str, *, status: int = 200, **headers: str) -> str:
    response = client.get(address, headers=headers or GERMAN)
    assert response.status_code == status, address
    html = response.content.decode()
    assert f'lang="{"en" if headers else "de"}"' in html, address
    return html


def at(path: str, **query: str) -> str:
    return f"{path}?{urlencode(query)}"


def explained() -> Iterator[str]:
    for username in ("eng-00", "greedy", "dora", "olga"):
        for purpose in (OPEN, SHUT, EMPTY, MIXED, MANY[0]):
            yield at("/explain/", username=username, purpose=purpose["__guid"])
        yield at("/explain/", username=username, persona=PERSONA["__guid"], at="2026-06-15T12:00")


def tried_out() -> str:
    """Changes of which some do nothing."""
    policy, who = GUIDS["real"], {"username": "eng-00"}
    return to_simulation(
        {"op": "add_group", **who, "name": "unheard of"},
        {"op": "add_role", **who, "name": "unheard of"},
        {"op": "remove_group", **who, "name": "all"},
        {"op": "remove_role", **who, "name": "analyst"},
        {"op": "add_group", **who, "name": "eng"},
        {"op": "disable_policy", "guid": policy},
        {"op": "put_policies", "documents": [PERSONA]},
    )


def refused() -> str:
    return to_simulation(
        {"op": "add_group", "username": "nobody", "name": "eng"},
        {"op": "add_role", "username": "eng-00", "name": ""},
        {"op": "disable_policy", "guid": "none"},
        {"op": "enable_purpose", "guid": "none"},
        {"op": "put_policy", "policy": {"guid": "new"}},
    )


PAGES = [
    *explained(),
    "/", "/find/?q=e", "/overview/", "/findings/", "/differences/", "/reviews/", "/explain/", "/simulate/",
    *(at("/person/", username=username) for username in ("eng-00", "greedy", "dora", "olga")),
    at("/person/membership/", username="greedy"), at("/person/graph/", username="greedy"),
    *(at("/purpose/", guid=each["__guid"]) for each in (OPEN, SHUT, EMPTY, MIXED)),
    at("/purpose/people/", guid=MIXED["__guid"]),
    *(at("/policy/", guid=GUIDS[name]) for name in ("real", "misread", "never", "to whom", "over", "lonely")),
    at("/persona/", guid=PERSONA["__guid"]), at("/persona/people/", guid=PERSONA["__guid"]),
    at("/compare/", left="greedy", right="eng-00"), at("/compare/", left="dora", right="olga"),
    tried_out(),
]  # fmt: skip

REFUSED = [
    (refused(), 400),
    (at("/explain/", username="eng-00", purpose=MIXED["__guid"], at="soon"), 400),
    (at("/explain/", username="nobody", purpose=MIXED["__guid"]), 404),
    (at("/explain/", username="eng-00", purpose="none"), 404),
    (at("/explain/", username="eng-00", persona="none"), 404),
    (at("/policy/", guid="none"), 404),
    (at("/group/", id="none"), 404),
    ("/findings/?cursor=forged", 400),
]

ADMIN = ("tenant", "purpose", "persona", "authpolicy", "role", "job", "accessaudit")


def test_no_english_sentence_is_left_on_the_pages(client: Client) -> None:
    left = {address: found for address in PAGES if (found := left_in(page(client, address)))}
    assert left == {}


def test_nor_in_what_is_refused(client: Client) -> None:
    left = {
        address: found
        for address, status in REFUSED
        if (found := left_in(page(client, address, status=status)))
    }
    assert left == {}


def test_english_pages_would_be_noticed(client: Client) -> None:
    """What the tests above look for is there to be found, on each of these pages."""
    with translation.override("en"):
        unnoticed = [each for each in PAGES if not left_in(page(client, each, accept_language="en"))]
    assert unnoticed == []


def test_no_finding_is_told_as_the_api_tells_it(acme: Served, client: Client) -> None:
    told = {each["kind"]: each["sentence"] for each in findings(acme)}
    german = [page(client, at("/findings/", kind=kind)) for kind in told]
    assert len(told) == 11
    said = {text for html in german for text in Texts(html).found}
    assert [sentence for sentence in told.values() if " ".join(sentence.split()) in said] == []


def test_no_reason_is_told_as_the_api_tells_it(acme: Served, client: Client) -> None:
    asked = at("/api/meta/purposes/accessible", username="greedy", include="reasons", limit="500")
    answer = acme.get(asked, as_="olga").json()
    told = {reason["because"] for each in answer["purposes"] for reason in each["reasons"]}
    said = " ".join(Texts(page(client, at("/person/", username="greedy"))).found)
    assert told
    assert [because for because in told if because in said] == []


def test_a_review_is_in_german_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviewing, "hand_over", lambda job: run(job.pk))
    question: dict[str, Any] = {"scope": "tenant", "mode": "effective"}
    unknown = client.post("/reviews/", {**question, "scope": "group", "name": "none"}, headers=GERMAN)
    assert left_in(unknown.content.decode()) == set()
    client.post("/reviews/", question)
    assert left_in(page(client, f"/reviews/{Review.objects.get().pk}/")) == set()
    assert left_in(page(client, "/reviews/")) == set()


def test_the_admin_names_its_things_in_german(client: Client) -> None:
    tenant = Tenant.objects.create(
        slug="acme", name="Acme", issuer="https://sso.example.com/acme", audience="x"
    )
    purpose = Purpose.objects.create(name="Churn")
    rows = (tenant, purpose, Persona.objects.create(name="P"), Role.objects.create(name="R"),
            AuthPolicy.objects.create(name="read", purpose=purpose))  # fmt: skip
    pages = ["/admin/", *(f"/admin/purposeapp/{name}/" for name in ADMIN)]
    pages += [f"/admin/purposeapp/{row._meta.model_name}/{row.pk}/change/" for row in rows]
    assert {address: found for address in pages if (found := sentences_left_in(page(client, address)))} == {}
    titles = [Texts(page(client, f"/admin/purposeapp/{name}/")).found for name in ADMIN]
    for title, names in zip(
        titles,
        ("Mandant", "Zweck", "Persona", "Regel", "Rolle", "Hintergrundarbeit", "Protokoll"),
        strict=True,
    ):
        assert any(names in text for text in title)
