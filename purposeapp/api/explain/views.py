"""GET /api/meta/access/explain."""

import time
from typing import Any

from django.http import HttpResponse
from rest_framework.viewsets import ViewSet

from purposeapp.api.answers import personal
from purposeapp.api.authentication import ApiRequest
from purposeapp.api.explain import schema, shapes
from purposeapp.api.explain.queries import ExplainQuery
from purposeapp.api.looks import recorder
from purposeapp.api.queries import read_query
from purposeapp.discovery.asking import whom
from purposeapp.discovery.explain import explain_persona, explain_purpose
from purposeapp.domain.explain import Explanation


class ExplainViewSet(ViewSet):
    """Anybody about themselves, as far as it concerns them; auditors about anyone, in full."""

    @schema.explain
    def explain(self, request: ApiRequest) -> HttpResponse:
        query = read_query(request, ExplainQuery)
        explained = _explained(request, query)
        body = shapes.explanation(explained) | {"revision": str(request.auth.revision)}
        return personal(request, body, revision=request.auth.revision)


def _explained(request: ApiRequest, query: dict[str, Any]) -> Explanation:
    what = {kind: query[kind] for kind in ("purpose", "persona") if kind in query}
    asked = whom(
        request.user,
        query.get("username"),
        query.get("groups"),
        directory=request.auth.directory,
        record=recorder(request, "explain", **what),
        refusal=f"{request.user.person.username} is not authorized to ask about other users",
    )
    (guid,) = what.values()
    find = explain_persona if "persona" in what else explain_purpose
    return find(
        asked,
        guid,
        policies=request.auth.policies,
        directory=request.auth.directory,
        now=query.get("at", time.time()),
        in_full=request.user.trusted,
    )
