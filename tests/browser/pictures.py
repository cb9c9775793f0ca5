"""`make pictures`: the pictures of the documentation, from the demo company."""

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from deploy.native.packages import program
from tests.services.service import running_service

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
WINDOW = {"width": 1200, "height": 1000}
PERSON = "priya.nair"
BEFORE = (("collectstatic", "--noinput", "--verbosity", "0"), ("demo",))


def take() -> None:
    FOLDER.mkdir(exist_ok=True)
    with running_service(*BEFORE) as service, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport=WINDOW, color_scheme="light")
        _sign_in(page, service.url)
        page.get_by_role("combobox", name="Find").press_sequentially("pri")
        page.get_by_role("listbox", name="Suggestions").get_by_role("option").nth(4).wait_for()
        page.screenshot(path=FOLDER / "find.png")
        for name, path in {"access": "", "membership": "membership/", "graph": "graph/"}.items():
            page.goto(f"{service.url}/person/{path}?username={PERSON}")
            if name == "access":
                page.get_by_text("reasons").first.click()
            if name == "graph":
                page.locator("#graph[data-drawn]").wait_for()
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


def _sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in/")
    page.get_by_label("Username").fill("nadia.rahman")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{url}/")


if __name__ == "__main__":
    take()
