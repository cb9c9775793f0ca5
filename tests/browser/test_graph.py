"""The access graph: drawn, folded where it is large, searched, filtered, exported."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from accessviz.tables import PAGE_SIZE
from tests.browser.seed import BUSY, MALLORY, MANY, SCRIPT
from tests.browser.visitor import Visitor
from tests.browser.weight import FIRST_PAGE_BYTES, weighing


def drawn(page: Page) -> int:
    """How many nodes are in the picture, once it is there."""
    graph = page.locator("#graph")
    expect(graph).to_have_attribute("data-drawn", re.compile(r"\d+"))
    return int(graph.get_attribute("data-drawn") or 0)


def facts(page: Page) -> dict[str, Any]:
    """What the picture is drawn from."""
    found: dict[str, Any] = page.evaluate(
        "fetch(document.getElementById('graph').dataset.facts).then(r => r.json())"
    )
    return found


def look_for(page: Page, name: str) -> Locator:
    """What is said once somebody typed it and pressed Enter."""
    page.get_by_label("Focus on").fill(name)
    page.get_by_label("Focus on").press("Enter")
    return page.locator("#graph [role=status]")


def test_a_small_graph_is_drawn_whole_and_a_node_can_be_focused(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/person/graph/", username="priya.nair")
    whole = drawn(page)
    assert whole > 20
    expect(look_for(page, "Data Quality (purpose)")).to_contain_text("Data Quality (purpose)")
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


def test_one_node_is_unfolded_and_folded_by_keys_alone(auditor: Visitor) -> None:
    page, graph = auditor.page, auditor.page.locator("#graph")
    auditor.open("/person/graph/", username=BUSY)
    folded = drawn(page)
    status = look_for(page, "/crowd (group)")
    expect(status).to_contain_text(f"from {BUSY}; to {MANY} policies; folded")
    expect(graph).to_have_attribute("data-drawn", str(folded))
    for before, after, shown in (("Unfold", "Fold", folded + 2 * MANY), ("Fold", "Unfold", folded)):
        button = page.get_by_role("button", name=before, exact=True)
        button.focus()
        page.keyboard.press("Enter")
        expect(graph).to_have_attribute("data-drawn", str(shown))
        expect(page.get_by_role("button", name=after, exact=True)).to_be_focused()
    page.get_by_label("Focus on").press("Enter")
    expect(graph).to_have_attribute("data-drawn", str(folded + 2 * MANY))
    expect(status).not_to_contain_text("folded")


def test_looking_for_one_purpose_unfolds_only_what_leads_to_it(auditor: Visitor) -> None:
    page, graph = auditor.page, auditor.page.locator("#graph")
    auditor.open("/person/graph/", username=BUSY)
    folded = drawn(page)
    for number in ("0123", "0456"):
        expect(look_for(page, f"Purpose {number} (purpose)")).to_contain_text(f"from Purpose {number} policy")
        expect(graph).to_have_attribute("data-drawn", str(folded + 2))
    expect(page.get_by_role("button", name="Unfold")).to_be_hidden()


def test_part_of_a_name_is_enough_or_it_is_said_how_many_have_it(auditor: Visitor) -> None:
    page = auditor.page
    auditor.open("/person/graph/", username="priya.nair")
    drawn(page)
    expect(look_for(page, "engin")).to_have_text(re.compile("^2 names have “engin” in them"))
    expect(look_for(page, "a/ENGIN")).to_have_text(re.compile(r"^/data/engineering \(group\)"))
    expect(look_for(page, "nothing like it")).to_have_text("No name here has “nothing like it” in it.")
    expect(look_for(page, "")).to_contain_text("Choose a node")


def test_the_focus_says_what_leads_there_and_links_to_its_page(auditor: Visitor) -> None:
    page, link = auditor.page, auditor.page.get_by_role("link", name="Go to its page")
    auditor.open("/person/graph/", username="priya.nair")
    drawn(page)
    expect(link).to_be_hidden()
    expect(look_for(page, "/data (group)")).to_contain_text("from /data/engineering; to ")
    expect(link).to_be_visible()
    expect(look_for(page, "data-engineer (role)")).to_contain_text("from ")
    expect(link).to_be_hidden()
    expect(look_for(page, "Data Quality")).to_contain_text("from Readers look, Readers query")
    assert auditor.violations() == []
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Data Quality")


def test_those_named_for_all_are_called_as_in_the_tables(auditor: Visitor) -> None:
    auditor.open("/person/graph/", username="priya.nair")
    labels = [node["label"] for node in facts(auditor.page)["nodes"]]
    assert {"every signed-in user", "everybody (public)"} <= set(labels)
    assert not {"{USER}", "public"} & set(labels)
    auditor.open("/person/graph/", username=MALLORY)
    drawn(auditor.page)
    expect(look_for(auditor.page, f"{SCRIPT} (purpose)")).to_contain_text(f"{SCRIPT} (purpose)")
    assert auditor.foreign_elements() == 0


def test_the_first_picture_is_whole_where_it_can_be_read(
    visit: Callable[..., Visitor], signed_in: Any
) -> None:
    visitor = visit(storage_state=signed_in, viewport={"width": 1280, "height": 900})
    visitor.open("/person/graph/", username="priya.nair")
    drawn(visitor.page)
    seen = visitor.page.evaluate(SEEN)
    assert seen["whole"]
    assert seen["letters"] >= 10.99


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
    expect(rows).to_have_count(len(facts(auditor.page)["edges"]) + 1)


def test_a_long_table_comes_in_pages(visit: Callable[..., Visitor], signed_in: Any) -> None:
    visitor = visit(storage_state=signed_in, java_script_enabled=False)
    page = visitor.page
    visitor.open("/person/graph/", username=BUSY)
    rows = page.get_by_role("main").get_by_role("row")
    page.get_by_text("The same as a table").click()
    expect(rows).to_have_count(PAGE_SIZE + 1)
    first = rows.nth(1).inner_text()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text(re.compile(r"Page 2 of \d\d"))).to_be_visible()
    expect(rows).to_have_count(PAGE_SIZE + 1)
    assert rows.nth(1).inner_text() != first


def test_the_graph_of_somebody_who_sees_a_lot_is_light(auditor: Visitor) -> None:
    with weighing(auditor.page) as sizes:
        auditor.open("/person/graph/", username=BUSY)
        drawn(auditor.page)
        auditor.page.wait_for_load_state("networkidle")
    assert sum(sizes) < FIRST_PAGE_BYTES


def test_without_facts_the_picture_says_so_and_the_table_stays(auditor: Visitor) -> None:
    auditor.page.route("**/person/graph/data/**", lambda route: route.fulfill(status=503, body="{}"))
    auditor.open("/person/graph/", username="priya.nair")
    expect(auditor.page.locator("#graph [role=status]")).to_contain_text("cannot be drawn")
    expect(auditor.page.get_by_role("cell", name="purpose Data Quality").first).to_be_visible()


SIZES = [{"width": 1120, "height": 840}, {"width": 360, "height": 740}]
SEEN = """() => {
  const canvas = document.querySelector("#graph .canvas");
  const cy = canvas._cyreg.cy;
  const inside = (box) => box.x1 >= 0 && box.y1 >= 0 && box.x2 <= cy.width() && box.y2 <= cy.height();
  return {
    letters: cy.zoom() * parseFloat(cy.nodes()[0].style("font-size")),
    user: inside(cy.nodes()[0].renderedBoundingBox()),
    whole: inside(cy.nodes().not(".out").renderedBoundingBox()),
    pan: cy.pan().x,
  };
}"""
"""What Cytoscape shows just now: pixels of the letters, whether the user and all are in sight, and where the picture is."""


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
