"""What people do on the pages, in Chromium."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.seed import HOSTILE, MALLORY
from tests.browser.staff import AUDITOR, PASSWORD
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
PERSON_PAGES = ("/person/", "/person/membership/", "/person/graph/", "/person/answer/")


def test_sign_in_lands_where_one_wanted_to_go_and_sign_out_ends_it(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.open("/person/", username="priya.nair")
    page.get_by_label("Username").fill(AUDITOR.upper())
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("priya.nair")
    page.get_by_role("button", name="Sign out").click()
    visitor.open("/person/", username="priya.nair")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_wrong_password_is_said_without_saying_what_was_wrong(visit: Visit) -> None:
    visitor = visit()
    visitor.open("/sign-in/")
    visitor.page.get_by_label("Username").fill("somebody")
    visitor.page.get_by_label("Password").fill("wrong")
    visitor.page.get_by_role("button", name="Sign in").click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("correct username and password")


def test_find_a_person_with_the_keyboard_alone(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Find")
    expect(box).to_be_focused()
    page.keyboard.insert_text("priya")  # at once: suggestions for the letters before would come and go
    expect(page.get_by_role("option").first).to_contain_text("priya.nair")
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("listbox", name="Suggestions").get_by_role("option", selected=True)
    expect(chosen).to_contain_text("priya.nair")
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("priya.nair")
    page.get_by_text("2 reasons").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Readers look").first).to_be_visible()


def test_find_a_person_whose_name_has_an_accent(auditor: Visitor) -> None:
    auditor.open("/")
    auditor.find_by_keyboard("zoë", "zoë.keller")


def test_a_name_that_nobody_has_is_said_to_those_who_cannot_see(auditor: Visitor) -> None:
    auditor.open("/")
    auditor.page.get_by_role("combobox", name="Find").press_sequentially("qqqq")
    expect(auditor.page.get_by_role("search").get_by_role("status")).to_have_text("Nothing found")


def test_filter_the_table_and_choose_its_columns(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/person/", username="priya.nair")
    page.get_by_label("Show", exact=True).select_option("Where the modes differ")
    page.get_by_text("Columns").first.click()
    page.get_by_label("Guid").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator("caption")).to_have_text("1 to 1 of 1")
    expect(page.get_by_role("columnheader", name="Guid")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Employee Directory")).to_be_visible()


def test_page_through_many_purposes(auditor: Visitor) -> None:
    auditor.open("/person/", username="zack.busy")
    auditor.page.get_by_role("link", name="Next").click()
    expect(auditor.page.locator("caption")).to_contain_text("51 to 100 of 70")


def test_the_theme_is_kept_and_rendered_by_the_server(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/person/", username="priya.nair")
    page.get_by_label("Theme").select_option("Dark")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("priya.nair")
    assert 'data-theme="dark"' in auditor.open("/").text()
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_a_right_that_is_missing_is_a_friendly_page(visit: Visit) -> None:
    visitor = visit()
    response = visitor.open("/nothing/here")
    assert response.status == 404
    visitor.page.get_by_role("link", name="Back to the start").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Access discovery")


@pytest.mark.parametrize("path", PERSON_PAGES)
def test_hostile_names_are_shown_as_they_are(auditor: Visitor, path: str) -> None:
    auditor.open(path, username=MALLORY)
    expect(auditor.page.get_by_role("heading", level=1)).to_contain_text(MALLORY)
    if path == "/person/":
        for name in HOSTILE:
            expect(auditor.page.get_by_role("rowheader", name=name, exact=True).first).to_be_visible()
    auditor.page.wait_for_load_state("networkidle")
    assert auditor.foreign_elements() == 0
    assert auditor.overflow() <= 0


def test_hostile_names_are_only_text_among_the_suggestions(auditor: Visitor) -> None:
    auditor.open("/")
    auditor.page.get_by_role("combobox", name="Find").press_sequentially("<img")
    expect(auditor.page.get_by_role("option").first).to_contain_text("<img src=x onerror=alert(1)>")
    assert auditor.foreign_elements() == 0


@pytest.mark.parametrize("path", PERSON_PAGES)
def test_all_of_it_can_be_read_without_scripts(visit: Visit, signed_in: Any, path: str) -> None:
    visitor = visit(storage_state=signed_in, java_script_enabled=False)
    visitor.open(path, username="priya.nair")
    shown = visitor.page.get_by_role("main").inner_text()
    telling = {"/person/membership/": "pipeline-operator", "/person/answer/": '"purposes"'}
    assert telling.get(path, "Data Quality") in shown


def test_search_works_without_scripts(visit: Visit, signed_in: Any) -> None:
    visitor = visit(storage_state=signed_in, java_script_enabled=False)
    visitor.open("/")
    visitor.page.get_by_role("searchbox").fill("priya")
    visitor.page.get_by_role("searchbox").press("Enter")
    visitor.page.get_by_role("link", name="priya.nair").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("priya.nair")
