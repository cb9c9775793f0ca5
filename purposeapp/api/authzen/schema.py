"""What the OpenAPI schema says of AuthZEN's endpoints."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers as s

from purposeapp.api.authzen.evaluations import MOST, SEMANTICS
from purposeapp.api.authzen.paging import LARGEST
from purposeapp.api.queries import FreshQuery
from purposeapp.api.schema import REVISION

_IGNORED = "An object. It counts for nothing: groups and roles come from the directory."


class AuthZenSoughtEntity(s.Serializer[Any]):
    type = s.CharField(allow_blank=True, max_length=1024)
    id = s.JSONField(required=False, help_text="Ignored: this is what the search finds.")
    properties = s.DictField(required=False, help_text=_IGNORED)


class AuthZenEntity(s.Serializer[Any]):
    """A subject: a `user` by username. A resource: a `purpose` or `persona` by guid."""

    type = s.CharField(allow_blank=True, max_length=1024)
    id = s.CharField(allow_blank=True, max_length=1024)
    properties = s.DictField(required=False, help_text=_IGNORED)


class AuthZenAction(s.Serializer[Any]):
    name = s.CharField(
        allow_blank=True,
        max_length=1024,
        help_text="`view`, or for purposes an action of policies such as `entity-read`.",
    )
    properties = s.DictField(required=False, help_text=_IGNORED)


class AuthZenContext(s.Serializer[Any]):
    time = s.CharField(
        required=False, help_text="RFC 3339: as if it were this moment, which matters to schedules only."
    )


class AuthZenOptions(s.Serializer[Any]):
    evaluations_semantic = s.ChoiceField(list(SEMANTICS), required=False)
    reasons = s.BooleanField(required=False, help_text="Give reasons in the `context` of each decision.")


class AuthZenPage(s.Serializer[Any]):
    token = s.CharField(required=False, help_text="`next_token` of the page before; all else unchanged.")
    limit = s.IntegerField(
        required=False, min_value=0, help_text=f"At most {LARGEST:,}, whatever is asked for."
    )
    properties = s.DictField(required=False)


class AuthZenEvaluation(s.Serializer[Any]):
    subject = AuthZenEntity()
    action = AuthZenAction()
    resource = AuthZenEntity()
    context = AuthZenContext(required=False)  # type: ignore[assignment]  # the JSON name, not DRF's property
    options = AuthZenOptions(required=False)


class AuthZenEvaluationItem(s.Serializer[Any]):
    """What is absent is taken from the request as a whole."""

    subject = AuthZenEntity(required=False)
    action = AuthZenAction(required=False)
    resource = AuthZenEntity(required=False)
    context = AuthZenContext(required=False)  # type: ignore[assignment]


class AuthZenEvaluations(AuthZenEvaluationItem):
    """Without `evaluations`, the request of the other endpoint."""

    evaluations = AuthZenEvaluationItem(many=True, required=False, help_text=f"At most {MOST:,}.")
    options = AuthZenOptions(required=False)


class AuthZenDecision(s.Serializer[Any]):
    decision = s.BooleanField()
    context = s.DictField(  # type: ignore[assignment]
        required=False,
        help_text="`error` for an item that could not be evaluated; `reason_admin` and `reason_user` on request.",
    )


class AuthZenDecisions(s.Serializer[Any]):
    """`evaluations` in the order of the request; short-circuit semantics give those up to the one that settled it.

    `decision` and `context` where the request was a single one.
    """

    evaluations = AuthZenDecision(many=True, required=False)
    decision = s.BooleanField(required=False)
    context = s.DictField(required=False)  # type: ignore[assignment]


class _Search(s.Serializer[Any]):
    context = AuthZenContext(required=False)  # type: ignore[assignment]
    page = AuthZenPage(required=False)


class AuthZenSubjectSearch(_Search):
    subject = AuthZenSoughtEntity()
    action = AuthZenAction()
    resource = AuthZenEntity()


class AuthZenResourceSearch(_Search):
    subject = AuthZenEntity()
    action = AuthZenAction()
    resource = AuthZenSoughtEntity()


class AuthZenActionSearch(_Search):
    subject = AuthZenEntity()
    resource = AuthZenEntity()


class AuthZenFoundEntity(s.Serializer[Any]):
    type = s.CharField()
    id = s.CharField()


class AuthZenFoundAction(s.Serializer[Any]):
    name = s.CharField()


class AuthZenFoundPage(s.Serializer[Any]):
    next_token = s.CharField(allow_blank=True, help_text="Blank: there is no more.")
    count = s.IntegerField()
    total = s.IntegerField(help_text="Exact, of the whole list.")


class AuthZenFoundEntities(s.Serializer[Any]):
    """There is a `page` where the request had one, and where not all results fit."""

    page = AuthZenFoundPage(required=False)
    results = AuthZenFoundEntity(many=True)


class AuthZenFoundActions(s.Serializer[Any]):
    page = AuthZenFoundPage(required=False)
    results = AuthZenFoundAction(many=True)


class AuthZenConfiguration(s.Serializer[Any]):
    policy_decision_point = s.CharField()
    access_evaluation_endpoint = s.CharField()
    access_evaluations_endpoint = s.CharField()
    search_subject_endpoint = s.CharField()
    search_resource_endpoint = s.CharField()
    search_action_endpoint = s.CharField()


_ERRORS = {
    400: "The request is wrong; the message says the cure.",
    401: "No valid bearer token.",
    403: "The caller may not ask this.",
    404: "There is no such tenant.",
    413: "The body is too large.",
    500: "Our fault.",
    503: "A source cannot answer just now; see Retry-After.",
}


def _messages(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    return {
        (status, "text/plain"): OpenApiResponse(OpenApiTypes.STR, description=_ERRORS[status])
        for status in statuses
    }


def _asked(operation_id: str, summary: str, request: Any, answer: Any) -> Any:
    return extend_schema(
        operation_id=operation_id,
        summary=summary,
        tags=["AuthZEN"],
        parameters=[FreshQuery, REVISION],
        request=request,
        responses={200: answer} | _messages(400, 401, 403, 413, 500, 503),
    )


evaluation = _asked(
    "evaluateAccess", "Whether a subject may do something to a resource", AuthZenEvaluation, AuthZenDecision
)
evaluations = _asked("evaluateAccesses", "Many of these in one request", AuthZenEvaluations, AuthZenDecisions)
search_subject = _asked(
    "searchSubjects", "Who may do something to a resource", AuthZenSubjectSearch, AuthZenFoundEntities
)
search_resource = _asked(
    "searchResources", "To what a subject may do something", AuthZenResourceSearch, AuthZenFoundEntities
)
search_action = _asked(
    "searchActions", "What a subject may do to a resource", AuthZenActionSearch, AuthZenFoundActions
)
configuration = extend_schema(
    operation_id="getAuthZenConfiguration",
    summary="Where this policy decision point is",
    tags=["AuthZEN"],
    auth=[],
    responses={200: AuthZenConfiguration} | _messages(500, 503),
)
tenant_configuration = extend_schema(
    operation_id="getTenantAuthZenConfiguration",
    summary="The same for the policy decision point of a tenant",
    tags=["AuthZEN"],
    auth=[],
    parameters=[OpenApiParameter("place", OpenApiTypes.STR, OpenApiParameter.PATH, description="A tenant.")],
    responses={200: AuthZenConfiguration} | _messages(404, 500, 503),
)
