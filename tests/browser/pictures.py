"""`make pictures`: the pictures of the documentation, from the demo company. Each shows the page as it first appears."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from deploy.native.packages import program
from tests.browser.sites import collect, on_sqlite
from tests.browser.staff import ADMIN_PASSWORD, ADMINISTRATOR, AUDITOR, PASSWORD

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
WINDOW = {"width": 1120, "height": 840}
PERSON = "priya.nair"

LARGEST = 250_000
"""Bytes of a picture."""


def _nothing(page: Page) -> None:
    page.wait_for_load_state("networkidle")


def _type_a_name(page: Page) -> None:
    page.get_by_role("combobox", name="Find").press_sequentially("pri")
    page.get_by_role("listbox", name="Suggestions").get_by_role("option").nth(4).wait_for()


def _open_reasons(page: Page) -> None:
    page.get_by_text("reasons").first.click()


def _wait_for_the_graph(page: Page) -> None:
    page.locator("[data-drawn]").first.wait_for()


def _take_a_review(page: Page) -> None:
    page.get_by_role("button", name="Start").click()
    page.get_by_role("heading", name="Rows").wait_for()
    page.get_by_role("row").nth(1).get_by_role("button", name="Keep").click()
    page.get_by_text("decided by").first.wait_for()
    page.evaluate("scrollTo(0, 0)")


def _preview_a_policy(page: Page) -> None:
    page.get_by_role("link", name="Readers look").first.click()
    page.locator("#id_groups").fill("finance")
    page.get_by_role("button", name="Preview who gains and loses").click()
    page.get_by_role("status").filter(has_text="If you save this").wait_for()


@dataclass(frozen=True)
class Picture:
    """A page, what is done on it first, and the theme it is in."""

    path: str
    first: Callable[[Page], None] = _nothing
    theme: str = "light"


PICTURES: Mapping[str, Picture] = {
    "find": Picture("/", _type_a_name),
    "access": Picture(f"/person/?username={PERSON}", _open_reasons),
    "access-dark": Picture(f"/person/?username={PERSON}", _open_reasons, "dark"),
    "membership": Picture(f"/person/membership/?username={PERSON}"),
    "graph": Picture(f"/person/graph/?username={PERSON}", _wait_for_the_graph),
    "graph-dark": Picture(f"/person/graph/?username={PERSON}", _wait_for_the_graph, "dark"),
    "differences": Picture("/differences/"),
    "findings": Picture("/findings/", theme="dark"),
    "review": Picture("/reviews/", _take_a_review),
    "overview": Picture("/overview/"),
    "overview-dark": Picture("/overview/", theme="dark"),
}
"""By the name of the file, as an auditor sees them."""

PREVIEW = Picture("/admin/purposeapp/authpolicy/?q=Data+Quality", _preview_a_policy)
"""As an administrator sees it."""


def take() -> None:
    FOLDER.mkdir(exist_ok=True)
    with (
        TemporaryDirectory() as shared,
        on_sqlite(collect(Path(shared)), hostile=False) as service,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        page = _signed_in(browser.new_page(viewport=WINDOW), service.url, AUDITOR, PASSWORD)
        for name, picture in PICTURES.items():
            _take(page, service.url, name, picture)
        page = _signed_in(browser.new_page(viewport=WINDOW), service.url, ADMINISTRATOR, ADMIN_PASSWORD)
        _take(page, service.url, "preview", PREVIEW)
        browser.close()


def _take(page: Page, url: str, name: str, picture: Picture) -> None:
    page.emulate_media(color_scheme="dark" if picture.theme == "dark" else "light")
    page.goto(url + picture.path)
    picture.first(page)
    content = page.screenshot(path=FOLDER / f"{name}.png")
    assert len(content) < LARGEST, f"{name} has {len(content):,} bytes"


def _signed_in(page: Page, url: str, username: str, password: str) -> Page:
    page.goto(f"{url}/sign-in/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{url}/")
    return page


if __name__ == "__main__":
    take()
