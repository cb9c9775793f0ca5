"""Two people beside each other, or one of them at two moments."""

import time

from django.http import HttpResponse
from rest_framework.viewsets import ViewSet

from purposeapp.api.answers import personal
from purposeapp.api.authentication import ApiRequest
from purposeapp.api.looks import recorder
from purposeapp.api.queries import read_query
from purposeapp.api.who import bodies, schema
from purposeapp.api.who.queries import CompareQuery
from purposeapp.discovery.asking import Asked, whom
from purposeapp.discovery.comparison import compare
from purposeapp.domain.model import Mode


class ComparisonViewSet(ViewSet):
    """For auditors; each look at somebody else is recorded."""

    @schema.compare
    def retrieve(self, request: ApiRequest) -> HttpResponse:
        query = read_query(request, CompareQuery)
        left, right = (_asked(request, query[side]) for side in ("left", "right"))
        left_at, right_at = query.get("leftAt"), query.get("rightAt")
        found = compare(
            left,
            right,
            mode=Mode(query["mode"]),
            policies=request.auth.policies,
            now=time.time(),
            left_at=left_at,
            right_at=right_at,
        )
        body = bodies.comparison(
            left, right, found, left_at=left_at, right_at=right_at, revision=request.auth.revision
        )
        return personal(request, body, revision=request.auth.revision)


def _asked(request: ApiRequest, username: str) -> Asked:
    return whom(
        request.user,
        username,
        None,
        directory=request.auth.directory,
        record=recorder(request, "compare"),
        refusal=f"{request.user.person.username} is not authorized to ask about other users",
    )
