"""What operators and reviewers do, in Chromium: the overview, a review from its start to its file, previews, a language."""

import csv
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import ON_SERVICES, ON_SQLITE, only_on
from tests.browser.staff import ADMIN_PASSWORD, ADMINISTRATOR
from tests.browser.visitor import Visitor


def test_the_overview_tells_and_its_charts_are_tables_too(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    expect(page.get_by_role("rowheader", name="default/directory", exact=True)).to_be_visible()
    auditor.open("/person/", username="priya.nair")
    auditor.open("/overview/")
    page.get_by_text("The same as a table").first.click()
    expect(page.get_by_role("columnheader", name="How many").first).to_be_visible()
    expect(page.get_by_text("GET /person/").first).to_be_visible()


@only_on(ON_SERVICES)
def test_the_overview_names_the_real_servers(auditor: Visitor) -> None:
    auditor.open("/overview/")
    for name in ("default/directory", "default/policies", "default/policies/changes"):
        expect(auditor.page.get_by_role("rowheader", name=name, exact=True)).to_be_visible()
    expect(auditor.page.get_by_text("could not tell")).to_have_count(0)


def test_a_review_from_its_start_to_its_file(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/reviews/")
    page.get_by_label("What to review").select_option("The members of one group, by its name")
    page.get_by_label("Guid or name").fill("platform")
    page.get_by_role("button", name="Start").click()
    expect(
        page.get_by_role("heading", name="Rows")
    ).to_be_visible()  # the page reloads when it has been taken
    row = page.get_by_role("row").nth(1)
    row.get_by_label("Comment").fill("=still needed")
    row.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Keep, decided by nadia.rahman")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    lines = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert "'=still needed" in lines[1]
    assert auditor.violations() == []


def test_another_language_is_chosen_and_kept(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/person/", username="priya.nair")
    page.get_by_label("Language").select_option("Deutsch")
    page.get_by_role("contentinfo").get_by_role("button", name="Switch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("priya.nair")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("link", name="Übersicht")).to_be_visible()
    assert auditor.violations() == []


def test_the_browser_s_language_is_taken_where_none_was_chosen(visit: Callable[..., Visitor]) -> None:
    visitor = visit(locale="de-CH")
    visitor.open("/sign-in/")
    expect(visitor.page.get_by_role("button", name="Anmelden")).to_be_visible()


@only_on(ON_SQLITE)  # on the services policies are written elsewhere: trying out is the preview
def test_an_administrator_sees_who_loses_before_saving(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.page
    visitor.open("/admin/purposeapp/authpolicy/", q="Purpose 0000")
    page.get_by_label("Username").fill(ADMINISTRATOR)
    page.get_by_label("Password").fill(ADMIN_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Purpose 0000 policy").click()
    page.locator("#id_groups").fill("nobody-is-in-this")
    page.get_by_role("button", name="Preview who gains and loses").click()
    panel = page.get_by_role("status").filter(has_text="If you save this")
    expect(panel).to_contain_text("1 user loses something: zack.busy")
    expect(page.locator("#id_groups")).to_have_value("nobody-is-in-this")
    visitor.open("/admin/purposeapp/authpolicy/", q="Purpose 0000")
    page.get_by_role("link", name="Purpose 0000 policy").click()
    expect(page.locator("#id_groups")).to_have_value("crowd")
