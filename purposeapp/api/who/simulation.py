"""What if: changes in, who gains and who loses out. Nothing is written."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from rest_framework.viewsets import ViewSet

from purposeapp.api.answers import personal
from purposeapp.api.authentication import ApiRequest
from purposeapp.api.cursors import signer
from purposeapp.api.parsing import body_of
from purposeapp.api.queries import DEFAULT_LIMIT, MAX_LIMIT, FreshQuery, read_query
from purposeapp.api.who import bodies, schema
from purposeapp.api.who.access import let_in_to_simulate
from purposeapp.discovery.simulation import simulate
from purposeapp.discovery.simulation.summary import summary
from purposeapp.discovery.written import Json
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.model import Mode
from purposeapp.domain.page import CursorSigner

MAX_CHANGES = 1_000


@dataclass(frozen=True, slots=True)
class Question:
    """The body of a simulation. Page size and cursor are not part of what is asked."""

    changes: list[Any]
    mode: Mode
    limit: int
    cursor: str | None

    @classmethod
    def read(cls, body: Any) -> "Question":
        """Raises InvalidRequest by field."""
        given = body if isinstance(body, Mapping) else {}
        changes, limit, cursor = given.get("changes"), given.get("limit", DEFAULT_LIMIT), given.get("cursor")
        mode = given.get("mode", Mode.EFFECTIVE)
        if not isinstance(changes, list) or not 1 <= len(changes) <= MAX_CHANGES:
            raise _wrong("changes", f"must be a list of 1 to {MAX_CHANGES} objects")
        if mode not in list(Mode):
            raise _wrong("mode", f"must be one of {', '.join(Mode)}")
        if type(limit) is not int or not 1 <= limit <= MAX_LIMIT:
            raise _wrong("limit", f"must be a whole number from 1 to {MAX_LIMIT}")
        if not isinstance(cursor, str | None):
            raise _wrong("cursor", "must be the `next` of the page before")
        return cls(changes, Mode(mode), limit, cursor)

    def cursors(self, request: ApiRequest) -> CursorSigner:
        asked = hashlib.sha256(json.dumps([self.changes, self.mode]).encode()).hexdigest()
        return signer(request.path, request.auth.slug, request.user.person.id, asked)

    @property
    def summary(self) -> Json:
        """What the audit trail keeps of it."""
        return summary(self.changes)


class SimulationViewSet(ViewSet):
    """For auditors, and staff who may try out changes; every question is recorded."""

    @schema.simulate
    def create(self, request: ApiRequest) -> HttpResponse:
        query = read_query(request, FreshQuery)
        question = Question.read(body_of(request))
        let_in_to_simulate(request, **question.summary)
        cursors = question.cursors(request)
        after = cursors.read(question.cursor) if question.cursor else None
        counted = request.auth.everybody.counted(anew=query["consistency"] != "fast")
        simulated = simulate(
            question.changes,
            mode=question.mode,
            policies=request.auth.policies,
            population=counted.population,
            now=time.time(),
        )
        body = bodies.simulation(
            simulated,
            after=after,
            limit=question.limit,
            cursors=cursors,
            as_of=counted.as_of,
            revision=request.auth.revision,
        )
        return personal(request, body, revision=request.auth.revision)


def _wrong(field: str, what: str) -> InvalidRequest:
    return InvalidRequest(f"{field}: {what}", fields={field: what})
