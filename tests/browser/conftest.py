"""Served sites with the demo company and hostile names, Chromium, and visitors who leave nothing wrong unnoticed."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import sites
from tests.browser.staff import ADMIN_PASSWORD, ADMINISTRATOR, AUDITOR, PASSWORD
from tests.browser.visitor import PATIENCE_MS, Visitor
from tests.servers import tool
from tests.services.service import Service

ON_SQLITE = pytest.param(sites.SQLITE, marks=pytest.mark.xdist_group("browser-sqlite"))
ON_SERVICES = pytest.param(
    sites.SERVICES, marks=[pytest.mark.service, pytest.mark.xdist_group("browser-services")]
)
"""One worker each: a site is started once."""


def only_on(site: Any) -> pytest.MarkDecorator:
    """Of ON_SQLITE and ON_SERVICES one, for tests to which the other would add nothing."""
    return pytest.mark.parametrize("site", [site], indirect=True)


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files, collected for all workers of the run."""
    folder = tmp_path_factory.getbasetemp()
    return sites.collect(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)


@pytest.fixture(scope="session", params=[ON_SQLITE, ON_SERVICES])
def site(request: pytest.FixtureRequest, static: Path) -> Iterator[Service]:
    """The same people, policies and staff, in the local database and on real servers."""
    with sites.SITES[request.param](static) as service:
        yield service


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Of a module only: Playwright keeps an event loop in this thread, and no other test could run one of its own."""
    program = tool("chromium")
    expect.set_options(timeout=PATIENCE_MS)
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
    return _cookies_of(AUDITOR, PASSWORD, site, browser)


@pytest.fixture(scope="module")
def signed_in_administrator(site: Service, browser: Browser) -> Any:
    """The cookies of the administrator, who signed in once by the form."""
    return _cookies_of(ADMINISTRATOR, ADMIN_PASSWORD, site, browser)


def _cookies_of(username: str, password: str, site: Service, browser: Browser) -> Any:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site.url}/sign-in/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
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


@pytest.fixture
def administrator(visit: Callable[..., Visitor], signed_in_administrator: Any) -> Visitor:
    return visit(storage_state=signed_in_administrator)
