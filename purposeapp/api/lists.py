"""The bodies of the lists of purposes and personas, from a question that has been read: the same whoever sends them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from purposeapp.api import shapes
from purposeapp.api.cursors import signer
from purposeapp.api.legacy import UserPurposesRequest
from purposeapp.discovery import written
from purposeapp.discovery.asking import Asked, Caller
from purposeapp.discovery.freshness import Ports
from purposeapp.discovery.personas import accessible_personas
from purposeapp.discovery.purposes import Filter, Stretch, accessible_purposes, listed_purposes
from purposeapp.discovery.shown import PurposePage
from purposeapp.discovery.written import Json
from purposeapp.domain.model import Mode, Purpose
from purposeapp.domain.page import CursorSigner, Place
from purposeapp.policyindex.base import PolicyIndex


@dataclass(frozen=True, slots=True)
class PurposeShape:
    """How a purpose is written: `ready` is one of `written.WRITERS`, `chosen` takes the attributes asked for and their
    values as far as the purpose itself has none."""

    ready: str
    chosen: Callable[[Purpose, Collection[str], Mapping[str, Any]], Json]


FLAT = PurposeShape("flat", shapes.flat_purpose)
HEADER = PurposeShape("header", written.header)


def user_purposes(asked: Asked, question: UserPurposesRequest, *, ports: Ports, shape: PurposeShape) -> Json:
    """The frozen front-end contract: the listed purposes by offset."""
    page = listed_purposes(asked, offset=question.offset, limit=question.limit, policies=ports.policies)
    if question.attributes:
        purposes: Any = _chosen(page, question.attributes, shape, ports.policies)
    else:
        purposes = _ready_made(page, shape.ready)
    body = {
        "purposes": purposes,
        "count": len(page.shown),
        "totalCount": page.total,
        "hasMore": question.offset + len(page.shown) < page.total,
        "approximateCount": False,
    }
    return body | disabled(asked)


def accessible(
    asked: Asked, query: Mapping[str, Any], *, ports: Ports, cursors: "Cursors", now: float
) -> Json:
    """The list for new clients; `query` is what `PurposesQuery` read, `now` epoch seconds."""
    keep = Filter(query["q"], query["classification"])
    page = accessible_purposes(
        asked,
        mode=Mode(query["mode"]),
        policies=ports.policies,
        now=now,
        stretch=Stretch(query["limit"], query["sort"], cursors.place(), keep),
        with_reasons=bool(query["include"]),
    )
    if query["fields"] or query["include"]:
        granted = page.shown.grants()
        purposes: Any = [shapes.granted_purpose(each, query["fields"], query["include"]) for each in granted]
    else:
        purposes = _ready_made(page, "accessible")
    return {
        "purposes": purposes,
        "total": page.total,
        "next": cursors.following(page.last),
        **disabled(asked),
        "validUntil": shapes.moment(page.valid_until),
        "revision": str(ports.revision),
    }


def personas(asked: Asked, query: Mapping[str, Any], *, ports: Ports, cursors: "Cursors") -> Json:
    """The same for personas; `query` is what `PersonasQuery` read."""
    page = accessible_personas(
        asked,
        mode=Mode(query["mode"]),
        policies=ports.policies,
        sort=query["sort"],
        after=cursors.place(),
        limit=query["limit"],
        words=query["q"],
        with_reasons=bool(query["include"]),
    )
    return {
        "personas": [shapes.granted_persona(each, query["fields"], query["include"]) for each in page.items],
        "total": page.total,
        "next": cursors.following(page.last),
        **disabled(asked),
        "revision": str(ports.revision),
    }


@dataclass(frozen=True, slots=True)
class Cursors:
    """The cursors of one list, bound to its address, tenant, caller, subject and every parameter that shapes it (not
    its page size or fields)."""

    path: str
    tenant: str
    caller: Caller
    asked: Asked
    query: Mapping[str, Any]

    def place(self) -> Place | None:
        """Where the page before ended. Raises InvalidCursor."""
        return self._signer().read(self.query["cursor"]) if "cursor" in self.query else None

    def following(self, last: Place | None) -> str | None:
        return self._signer().sign(last) if last else None

    def _signer(self) -> CursorSigner:
        shaping = {
            name: str(self.query.get(name)) for name in ("groups", "q", "classification", "sort", "mode")
        }
        return signer(self.path, self.tenant, self.caller.person.id, self.asked.subject.username, shaping)


def disabled(asked: Asked) -> Json:
    """Said only when true: an ordinary answer has no such key."""
    return {"disabled": True} if asked.disabled else {}


def _ready_made(page: PurposePage, shape: str) -> orjson.Fragment:
    return orjson.Fragment(b"[%s]" % page.shown.written(shape))


def _chosen(
    page: PurposePage, names: Collection[str], shape: PurposeShape, policies: PolicyIndex
) -> list[Json]:
    purposes = [grant.purpose for grant in page.shown.grants()]
    found = policies.attributes([purpose.guid for purpose in purposes], names)
    return [shape.chosen(purpose, names, found.get(purpose.guid, {})) for purpose in purposes]
