"""A served site with the demo company and hostile names, Chromium, and visitors who leave nothing wrong unnoticed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visitor import Visitor
from tests.servers import tool
from tests.services.service import Service, running_service

AUDITOR, PASSWORD = "nadia.rahman", "demo"
ADMINISTRATOR, ADMIN_PASSWORD = "admin", "of-the-browser-tests"


@pytest.fixture(scope="session")
def site() -> Iterator[Service]:
    """Started as `make demo` does it; the tests only read."""
    before = (
        ("collectstatic", "--noinput", "--verbosity", "0"),
        ("demo",),
        ("shell", "--verbosity", "0", "-c", "from tests.browser.seed import plant; plant()"),
    )
    with running_service(*before, DEMO_ADMIN_PASSWORD=ADMIN_PASSWORD) as service:
        yield service


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Of a module only: Playwright keeps an event loop in this thread, and no other test could run one of its own."""
    program = tool("chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Django would take the loop for a mistake of whoever asks the database.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        # Chromium's own sandbox cannot be had by root in a container; it only ever sees our pages.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def signed_in(site: Service, browser: Browser) -> Any:
    """The cookies of the auditor, who signed in once by the form."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site.url}/sign-in/")
    page.get_by_label("Username").fill(AUDITOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.url}/")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def visit(site: Service, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Make a visitor with a browser of their own; options are those of a Playwright context. Nothing may go wrong."""
    contexts, visitors = [], list[Visitor]()

    def make(**options: Any) -> Visitor:
        context = browser.new_context(**options)
        contexts.append(context)
        visitors.append(Visitor.of(site.url, context))
        return visitors[-1]

    yield make
    problems = [problem for visitor in visitors for problem in visitor.problems]
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def auditor(visit: Callable[..., Visitor], signed_in: Any) -> Visitor:
    return visit(storage_state=signed_in)
