"""May a user see a purpose or persona: one question, or up to a thousand."""

import time
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from rest_framework.viewsets import ViewSet

from purposeapp.api.answers import personal
from purposeapp.api.authentication import ApiRequest
from purposeapp.api.looks import recorder_of_many
from purposeapp.api.names import require_storable
from purposeapp.api.parsing import body_of
from purposeapp.api.queries import FreshQuery, read_query
from purposeapp.api.who import schema
from purposeapp.api.who.queries import CanQuery
from purposeapp.discovery.decisions import Check, Decision, Resource, decide
from purposeapp.discovery.written import Json
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.model import Mode

MAX_CHECKS = 1_000


class DecisionsViewSet(ViewSet):
    """About oneself for everybody, about others for auditors; every look at somebody else is recorded."""

    @schema.can
    def one(self, request: ApiRequest) -> HttpResponse:
        query = read_query(request, CanQuery)
        username = query.get("username", request.user.person.username)
        (decision,) = _decided(request, [_check({**query, "username": username}, "")])
        if decision.error:
            raise decision.error
        body = _shape(decision) | {"revision": str(request.auth.revision)}
        return personal(request, body, revision=request.auth.revision)

    @schema.can_batch
    def batch(self, request: ApiRequest) -> HttpResponse:
        read_query(request, FreshQuery)
        decisions = _decided(request, _checks(body_of(request)))
        body = {"decisions": [_shape(each) for each in decisions], "revision": str(request.auth.revision)}
        return personal(request, body, revision=request.auth.revision)


def _decided(request: ApiRequest, checks: list[Check]) -> list[Decision]:
    decisions = decide(
        checks,
        caller=request.user,
        record=recorder_of_many(request, "can"),
        policies=request.auth.policies,
        directory=request.auth.directory,
        now=time.time(),
    )
    return list(decisions)


def _checks(body: Any) -> list[Check]:
    given = body.get("checks") if isinstance(body, dict) else None
    if not isinstance(given, list) or not 1 <= len(given) <= MAX_CHECKS:
        wrong = f"checks must be a list of 1 to {MAX_CHECKS} objects"
        raise InvalidRequest(wrong, fields={"checks": wrong})
    return [_check(each, f"checks[{place}]") for place, each in enumerate(given)]


def _check(given: Any, where: str) -> Check:
    """Read one check. Raises InvalidRequest that names the place."""
    if not isinstance(given, Mapping):
        raise _wrong(where, "must be an object with username, purpose or persona, and perhaps mode")
    named = [kind for kind in Resource if kind in given]
    if len(named) != 1:
        raise _wrong(where or "purpose", "give either purpose or persona")
    username, guid = (_text(given, name, where) for name in ("username", named[0]))
    mode = given.get("mode", Mode.EFFECTIVE)
    if mode not in list(Mode):
        raise _wrong(f"{where}.mode", f"must be one of {', '.join(Mode)}")
    return Check(username, named[0], guid, Mode(mode))


def _text(given: Mapping[str, Any], name: str, where: str) -> str:
    text, field = given.get(name), f"{where}.{name}".lstrip(".")
    if not isinstance(text, str) or not text.strip():
        raise _wrong(field, "must be a text that is not blank")
    return require_storable(field, text)


def _wrong(where: str, what: str) -> InvalidRequest:
    return InvalidRequest(f"{where}: {what}", fields={where: what})


def _shape(decision: Decision) -> Json:
    check = decision.check
    asked = {"username": decision.username, check.kind.value: check.guid, "mode": check.mode}
    if decision.error:
        return {**asked, "error": {"code": decision.error.code, "message": str(decision.error)}}
    return {**asked, "allowed": decision.allowed}
