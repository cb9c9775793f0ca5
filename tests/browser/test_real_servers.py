"""The pages in front of real servers: the demo company in Elasticsearch and Keycloak, and a directory of 100,000 users."""

import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.seed import WIDELY, grant_widely
from tests.browser.visitor import Visitor
from tests.browser.weight import FIRST_PAGE_BYTES, REQUESTS, weighing
from tests.servers import KeycloakAdmin, fresh_index, need, servers
from tests.services.keycloak_copy import REALM, keycloak_copy
from tests.services.service import Service, running_service

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("browser")]

MANY = 100_000
STAFF, PASSWORD = "stella", "of-the-real-servers"
MAKE_STAFF = (
    "from django.contrib.auth.models import User;"
    f" User.objects.create_superuser('{STAFF}', password='{PASSWORD}')"
)
BEFORE = (("collectstatic", "--noinput", "--verbosity", "0"), ("shell", "--verbosity", "0", "-c", MAKE_STAFF))


@pytest.fixture(scope="module")
def acme() -> Iterator[Service]:
    """The demo company on real Elasticsearch and Keycloak; staff are accounts of the service itself."""
    keycloak, realm = KeycloakAdmin.connect(), f"acme-{secrets.token_hex(4)}"
    with fresh_index(need("elasticsearch")) as index:
        settings = {
            "ELASTICSEARCH_URL": servers().elasticsearch_url,
            "ELASTICSEARCH_INDEX": index,
            "ELASTICSEARCH_DEADLINE": "10",
            "KEYCLOAK_DATABASE_URL": servers().keycloak_database_url,
            "KEYCLOAK_DEADLINE": "5",
            "KEYCLOAK_REALM": realm,
            "KEYCLOAK_URL": keycloak.url,
            "KEYCLOAK_ADMIN": servers().keycloak_admin,
            "KEYCLOAK_ADMIN_PASSWORD": servers().keycloak_admin_password,
        }
        try:
            with running_service(*BEFORE, ("demo", "--into", "services"), **settings) as service:
                yield service
        finally:
            keycloak.delete_realm(realm)


@pytest.fixture(scope="module")
def crowded() -> Iterator[Service]:
    """100,000 users of a Keycloak database, and some purposes that thousands of them see."""
    with keycloak_copy(users=MANY, groups=300, roles=60) as copy:
        settings = {
            "KEYCLOAK_DATABASE_URL": copy.reader_url,
            "KEYCLOAK_REALM": REALM,
            "KEYCLOAK_DEADLINE": "5",
        }
        granting = f"from tests.browser.seed import {grant_widely.__name__} as grant; grant()"
        with running_service(*BEFORE, ("shell", "--verbosity", "0", "-c", granting), **settings) as service:
            yield service


@pytest.fixture
def enter(browser: Browser) -> Iterator["Enter"]:
    entering = Enter(browser)
    yield entering
    for visitor in entering.visitors:
        visitor.page.context.close()
    assert [problem for visitor in entering.visitors for problem in visitor.problems] == []


class Enter:
    """Signs staff in to a service, each with a browser of their own."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.visitors: list[Visitor] = []

    def __call__(self, service: Service) -> Visitor:
        visitor = Visitor.of(service.url, self._browser.new_context())
        self.visitors.append(visitor)
        visitor.open("/sign-in/")
        visitor.page.get_by_label("Username").fill(STAFF)
        visitor.page.get_by_label("Password").fill(PASSWORD)
        visitor.page.get_by_role("button", name="Sign in").click()
        visitor.page.wait_for_url(f"{service.url}/")
        return visitor


def find(visitor: Visitor, typed: str, wanted: str) -> None:
    """By the keyboard alone, from the search box to the page of a person."""
    page = visitor.page
    page.keyboard.press("/")
    page.keyboard.insert_text(typed)
    expect(page.get_by_role("option").first).to_contain_text(wanted)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(wanted)


def test_find_somebody_of_keycloak_and_what_they_see_by_elasticsearch(acme: Service, enter: Enter) -> None:
    visitor = enter(acme)
    find(visitor, "zoë", "zoë.keller")
    visitor.open("/person/", username="priya.nair")
    expect(visitor.page.get_by_role("rowheader", name="Data Quality")).to_be_visible()
    visitor.open("/person/membership/", username="priya.nair")
    expect(visitor.page.get_by_text("pipeline-operator").first).to_be_visible()
    visitor.open("/person/graph/", username="priya.nair")
    expect(visitor.page.locator("#graph")).to_have_attribute("data-drawn", re.compile(r"\d\d"))


def test_the_overview_names_the_real_servers(acme: Service, enter: Enter) -> None:
    visitor = enter(acme)
    visitor.open("/overview/")
    for name in ("default/directory", "default/policies", "default/policies/changes"):
        expect(visitor.page.get_by_role("rowheader", name=name, exact=True)).to_be_visible()
    expect(visitor.page.get_by_text("could not tell")).to_have_count(0)


def test_a_review_of_real_people_is_taken_and_decided(acme: Service, enter: Enter) -> None:
    page = enter(acme).page
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Reviews").click()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Rows")).to_be_visible(timeout=30_000)
    page.get_by_role("row").nth(1).get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text(f"Revoke, decided by {STAFF}")


@pytest.mark.parametrize("address", ["/differences/", "/findings/", "/compare/", "/simulate/"])
def test_questions_about_everybody_are_answered(acme: Service, enter: Enter, address: str) -> None:
    visitor = enter(acme)
    assert visitor.open(address).status == 200
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()


def test_one_of_100_000_is_found_and_shown_within_the_budget(crowded: Service, enter: Enter) -> None:
    visitor = enter(crowded)
    find(visitor, "user-77777", "user-77777")
    for address in ("/person/", "/person/membership/"):
        with weighing(visitor.page) as sizes:
            visitor.open(address, username="user-77777")
            visitor.page.wait_for_load_state("networkidle")
        assert sum(sizes) < FIRST_PAGE_BYTES
        assert len(sizes) <= REQUESTS
    visitor.open("/overview/")
    expect(visitor.page.get_by_text(f"{MANY + 1:,}").first).to_be_visible()


def test_thousands_who_see_a_purpose_come_in_pages(crowded: Service, enter: Enter) -> None:
    visitor = enter(crowded)
    visitor.open("/find/", q=WIDELY)
    with weighing(visitor.page) as sizes:
        visitor.page.get_by_role("link", name=WIDELY, exact=True).first.click()
        visitor.page.wait_for_load_state("networkidle")
    assert sum(sizes) < FIRST_PAGE_BYTES
