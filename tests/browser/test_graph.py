"""The access graph: drawn, folded where it is large, searched, filtered, exported."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.seed import BUSY, MALLORY
from tests.browser.visitor import Visitor


def drawn(page: Page) -> int:
    """How many nodes are in the picture, once it is there."""
    graph = page.locator("#graph")
    expect(graph).to_have_attribute("data-drawn", re.compile(r"\d+"))
    return int(graph.get_attribute("data-drawn") or 0)


def test_a_small_graph_is_drawn_whole_and_a_node_can_be_focused(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/person/graph/", username="priya.nair")
    whole = drawn(page)
    assert whole > 20
    page.get_by_label("Focus on").fill("Data Quality (purpose)")
    page.get_by_label("Focus on").press("Enter")
    expect(page.locator("#graph [role=status]")).to_contain_text("Data Quality (purpose)")
    page.get_by_role("checkbox", name="Policy").uncheck()
    expect(page.locator("#graph")).not_to_have_attribute("data-drawn", str(whole))


def test_a_large_graph_starts_folded_and_unfolds(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/person/graph/", username=BUSY)
    folded = drawn(page)
    assert folded < 20
    page.get_by_role("button", name="Expand all").click()
    expect(page.locator("#graph")).to_have_attribute("data-drawn", re.compile(r"1[34]\d\d"))
    page.get_by_role("button", name="Collapse").click()
    expect(page.locator("#graph")).to_have_attribute("data-drawn", re.compile(r"^\d{1,2}$"))


@pytest.mark.parametrize(("ending", "begins"), [("SVG", b"<svg"), ("PNG", b"\x89PNG")])
def test_the_picture_is_exported_with_names_as_text(auditor: Visitor, ending: str, begins: bytes) -> None:
    auditor.open("/person/graph/", username=MALLORY)
    drawn(auditor.page)
    with auditor.page.expect_download() as download:
        auditor.page.get_by_role("button", name=ending).click()
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(begins)
    assert b"<script" not in content
    assert b"<img" not in content


def test_the_table_has_the_same_facts(auditor: Visitor) -> None:
    auditor.open("/person/graph/", username="priya.nair")
    rows = auditor.page.get_by_role("main").get_by_role("row")
    edges = auditor.page.evaluate(
        "fetch(document.getElementById('graph').dataset.facts).then(r => r.json()).then(g => g.edges.length)"
    )
    expect(rows).to_have_count(edges + 1)


def test_without_facts_the_picture_says_so_and_the_table_stays(auditor: Visitor) -> None:
    auditor.page.route("**/person/graph/data/**", lambda route: route.fulfill(status=503, body="{}"))
    auditor.open("/person/graph/", username="priya.nair")
    expect(auditor.page.locator("#graph [role=status]")).to_contain_text("cannot be drawn")
    expect(auditor.page.get_by_role("cell", name="purpose Data Quality").first).to_be_visible()


SIZES = [{"width": 1120, "height": 840}, {"width": 360, "height": 740}]
SEEN = """() => {
  const canvas = document.querySelector("#graph .canvas");
  const cy = canvas._cyreg.cy;
  const user = cy.getElementById("user").renderedBoundingBox();
  return {
    letters: cy.zoom() * parseFloat(cy.nodes()[0].style("font-size")),
    user: user.x1 >= 0 && user.y1 >= 0 && user.x2 <= cy.width() && user.y2 <= cy.height(),
    pan: cy.pan().x,
  };
}"""
"""What Cytoscape shows just now: pixels of the letters, whether the whole user is in sight, and where the picture is."""


@pytest.mark.parametrize("viewport", SIZES, ids=lambda size: f"{size['width']}px")
@pytest.mark.parametrize("username", ["priya.nair", BUSY])
def test_names_can_be_read_at_first_and_when_all_is_unfolded(
    visit: Callable[..., Visitor], signed_in: Any, viewport: dict[str, int], username: str
) -> None:
    visitor = visit(storage_state=signed_in, viewport=viewport)
    visitor.open("/person/graph/", username=username)
    drawn(visitor.page)
    first = visitor.page.evaluate(SEEN)
    assert first["letters"] >= 10.99
    assert first["user"]
    visitor.page.get_by_role("button", name="Expand all").click()
    unfolded = visitor.page.evaluate(SEEN)
    assert unfolded["letters"] >= 10.99
    assert unfolded["user"]


def test_the_picture_is_moved_and_enlarged_by_keys(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/person/graph/", username="priya.nair")
    drawn(page)
    before = page.evaluate(SEEN)
    page.locator("#graph .canvas").focus()
    page.keyboard.press("ArrowRight")
    moved = page.evaluate(SEEN)
    assert moved["pan"] < before["pan"]
    page.keyboard.press("+")
    assert page.evaluate(SEEN)["letters"] > moved["letters"]
