"""What holds for every page: no accessibility violation in any theme, narrow windows, weight, no shift."""

from collections.abc import Callable
from typing import Any

import pytest

from purposeapp.demo.identity import guid
from tests import world
from tests.browser.seed import DISABLED, MALLORY, SCRIPT
from tests.browser.visitor import Visitor
from tests.browser.weight import FIRST_PAGE_BYTES, REQUESTS, weighing

pytestmark = pytest.mark.xdist_group("browser")

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
WRONG = '{"op":"put_policy","policy":{"groups":["a"],"type":"allow","purpose":"nothing"}}'

PAGES: dict[str, tuple[str, dict[str, str]]] = {
    "home": ("/", {}),
    "find": ("/find/", {"q": "p"}),
    "find nothing": ("/find/", {"q": "qqqq"}),
    "access": ("/person/", {"username": "priya.nair"}),
    "access of somebody disabled": ("/person/", {"username": DISABLED}),
    "access with hostile names": ("/person/", {"username": MALLORY}),
    "membership": ("/person/membership/", {"username": "priya.nair"}),
    "graph": ("/person/graph/", {"username": "priya.nair"}),
    "answer": ("/person/answer/", {"username": "priya.nair"}),
    "overview": ("/overview/", {}),
    "reviews": ("/reviews/", {}),
    "differences": ("/differences/", {}),
    "findings": ("/findings/", {}),
    "purpose": ("/purpose/", {"guid": QUALITY}),
    "people of a purpose": ("/purpose/people/", {"guid": QUALITY, "show": "either"}),
    "persona": ("/persona/", {"guid": guid("persona", "Data Engineer")}),
    "people of a persona": ("/persona/people/", {"guid": guid("persona", "Data Engineer")}),
    "policy": ("/policy/", {"guid": world.guid_of("policy", f"{SCRIPT} policy")}),
    "group": ("/group/", {"id": "1"}),
    "purposes of a group": ("/group/purposes/", {"id": "1"}),
    "explain": ("/explain/", PAIR),
    "explain why not": ("/explain/", PAIR | {"username": MALLORY}),
    "explain nothing": ("/explain/", {}),
    "compare": ("/compare/", {"left": "priya.nair", "right": MALLORY, "show": "all"}),
    "try out": ("/simulate/", {"change": DISABLING % QUALITY}),
    "try out wrongly": ("/simulate/", {"change": WRONG}),
    "unknown user": ("/person/", {"username": "nobody"}),
    "bad filter": ("/person/", {"username": "priya.nair", "show": "x"}),
}


@pytest.mark.parametrize("name", PAGES)
def test_no_page_violates_accessibility_in_any_theme(auditor: Visitor, name: str) -> None:
    path, query = PAGES[name]
    auditor.open(path, **query)
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
    path, query = PAGES[name]
    visitor.open(path, **query)
    assert visitor.overflow() <= 0


@pytest.mark.parametrize("name", ["home", "access", "graph", "overview", "reviews", "differences"])
def test_a_page_is_light_and_stands_still(auditor: Visitor, name: str) -> None:
    path, query = PAGES[name]
    with weighing(auditor.page) as sizes:
        auditor.open(path, **query)
        auditor.page.wait_for_load_state("networkidle")
    assert sum(sizes) < FIRST_PAGE_BYTES
    assert len(sizes) <= REQUESTS
    assert auditor.page.evaluate(SHIFT) < 0.1
