"""The questions that the edge answers, each by the function that makes the API's own body."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from rest_framework.exceptions import ValidationError

from purposeapp.api import lists
from purposeapp.api.answers import Answer, answer
from purposeapp.api.legacy import UserPurposesRequest, read_user_purposes
from purposeapp.api.lists import Cursors, PurposeShape
from purposeapp.api.parsing import parsed
from purposeapp.api.queries import PurposesQuery, read_query_string
from purposeapp.discovery.asking import Asked, Caller, whom
from purposeapp.discovery.freshness import Ports
from purposeapp.domain.model import Mode
from purposeapp.domain.snapshot import Seen, Snapshot
from purposeapp.edge.callers import KnownCaller
from purposeapp.edge.given import Given, Question
from purposeapp.edge.request import PassOn, Request

LONGEST_BODY = 16 * 1024
"""Bytes of a question that are still usual."""

_JSON = frozenset({"application/json", "application/json; charset=utf-8", "application/json;charset=utf-8"})
_USUAL_QUERY = re.compile(r"(?:(?:mode|limit|cursor)=[A-Za-z0-9_-]*(?:&|\Z))*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asking:
    """A request, who asks it, the ports that answer, and the time in epoch seconds."""

    request: Request
    known: KnownCaller
    ports: Ports
    now: float


@dataclass(frozen=True, slots=True)
class Read:
    """How the question at one address is answered. `allow` are the methods there, as DRF tells them."""

    answer: Callable[[Asking], Answer]
    allow: bytes


def _whoami(asking: Asking) -> Answer:
    if asking.request.query:
        raise PassOn
    return asking.known.whoami(asking.ports.revision)


def _accessible(asking: Asking) -> Answer:
    """As it was given the last time, where that would be the same; otherwise made anew, and kept."""
    request, known, revision = asking.request, asking.known, asking.ports.revision
    question = Question(known.mark, request.path, request.query)
    given = known.given.find(question)
    if given is None or given.revision != revision or _seen(asking, given.mode) is not given.seen:
        made, mode = _accessible_anew(asking)
        given = Given(made, mode, _seen(asking, mode), revision)
        known.given.keep(question, given)
    return given.answer


def _accessible_anew(asking: Asking) -> tuple[Answer, Mode]:
    request, known, ports = asking.request, asking.known, asking.ports
    if _USUAL_QUERY.fullmatch(request.query) is None:
        raise PassOn
    _snapshot(ports)
    query = read_query_string(request.query, PurposesQuery)
    cursors = Cursors(request.path, ports.slug, known.caller, known.themselves, query)
    body = lists.accessible(known.themselves, query, ports=ports, cursors=cursors, now=asking.now)
    return answer(body, revision=ports.revision), Mode(query["mode"])


def _seen(asking: Asking, mode: Mode) -> Seen:
    return _snapshot(asking.ports).seen(asking.known.themselves.subject, mode=mode, now=asking.now)


def _user_purposes(asking: Asking, *, shape: PurposeShape) -> Answer:
    request, ports = asking.request, asking.ports
    if request.query or request.header("content-type").lower() not in _JSON:
        raise PassOn
    if not 0 < len(request.body) <= LONGEST_BODY:
        raise PassOn
    _snapshot(ports)
    question, asked = asking.known.question(request.body, partial(_read, asking.known.caller, ports))
    body = lists.user_purposes(asked, question, ports=ports, shape=shape)
    return answer(body, revision=ports.revision, method="POST")


def _read(caller: Caller, ports: Ports, body: bytes) -> tuple[UserPurposesRequest, Asked]:
    """A question about the caller, without attributes of their choice."""
    question = read_user_purposes(parsed(body))
    if question.attributes or question.username.lower() != caller.person.username:
        raise PassOn
    asked = whom(
        caller, question.username, question.groups, directory=ports.directory, record=_nobody_else, refusal=""
    )
    return question, asked


def _nobody_else(_caller: Caller, _subject_username: str) -> NoReturn:
    raise PassOn


def _snapshot(ports: Ports) -> Snapshot:
    snapshot = ports.policies.snapshot()
    if snapshot is None:
        raise PassOn
    return snapshot


READS: Mapping[tuple[str, str], Read] = {
    ("GET", "/api/service/whoami"): Read(_whoami, b"GET, HEAD, OPTIONS"),
    ("GET", "/whoami"): Read(_whoami, b"GET, HEAD, OPTIONS"),
    ("GET", "/api/meta/purposes/accessible"): Read(_accessible, b"GET, HEAD, OPTIONS"),
    ("POST", "/api/meta/purposes/user"): Read(partial(_user_purposes, shape=lists.FLAT), b"POST, OPTIONS"),
    ("POST", "/api/atlas/v2/purposes/user"): Read(
        partial(_user_purposes, shape=lists.HEADER), b"POST, OPTIONS"
    ),
}
"""By method and address."""

UNUSUAL = (PassOn, ValidationError)
"""What a question raises that Django shall answer, beside the domain's own errors."""
