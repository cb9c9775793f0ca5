"""What a page may weigh, and how it is weighed."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Request

FIRST_PAGE_BYTES = 200_000
REQUESTS = 10


@contextmanager
def weighing(page: Page) -> Iterator[list[int]]:
    """The bytes of each request that is finished meanwhile, headers included."""
    sizes: list[int] = []

    def weigh(request: Request) -> None:
        measured = request.sizes()
        sizes.append(measured["responseBodySize"] + measured["responseHeadersSize"])

    page.on("requestfinished", weigh)
    yield sizes
    page.remove_listener("requestfinished", weigh)
