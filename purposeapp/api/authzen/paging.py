"""Pages of a search, by AuthZEN's tokens.

A token is the page size and our own signed cursor, which is bound to the size and to everything else that was asked. So
a token alone goes on as it began, and a token with anything changed is refused.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from purposeapp.api.authentication import ApiRequest
from purposeapp.api.authzen.reading import Given, optional
from purposeapp.api.cursors import signer
from purposeapp.discovery.written import Json
from purposeapp.domain.errors import InvalidCursor, InvalidRequest
from purposeapp.domain.page import CursorSigner, Page, Place

LARGEST = 1_000
"""Results in one answer, however many are asked for."""

_START: Place = ("", "")
"""Before all others: where a page of no results ends."""

_ASKED = ("subject", "action", "resource", "context", "options")

Find = Callable[[Place | None, int], Page[str]]
"""Gives the page behind a place, of at most so many."""

Shape = Callable[[str], Json]
"""Writes one result."""


def nothing(_after: Place | None, _limit: int) -> Page[str]:
    return Page((), 0)


@dataclass(frozen=True, slots=True)
class Paging:
    """The `page` of a search request; `wanted` is false where there was none."""

    wanted: bool = False
    limit: int = LARGEST
    after: Place | None = None
    scope: tuple[str, ...] = ()

    @classmethod
    def read(cls, request: ApiRequest, body: Given) -> "Paging":
        """Raises InvalidRequest, also for a token of another question."""
        page = optional(body, "page", dict)
        scope = (request.path, request.auth.slug, request.user.person.id, _digest(body, page or {}))
        if page is None:
            return cls(scope=scope)
        limit, token = _limit(page), optional(page, "page.token", str)
        if not token:
            return cls(True, LARGEST if limit is None else limit, scope=scope)
        size, _, cursor = token.partition(".")
        if not (size.isascii() and size.isdigit() and len(size) <= len(str(LARGEST))):
            raise _wrong_token()
        return cls(True, int(size), scope=scope)._behind(cursor, limit)

    def _behind(self, cursor: str, limit: int | None) -> "Paging":
        if limit not in (None, self.limit):
            raise InvalidRequest("page.limit must not change from page to page")
        try:
            return Paging(True, self.limit, self._signer().read(cursor), self.scope)
        except InvalidCursor:
            raise _wrong_token() from None

    def answer(self, find: Find, shape: Shape) -> Json:
        """The body of an answer. There is a `page` where one was asked for, and where not all results fit."""
        found = find(self.after, max(self.limit, 1))
        if self.limit == 0:
            found = Page((), found.total, self.after or (_START if found.total else None))
        results = {"results": [shape(item) for item in found.items]}
        if not self.wanted and found.last is None:
            return results
        token = f"{self.limit}.{self._signer().sign(found.last)}" if found.last else ""
        return {"page": {"next_token": token, "count": len(found.items), "total": found.total}, **results}

    def _signer(self) -> CursorSigner:
        return signer(*self.scope, self.limit)


def _digest(body: Given, page: Given) -> str:
    """Of everything that must not change from page to page."""
    asked = [*(body.get(name) for name in _ASKED), page.get("properties")]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _limit(page: Given) -> int | None:
    limit = page.get("limit")
    if limit is None:
        return None
    if type(limit) is not int or limit < 0:
        raise InvalidRequest("page.limit must be a whole number, 0 or more")
    return min(limit, LARGEST)


def _wrong_token() -> InvalidRequest:
    return InvalidRequest("page.token is not one of this very search; start again without a token")
