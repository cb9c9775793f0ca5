"""Somebody with a browser, who notices everything that went wrong."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, expect

PATIENCE_MS = 30_000
"""For whatever a page is to do: the machine of the tests does much else at the same time."""

IGNORED = "Failed to load resource"
"""Chromium says so of error pages, too; those are looked at by their status."""


@dataclass
class Visitor:
    """`problems` are console errors, dialogs that a script opened, requests that left the site."""

    url: str
    page: Page
    problems: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, url: str, context: BrowserContext) -> "Visitor":
        visitor = cls(url, context.new_page())
        visitor.page.set_default_timeout(PATIENCE_MS)
        visitor.page.on("console", visitor._console)
        visitor.page.on("pageerror", lambda error: visitor.problems.append(str(error)))
        visitor.page.on("dialog", visitor._dialog)
        visitor.page.on("request", visitor._request)
        return visitor

    def open(self, path: str, **query: str) -> Any:
        """Go there and give the response."""
        return self.page.goto(self.url + path + (f"?{urlencode(query)}" if query else ""))

    def find_by_keyboard(self, typed: str, wanted: str) -> None:
        """From the search box of the open page to the page of a person, the first suggestion."""
        self.page.keyboard.press("/")
        # At once: suggestions for the letters before would come and go.
        self.page.keyboard.insert_text(typed)
        expect(self.page.get_by_role("option").first).to_contain_text(wanted)
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(wanted)

    def wear(self, theme: str) -> None:
        """Show the page as the server renders it in that theme."""
        self.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)

    def violations(self, *rules: str) -> list[str]:
        """What axe-core finds wrong with the page as it is, by these of its rules or by all."""
        options = {"runOnly": list(rules)} if rules else None
        result = Axe().run(self.page, options=options).response
        assert result["passes"], "axe looked at nothing"
        return [
            f"{each['id']}: {node['html'][:200]} {node.get('failureSummary', '')}"
            for each in result["violations"]
            for node in each["nodes"]
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    def foreign_elements(self) -> int:
        """Elements that only a name taken for markup could have made."""
        return self.page.locator("img[src=x], main script, bdi b").count()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(IGNORED):
            self.problems.append(f"{message.type}: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.problems.append(f"left the site: {request.url}")
