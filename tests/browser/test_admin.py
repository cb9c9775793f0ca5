"""What administrators meet in Chromium: pages that all can use, a preview that is seen, a selection that is asked about."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ON_SERVICES, ON_SQLITE, only_on
from tests.browser.visitor import Visitor

WIDTH, HEIGHT = 360, 740

POLICIES = "/admin/purposeapp/authpolicy/"


def first_of(path: str) -> Callable[[Visitor], str]:
    """The page of the first row of a list."""

    def address(visitor: Visitor) -> str:
        visitor.open(path)
        return visitor.page.locator("#result_list tbody th a").first.get_attribute("href") or ""

    return address


PAGES: dict[str, str | Callable[[Visitor], str]] = {
    "index": "/admin/",
    "policies": POLICIES,
    "a policy": first_of(POLICIES),
    "new policy": f"{POLICIES}add/",
    "purposes": "/admin/purposeapp/purpose/",
    "a purpose": first_of("/admin/purposeapp/purpose/"),
    "new persona": "/admin/purposeapp/persona/add/",
    "new tenant": "/admin/purposeapp/tenant/add/",
    "a role": first_of("/admin/purposeapp/role/"),
    "users": "/admin/auth/user/",
    "a user": first_of("/admin/auth/user/"),
    "new group": "/admin/auth/group/add/",
    "audit trail": "/admin/purposeapp/accessaudit/",
    "jobs": "/admin/purposeapp/job/",
    "start a warm-up": "/admin/purposeapp/job/warm/",
}


def open_page(visitor: Visitor, name: str) -> None:
    address = PAGES[name]
    response = visitor.open(address if isinstance(address, str) else address(visitor))
    assert response.status == 200
    visitor.page.wait_for_load_state("networkidle")


@only_on(ON_SQLITE)
@pytest.mark.parametrize("name", PAGES)
def test_no_page_violates_accessibility_in_light_and_dark(administrator: Visitor, name: str) -> None:
    open_page(administrator, name)
    assert administrator.violations() == []
    administrator.page.emulate_media(color_scheme="dark")
    administrator.page.reload(wait_until="networkidle")
    expect(administrator.page.locator("html")).to_have_class("dark")
    assert administrator.violations("color-contrast") == []


@only_on(ON_SQLITE)
@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_window_needs_no_sideways_scrolling(
    visit: Callable[..., Visitor], signed_in_administrator: Any, name: str
) -> None:
    visitor = visit(storage_state=signed_in_administrator, viewport={"width": WIDTH, "height": HEIGHT})
    open_page(visitor, name)
    assert visitor.overflow() <= 0


@only_on(ON_SQLITE)
def test_the_pages_have_the_site_s_icon(administrator: Visitor) -> None:
    administrator.open("/admin/")
    icon = administrator.page.locator("link[rel=icon]").get_attribute("href")
    assert administrator.page.request.get(f"{administrator.url}{icon}").ok


@only_on(ON_SQLITE)
def test_the_preview_is_beside_save_and_its_answer_is_seen_at_once(administrator: Visitor) -> None:
    page = administrator.page
    administrator.open(POLICIES, q="Purpose 0002")
    page.get_by_role("link", name="Purpose 0002 policy").click()
    preview = page.get_by_role("button", name="Preview who gains and loses")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_in_viewport()
    expect(preview).to_be_in_viewport()
    page.locator("#id_groups").fill("nobody-is-in-this")
    preview.click()
    panel = page.get_by_role("status").filter(has_text="If you save this")
    expect(panel).to_contain_text("1 user loses something: zack.busy")
    expect(panel).to_be_in_viewport(ratio=1)
    assert administrator.violations() == []


def ask(visitor: Visitor, action: str) -> None:
    """Choose two policies of the crowd, and what to do with them."""
    page = visitor.page
    visitor.open(POLICIES, q="Purpose 060")
    for name in ("Purpose 0601 policy", "Purpose 0602 policy"):
        page.get_by_role("row").filter(has_text=name).get_by_role("checkbox").check()
    page.locator("select[name=action]").select_option(action)
    page.get_by_role("button", name="Run").click()


def expect_enabled(visitor: Visitor, *, enabled: bool) -> None:
    visitor.open(POLICIES, q="Purpose 0601", is_enabled__exact=str(int(enabled)))
    expect(visitor.page.get_by_role("link", name="Purpose 0601 policy")).to_be_visible()


@only_on(ON_SQLITE)
def test_a_selection_is_asked_about_and_nothing_is_done_before(administrator: Visitor) -> None:
    page = administrator.page
    ask(administrator, "disable")
    expect(page.get_by_role("heading", name="Disable 2 policies?")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Purpose 0602 policy")
    expect(page.get_by_role("main")).to_contain_text("1 user loses something: zack.busy")
    assert administrator.violations() == []
    page.get_by_role("link", name="No, take me back").click()
    expect(page).to_have_url(f"{administrator.url}{POLICIES}?q=Purpose+060")
    expect_enabled(administrator, enabled=True)


@only_on(ON_SQLITE)
def test_a_selection_is_switched_off_and_on_again(administrator: Visitor) -> None:
    page = administrator.page
    for action, done, enabled in (("disable", "disabled", False), ("enable", "enabled", True)):
        ask(administrator, action)
        page.get_by_role("button", name=action.capitalize(), exact=True).click()
        expect(page.get_by_text(f"2 policies {done}.")).to_be_visible()
        expect_enabled(administrator, enabled=enabled)


@only_on(ON_SQLITE)
def test_deleting_a_selection_is_asked_about_in_true_words(administrator: Visitor) -> None:
    page = administrator.page
    ask(administrator, "delete_selected")
    expect(page.get_by_role("heading", name="Delete 2 policies?")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("They are marked as deleted")
    page.get_by_role("link", name="No, take me back").click()
    expect_enabled(administrator, enabled=True)


@only_on(ON_SERVICES)
def test_where_policies_are_elsewhere_the_admin_leads_to_them(administrator: Visitor) -> None:
    page = administrator.page
    administrator.open("/admin/purposeapp/purpose/")
    note = page.get_by_role("note", name="Kept elsewhere")
    expect(note).to_contain_text("come from Elasticsearch and are changed there: default.")
    expect(page.get_by_text("Create a new item")).to_have_count(0)
    assert administrator.violations() == []
    note.get_by_role("link", name="Find").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.url.startswith(f"{administrator.url}/find/")
