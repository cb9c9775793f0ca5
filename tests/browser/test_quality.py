"""What holds for every page: no accessibility violation in any theme, narrow windows, weight, no shift."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.urls import resolve

from accessviz import urls
from purposeapp.demo.identity import guid
from tests import world
from tests.browser.conftest import ON_SQLITE, only_on
from tests.browser.seed import DISABLED, MALLORY, SCRIPT
from tests.browser.visitor import Visitor
from tests.browser.weight import FIRST_PAGE_BYTES, REQUESTS, weighing

pytestmark = only_on(ON_SQLITE)  # what a page is made of does not depend on where its facts come from

WIDTH, HEIGHT = 360, 740
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  const add = (list) => list.getEntries().forEach((each) => { sum += each.value; });
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => done(sum), 100));
})"""

DISABLING = '{"op":"disable_purpose","guid":"%s"}'
QUALITY = guid("purpose", "Data Quality")
PAIR = {"username": "priya.nair", "purpose": QUALITY}
UNKNOWN = "/nothing/here"
WRONG = '{"op":"put_policy","policy":{"groups":["a"],"type":"allow","purpose":"nothing"}}'


def at(path: str, **query: str) -> str:
    """An address."""
    return f"{path}?{urlencode(query)}" if query else path


def the_group(visitor: Visitor) -> str:
    """Ids of groups are the directory's; a link has one."""
    visitor.open("/find/", q="platform")
    link = visitor.page.get_by_role("main").get_by_role("link", name="platform", exact=True)
    return link.get_attribute("href") or ""


def what_the_group_opens(visitor: Visitor) -> str:
    return the_group(visitor).replace("/group/", "/group/purposes/")


def a_review(visitor: Visitor) -> str:
    """The latest review; the first who looks takes one."""
    visitor.open("/reviews/")
    links = visitor.page.get_by_role("table").get_by_role("link")
    if links.count() == 0:
        visitor.page.get_by_role("button", name="Start").click()
        visitor.page.get_by_role("heading", name="Rows").wait_for()
        return urlsplit(visitor.page.url).path
    return links.first.get_attribute("href") or ""


Address = str | Callable[[Visitor], str]

PAGES: dict[str, Address] = {
    "home": at("/"),
    "sign in": at("/sign-in/"),
    "find": at("/find/", q="p"),
    "find nothing": at("/find/", q="qqqq"),
    "access": at("/person/", username="priya.nair"),
    "access of somebody disabled": at("/person/", username=DISABLED),
    "access with hostile names": at("/person/", username=MALLORY),
    "membership": at("/person/membership/", username="priya.nair"),
    "graph": at("/person/graph/", username="priya.nair"),
    "answer": at("/person/answer/", username="priya.nair"),
    "overview": at("/overview/"),
    "reviews": at("/reviews/"),
    "review": a_review,
    "differences": at("/differences/"),
    "findings": at("/findings/"),
    "purpose": at("/purpose/", guid=QUALITY),
    "people of a purpose": at("/purpose/people/", guid=QUALITY, show="either"),
    "persona": at("/persona/", guid=guid("persona", "Data Engineer")),
    "people of a persona": at("/persona/people/", guid=guid("persona", "Data Engineer")),
    "policy": at("/policy/", guid=world.guid_of("policy", f"{SCRIPT} policy")),
    "group": the_group,
    "purposes of a group": what_the_group_opens,
    "explain": at("/explain/", **PAIR),
    "explain why not": at("/explain/", **PAIR | {"username": MALLORY}),
    "explain nothing": at("/explain/"),
    "compare": at("/compare/", left="priya.nair", right=MALLORY, show="all"),
    "try out": at("/simulate/", change=DISABLING % QUALITY),
    "try out wrongly": at("/simulate/", change=WRONG),
    "unknown user": at("/person/", username="nobody"),
    "unknown address": at(UNKNOWN),
    "bad filter": at("/person/", username="priya.nair", show="x"),
}

NO_PAGES = {
    *("sign-out", "theme", "language", "tenant", "warm-up", "cancel-job", "review-cancel", "review-decision"),
    *("review-file", "review-evidence-file", "suggestions", "person-graph-data", "explain-data"),
}
"""Routes that take a form, or that answer with a file or with data."""


def address_of(visitor: Visitor, name: str) -> str:
    address = PAGES[name]
    return address if isinstance(address, str) else address(visitor)


def test_no_page_of_the_product_is_missing_here(auditor: Visitor) -> None:
    paths = [urlsplit(address_of(auditor, name)).path for name in PAGES]
    routes = {resolve(path).url_name for path in paths if path != UNKNOWN}
    assert routes == {each.name for each in urls.urlpatterns} - NO_PAGES


@pytest.mark.parametrize("name", PAGES)
def test_no_page_violates_accessibility_in_any_theme(auditor: Visitor, name: str) -> None:
    auditor.open(address_of(auditor, name))
    auditor.page.wait_for_load_state("networkidle")
    auditor.wear("light")
    assert auditor.violations() == []
    for theme in ("dark", "contrast"):
        auditor.wear(theme)
        assert auditor.violations("color-contrast") == [], theme


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signing_in_is_accessible_as_the_system_wants_it(visit: Callable[..., Visitor], scheme: str) -> None:
    visitor = visit(color_scheme=scheme)
    visitor.open("/sign-in/")
    assert visitor.violations() == []


def test_suggestions_are_accessible_while_they_are_open(auditor: Visitor) -> None:
    auditor.open("/")
    auditor.page.get_by_role("combobox", name="Find").press_sequentially("pri")
    auditor.page.get_by_role("option").first.wait_for()
    assert auditor.violations() == []


@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_window_needs_no_sideways_scrolling(
    visit: Callable[..., Visitor], signed_in: Any, name: str
) -> None:
    visitor = visit(storage_state=signed_in, viewport={"width": WIDTH, "height": HEIGHT})
    visitor.open(address_of(visitor, name))
    assert visitor.overflow() <= 0


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light_and_stands_still(auditor: Visitor, name: str) -> None:
    address = address_of(auditor, name)
    with weighing(auditor.page) as sizes:
        auditor.open(address)
        auditor.page.wait_for_load_state("networkidle")
    assert sum(sizes) < FIRST_PAGE_BYTES
    assert len(sizes) <= REQUESTS
    assert auditor.page.evaluate(SHIFT) < 0.1
