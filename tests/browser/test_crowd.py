"""The pages in front of a directory of 100,000 users, in PostgreSQL with Keycloak's tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import sites
from tests.browser.seed import WIDELY
from tests.browser.visitor import Visitor
from tests.browser.weight import FIRST_PAGE_BYTES, REQUESTS, weighing
from tests.services.service import Service

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("browser-crowd")]

MANY = 100_000
SOMEBODY = "user-77777"
WARMED_WITHIN_MS = 120_000


@pytest.fixture(scope="module")
def site(static: Path) -> Iterator[Service]:
    with sites.crowded(static, MANY) as service:
        yield service


def test_one_of_100_000_is_found_and_shown_within_the_budget(auditor: Visitor) -> None:
    auditor.open("/")
    auditor.find_by_keyboard(SOMEBODY, SOMEBODY)
    for address in ("/person/", "/person/membership/"):
        with weighing(auditor.page) as sizes:
            auditor.open(address, username=SOMEBODY)
            auditor.page.wait_for_load_state("networkidle")
        assert sum(sizes) < FIRST_PAGE_BYTES
        assert len(sizes) <= REQUESTS
    auditor.open("/overview/")
    expect(auditor.page.get_by_text(f"{MANY + 1:,}").first).to_be_visible()


def test_thousands_who_see_a_purpose_come_in_pages(auditor: Visitor) -> None:
    auditor.open("/find/", q=WIDELY)
    with weighing(auditor.page) as sizes:
        auditor.page.get_by_role("link", name=WIDELY, exact=True).first.click()
        auditor.page.wait_for_load_state("networkidle")
    assert sum(sizes) < FIRST_PAGE_BYTES


def test_a_warm_up_is_started_watched_and_cancelled_and_goes_through(administrator: Visitor) -> None:
    page = administrator.page
    administrator.open("/overview/")
    page.get_by_role("button", name="Start a warm-up").click()
    latest = page.get_by_role("row", name="Warm-up").first
    expect(latest.get_by_role("progressbar")).to_be_visible()
    latest.get_by_role("button", name="Cancel").click()
    expect(latest).to_contain_text("cancelled")
    page.get_by_role("button", name="Start a warm-up").click()
    # The page follows by itself.
    expect(latest).to_contain_text(f"{MANY + 1:,} of {MANY + 1:,}", timeout=WARMED_WITHIN_MS)
