"""The pages of purposes, personas, policies and groups, and those that answer questions, in Chromium."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from purposeapp.demo.identity import guid
from tests import world
from tests.browser.seed import HOSTILE, MALLORY, SCRIPT
from tests.browser.visitor import Visitor

QUALITY = guid("purpose", "Data Quality")
EVIL = world.guid_of("purpose", SCRIPT)
EVIL_POLICY = world.guid_of("policy", f"{SCRIPT} policy")


def test_from_the_search_box_over_a_purpose_to_why_somebody_sees_it(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/")
    page.get_by_role("combobox", name="Find").press_sequentially("Data Qual")
    page.get_by_role("option").filter(has_text="Purpose").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Data Quality")
    page.get_by_role("link", name="Who sees it").click()
    page.get_by_label("Words").fill("priya")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Explain priya.nair").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("priya.nair sees the purpose “Data Quality”.")
    expect(page.locator("#graph[data-drawn]")).to_be_visible()
    shared = page.url
    page.goto(shared)
    expect(page.get_by_role("cell", name="priya.nair →").first).to_be_visible()


def test_from_a_group_to_what_it_opens_and_to_its_persona(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/find/", q="engineering")
    page.get_by_role("main").get_by_role("link", name="engineering", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Group engineering")
    page.get_by_role("link", name="What it opens").click()
    page.get_by_role("main").get_by_role("link", name="Data Engineer", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Persona Data Engineer")


@pytest.mark.parametrize(
    ("path", "telling"), [("/differences/", "Employee Directory"), ("/findings/", "Night shift")]
)
def test_what_is_odd_about_the_company_is_listed(auditor: Visitor, path: str, telling: str) -> None:
    auditor.open(path)
    expect(auditor.page.get_by_role("main").get_by_text(telling).first).to_be_visible()


def test_a_suggestion_is_tried_out_and_nothing_is_written(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/explain/", username="zoe.disabled", purpose=QUALITY)
    expect(page.get_by_role("heading", level=1)).to_contain_text("does not see")
    auditor.open("/explain/", username=MALLORY, purpose=QUALITY)
    page.get_by_role("link", name="Try it out").first.click()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    expect(page.get_by_role("region", name="One by one").get_by_text("Data Quality").first).to_be_visible()
    auditor.open("/explain/", username=MALLORY, purpose=QUALITY)
    expect(page.get_by_role("heading", level=1)).to_contain_text("does not see")


def test_compare_picks_two_users_with_the_keyboard_and_swaps_them(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/compare/")
    for label, letters, name in (("First user", "priya", "priya.nair"), ("Second user", "zack", "zack.busy")):
        field = page.get_by_role("combobox", name=label)
        field.focus()
        page.keyboard.insert_text(letters)
        expect(page.get_by_role("option").filter(has_text=name)).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(field).to_have_value(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("priya.nair · zack.busy")
    page.get_by_role("link", name="Swap").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("zack.busy · priya.nair")


def test_changes_are_built_row_by_row(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/simulate/")
    page.get_by_label("One more change").select_option("Give a user a role")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("button", name="Remove Give a user a role").click()
    page.get_by_label("One more change").select_option("Disable a purpose")
    page.get_by_role("button", name="Add").click()
    field = page.get_by_role("combobox", name="Purpose", exact=True)
    expect(field).to_be_focused()
    page.keyboard.insert_text("Data Qual")
    page.get_by_role("listbox", name="Suggestions").get_by_role("option").first.click()
    expect(field).to_have_value(QUALITY)
    expect(page.locator("fieldset .hint")).to_have_text("Data Quality")
    page.get_by_role("button", name="Try it out").last.click()
    expect(page.get_by_text("0 gained")).to_be_visible()
    expect(page.get_by_role("combobox", name="Purpose", exact=True)).to_have_value(QUALITY)


def test_changes_are_tried_out_without_scripts(visit: Callable[..., Visitor], signed_in: Any) -> None:
    visitor = visit(storage_state=signed_in, java_script_enabled=False)
    page = visitor.page
    visitor.open("/simulate/")
    page.get_by_label("One more change").select_option("Disable a purpose")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("group").get_by_role("textbox", name="Purpose").fill(QUALITY)
    page.keyboard.press("Enter")
    expect(page.get_by_text("0 gained")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/purpose/", {"guid": EVIL}),
        ("/purpose/people/", {"guid": EVIL}),
        ("/policy/", {"guid": EVIL_POLICY}),
        ("/explain/", {"username": MALLORY, "purpose": EVIL}),
        ("/compare/", {"left": MALLORY, "right": "priya.nair"}),
        ("/simulate/", {"change": f'{{"op":"disable_policy","guid":"{EVIL_POLICY}"}}'}),
    ],
)
def test_hostile_names_are_shown_as_they_are(auditor: Visitor, path: str, query: dict[str, str]) -> None:
    auditor.open(path, **query)
    auditor.page.wait_for_load_state("networkidle")
    assert HOSTILE[0] in auditor.page.get_by_role("main").inner_text()
    assert auditor.foreign_elements() == 0
    assert auditor.overflow() <= 0
