"""Where the modes disagree: about one user, or the whole tenant."""

import time
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from rest_framework.viewsets import ViewSet

from purposeapp.api.answers import personal
from purposeapp.api.authentication import ApiRequest
from purposeapp.api.cursors import signer
from purposeapp.api.findings import schema
from purposeapp.api.findings.queries import DifferencesQuery
from purposeapp.api.looks import recorder
from purposeapp.api.queries import read_query
from purposeapp.api.shapes import ending
from purposeapp.api.who.access import let_in
from purposeapp.discovery.asking import whom
from purposeapp.discovery.disagreements import Differences, Differing, differences, differences_of
from purposeapp.discovery.entities import purpose_entry, snapshot_of
from purposeapp.discovery.written import Json
from purposeapp.domain.disagreement import SENTENCES
from purposeapp.domain.errors import UnknownUser
from purposeapp.domain.realm import Member


class DifferencesViewSet(ViewSet):
    """About oneself for everybody, about others for auditors; every look at others is recorded."""

    @schema.differences
    def list(self, request: ApiRequest) -> HttpResponse:
        query = read_query(request, DifferencesQuery)
        now = time.time()
        as_of, found = (_of_one if "username" in query else _of_all)(request, query, now)
        shaping = {name: query.get(name) for name in ("username", "purpose", "cause")}
        cursors = signer(request.path, request.auth.slug, request.user.person.id, shaping)
        after = cursors.read(query["cursor"]) if "cursor" in query else None
        page = found.page(causes=query["cause"], after=after, limit=query["limit"])
        body = {
            "differences": [_shape(each) for each in page.items],
            "total": page.total,
            "counts": {cause.value: count for cause, count in found.counts.items()},
            **ending(page.last, cursors, as_of=as_of, revision=request.auth.revision),
        }
        return personal(request, body, revision=request.auth.revision)


def _of_one(request: ApiRequest, query: Mapping[str, Any], now: float) -> tuple[float, Differences]:
    asked = whom(
        request.user,
        query["username"],
        None,
        directory=request.auth.directory,
        record=recorder(request, "differences"),
        refusal=f"{request.user.person.username} is not authorized to ask about other users",
    )
    if asked.person is None:
        raise UnknownUser(query["username"])
    snapshot = snapshot_of(request.auth.policies, now=now)
    member, realm = Member.of(asked.person), request.auth.directory.realm()
    return now, differences_of(member, realm, snapshot, purpose=query.get("purpose", ""), now=now)


def _of_all(request: ApiRequest, query: Mapping[str, Any], now: float) -> tuple[float, Differences]:
    let_in(request, "differences", purpose=query.get("purpose", ""))
    policies = request.auth.policies
    entry = purpose_entry(query["purpose"], policies=policies) if "purpose" in query else None
    counted = request.auth.everybody.counted(anew=query["consistency"] != "fast")
    if entry is None:
        return counted.as_of, counted.audit(policies, now=now).differences()
    return counted.as_of, differences([entry], counted.population, now=now)


def _shape(each: Differing) -> Json:
    return {
        "username": each.username,
        "purpose": each.purpose.guid,
        "purposeName": each.purpose.display_name or each.purpose.name,
        "listed": each.listed,
        "effective": not each.listed,
        "cause": each.cause.value,
        "sentence": SENTENCES[each.cause],
        "policies": [
            {"guid": policy.guid, "name": policy.name, "type": policy.type} for policy in each.policies
        ],
    }
