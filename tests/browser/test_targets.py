"""Links and buttons can be hit with a finger: WCAG 2.2's least size of a target, which axe-core checks only when asked."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import ON_SQLITE, only_on
from tests.browser.test_quality import address_of
from tests.browser.visitor import Visitor

pytestmark = only_on(ON_SQLITE)

DENSE = ("access", "compare", "findings", "graph", "overview", "try out")
"""The pages with the most links and buttons near each other."""


@pytest.mark.parametrize("width", [360, 1280])
def test_targets_are_large_enough_or_far_enough_apart(
    visit: Callable[..., Visitor], signed_in: Any, width: int
) -> None:
    visitor = visit(storage_state=signed_in, viewport={"width": width, "height": 740})
    for name in DENSE:
        visitor.open(address_of(visitor, name))
        assert visitor.violations("target-size") == [], name


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_header_fits_in_one_line(visit: Callable[..., Visitor], signed_in: Any, language: str) -> None:
    visitor = visit(storage_state=signed_in, viewport={"width": 1280, "height": 740}, locale=language)
    visitor.open("/overview/")
    parts = visitor.page.locator(".top .wide > *").evaluate_all(
        "(all) => all.map((each) => each.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2)"
    )
    assert len(parts) == 4
    assert max(parts) - min(parts) < 1
