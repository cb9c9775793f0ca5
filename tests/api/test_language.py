"""Which language a page is in, and that programs never get another."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.api.test_pages import ANA, DOCUMENTS, staff, text
from tests.conftest import Served

GERMAN = {"accept-language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.fixture
def company(serve: Callable[..., Served]) -> Served:
    return serve([ANA], DOCUMENTS)


@pytest.mark.parametrize(
    ("asked", "expected"), [("de-AT,de;q=0.9", "Anmelden"), ("fr,en;q=0.1", "Sign in"), ("xx", "Sign in")]
)
def test_the_browser_is_asked_and_english_is_for_everybody_else(
    company: Served, asked: str, expected: str
) -> None:
    response = Client().get("/sign-in/", headers={"accept-language": asked})
    assert f"<h1>{expected}</h1>" in text(response)
    assert f'<html lang="{"de" if expected == "Anmelden" else "en"}"' in text(response)


def test_a_choice_is_kept_and_leads_back_but_nowhere_else(company: Served) -> None:
    client = staff()
    response = client.post("/language/", {"language": "de", "next": "/find/?q=a"})
    assert response["Location"] == "/find/?q=a"
    assert "<h1>Finden</h1>" in text(client.get("/find/", {"q": "a"}))
    response = client.post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert response["Location"] == "/"
    assert "<h1>Find</h1>" in text(client.get("/find/", {"q": "a"}))


def test_pages_are_in_it_and_programs_are_not(company: Served) -> None:
    client = staff()
    page = text(client.get("/person/", {"username": "ana"}, headers=GERMAN))
    assert "Gruppe „eng“" in page
    english = company.get("/api/meta/purposes/accessible?limit=x", as_="ana")
    german = company.get("/api/meta/purposes/accessible?limit=x", as_="ana", accept_language="de")
    assert german.json()["detail"] == english.json()["detail"]
    assert german.status_code == 400


def test_the_answer_of_the_api_on_a_german_page_is_the_api_s(company: Served) -> None:
    english = staff("one").get("/person/answer/", {"username": "ana", "raw": ""})
    german = staff("two").get("/person/answer/", {"username": "ana", "raw": ""}, headers=GERMAN)
    assert german.content == english.content


def test_errors_are_in_it_too(company: Served) -> None:
    response = staff("one", "view_job").get("/person/", {"username": "ana"}, headers=GERMAN)
    assert (response.status_code, "Das dürfen Sie nicht sehen" in text(response)) == (403, True)
