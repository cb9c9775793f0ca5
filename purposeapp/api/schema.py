"""What the OpenAPI schema says of each endpoint. The shapes here document; `shapes.py` writes."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers as s

from purposeapp.api import queries


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "purposeapp.api.authentication.BearerAuthentication"
    name = "bearerAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class FieldError(s.Serializer[Any]):
    field = s.CharField()
    message = s.CharField()


class Problem(s.Serializer[Any]):
    """RFC 9457 problem details."""

    type = s.CharField()
    title = s.CharField()
    status = s.IntegerField()
    detail = s.CharField()
    code = s.CharField(help_text="Stable and machine-readable.")
    correlationId = s.CharField(help_text="The same as the X-Request-Id header.")
    errors = FieldError(many=True, required=False)  # type: ignore[assignment]  # the JSON name, not DRF's property


class AtlasError(s.Serializer[Any]):
    errorCode = s.CharField()
    errorMessage = s.CharField()
    correlationId = s.CharField(required=False)


class PolicyReference(s.Serializer[Any]):
    guid = s.CharField()
    name = s.CharField()
    type = s.CharField()


class Match(s.Serializer[Any]):
    via = s.ChoiceField(["user", "group", "role", "public", "everyone"])
    name = s.CharField()
    chain = s.ListField(child=s.CharField(), help_text="The shortest way by which a role is held.")
    chains = s.ListField(child=s.ListField(child=s.CharField()), help_text="Every way, shortest first.")


class Reason(Match):
    policy = PolicyReference()
    counts = s.BooleanField(help_text="Whether this policy makes the purpose visible.")
    because = s.CharField()


class _Described(s.Serializer[Any]):
    id = s.CharField()
    name = s.CharField(required=False)
    displayName = s.CharField(required=False)
    description = s.CharField(required=False)
    qualifiedName = s.CharField(required=False)
    isEnabled = s.BooleanField(required=False)
    createdBy = s.CharField(required=False)
    updatedBy = s.CharField(required=False)
    createTime = s.IntegerField(required=False, help_text="Epoch milliseconds.")
    updateTime = s.IntegerField(required=False, help_text="Epoch milliseconds.")


class AccessiblePurpose(_Described):
    classifications = s.ListField(child=s.CharField(), required=False)
    policies = PolicyReference(many=True, required=False)
    reasons = Reason(many=True, required=False)


class AccessiblePersona(_Described):
    roleName = s.CharField(required=False)
    reasons = Match(many=True, required=False)


class _Paged(s.Serializer[Any]):
    total = s.IntegerField(help_text="Exact, of the whole list.")
    next = s.CharField(allow_null=True, help_text="The cursor of the next page.")
    revision = s.CharField()
    disabled = s.BooleanField(required=False, help_text="True when the person asked about is disabled.")


class AccessiblePurposes(_Paged):
    purposes = AccessiblePurpose(many=True)
    validUntil = s.DateTimeField(allow_null=True, help_text="When a schedule next changes this answer.")


class AccessiblePersonas(_Paged):
    personas = AccessiblePersona(many=True)


class UserPurposesRequest(s.Serializer[Any]):
    username = s.CharField()
    groups = s.ListField(child=s.CharField(), help_text="Narrows the directory's groups; can be empty.")
    attributes = s.ListField(child=s.CharField(), required=False, allow_null=True)
    limit = s.IntegerField(default=queries.DEFAULT_LIMIT, min_value=1, max_value=queries.MAX_LIMIT)
    offset = s.IntegerField(default=0, min_value=0)


class FlatPurpose(s.Serializer[Any]):
    """With `attributes`, only the guid and the fields asked for."""

    guid = s.CharField()
    name = s.CharField(required=False)
    displayName = s.CharField(required=False)
    description = s.CharField(required=False)
    qualifiedName = s.CharField(required=False)
    classifications = s.ListField(child=s.CharField(), required=False)
    isEnabled = s.BooleanField(required=False)
    createdBy = s.CharField(required=False)
    updatedBy = s.CharField(required=False)
    createTime = s.IntegerField(required=False, help_text="Epoch milliseconds.")
    updateTime = s.IntegerField(required=False, help_text="Epoch milliseconds.")


class EntityHeader(s.Serializer[Any]):
    typeName = s.CharField()
    guid = s.CharField()
    status = s.CharField()
    displayText = s.CharField()
    attributes = s.DictField()
    createdBy = s.CharField()
    updatedBy = s.CharField()
    createTime = s.IntegerField()
    updateTime = s.IntegerField()


class _OffsetPaged(s.Serializer[Any]):
    count = s.IntegerField()
    totalCount = s.IntegerField()
    hasMore = s.BooleanField()
    approximateCount = s.BooleanField(help_text="Never true: the count is exact at any size.")
    disabled = s.BooleanField(required=False)


class UserPurposes(_OffsetPaged):
    purposes = FlatPurpose(many=True)


class AtlasUserPurposes(_OffsetPaged):
    purposes = EntityHeader(many=True)


class GroupReference(s.Serializer[Any]):
    id = s.CharField()
    name = s.CharField()
    path = s.CharField()


class RoleReference(s.Serializer[Any]):
    id = s.CharField()
    name = s.CharField()


class AssignedRole(RoleReference):
    description = s.CharField(allow_blank=True)
    level = s.CharField(allow_blank=True)
    summary = s.CharField(allow_blank=True)


class WhoAmI(s.Serializer[Any]):
    userId = s.CharField()
    username = s.CharField()
    groups = GroupReference(many=True)
    roles = RoleReference(many=True, help_text="The effective realm roles.")
    permissions = s.ListField(child=s.CharField())
    assignedRole = AssignedRole()
    workspaceRole = s.CharField(allow_blank=True)
    defaultRoles = s.ListField(child=s.CharField())
    decentralizedRoles = s.ListField(child=s.CharField())
    designation = s.CharField(allow_blank=True)
    profileRole = s.CharField(allow_blank=True)
    profileRoleOther = s.CharField(allow_blank=True)
    personas = s.ListField(
        child=inline_serializer(
            "OldPersona", {"id": s.CharField(), "roleName": s.CharField(), "name": s.CharField()}
        )
    )
    purposes = s.ListField(
        child=inline_serializer(
            "OldPurpose", {"id": s.CharField(), "name": s.CharField(), "displayName": s.CharField()}
        )
    )


class RoleStep(s.Serializer[Any]):
    kind = s.ChoiceField(["group", "role"])
    id = s.CharField()
    name = s.CharField()


class EffectiveRole(RoleReference):
    description = s.CharField(allow_blank=True)
    clientRole = s.BooleanField()
    attributes = s.DictField(child=s.ListField(child=s.CharField()))
    paths = s.ListField(
        child=s.ListField(child=RoleStep()), help_text="Every way by which it is held, shortest first."
    )


class EffectiveRoles(s.Serializer[Any]):
    username = s.CharField()
    roles = EffectiveRole(many=True)
    disabled = s.BooleanField(required=False)


def responses_of(
    answer: type[s.Serializer[Any]], error: type[s.Serializer[Any]], *statuses: int
) -> dict[Any, Any]:
    media = "application/json" if error is AtlasError else "application/problem+json"
    texts = {
        400: "The question is wrong; the message says the cure.",
        401: "No valid bearer token of a known, enabled user.",
        403: "The caller may not ask this.",
        404: "The directory knows nobody of that name.",
        405: "Another method is needed.",
        413: "The body is larger than 1 MiB.",
        415: "The body is not JSON.",
        500: "Something went wrong on our side; say the correlation id.",
        503: "A source cannot answer completely just now; see Retry-After.",
    }
    return {200: answer} | {(status, media): OpenApiResponse(error, texts[status]) for status in statuses}


IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="An ETag given before."
)
REVISION = OpenApiParameter(
    "X-Access-Revision",
    str,
    OpenApiParameter.HEADER,
    response=[200, 304],
    description="What the answer was computed from; ask elsewhere with `consistency=at-least:<revision>`.",
)
NOT_MODIFIED = {304: OpenApiResponse(description="Nothing changed since that ETag.")}

accessible_purposes = extend_schema(
    operation_id="listAccessiblePurposes",
    summary="Purposes a user can see",
    tags=["access"],
    parameters=[queries.PurposesQuery, IF_NONE_MATCH, REVISION],
    responses=responses_of(AccessiblePurposes, Problem, 400, 401, 403, 404, 500, 503) | NOT_MODIFIED,
)
accessible_personas = extend_schema(
    operation_id="listAccessiblePersonas",
    summary="Personas a user has",
    tags=["access"],
    parameters=[queries.PersonasQuery, IF_NONE_MATCH, REVISION],
    responses=responses_of(AccessiblePersonas, Problem, 400, 401, 403, 404, 500, 503) | NOT_MODIFIED,
)
user_purposes = extend_schema(
    operation_id="discoverUserPurposes",
    summary="Listed purposes of a user (flat)",
    tags=["frozen front-end contract"],
    parameters=[queries.FreshQuery, REVISION],
    request=UserPurposesRequest,
    responses=responses_of(UserPurposes, AtlasError, 400, 401, 403, 413, 415, 500, 503),
)
atlas_user_purposes = extend_schema(
    operation_id="discoverUserPurposesAtlas",
    summary="Listed purposes of a user (Atlas entity headers)",
    tags=["frozen front-end contract"],
    parameters=[queries.FreshQuery, REVISION],
    request=UserPurposesRequest,
    responses=responses_of(AtlasUserPurposes, AtlasError, 400, 401, 403, 413, 415, 500, 503),
)
_WHOAMI: dict[str, Any] = {
    "summary": "Who the caller is",
    "tags": ["who"],
    "parameters": [queries.WhoAmIQuery, IF_NONE_MATCH, REVISION],
    "responses": responses_of(WhoAmI, Problem, 400, 401, 500, 503) | NOT_MODIFIED,
}
whoami = extend_schema(operation_id="whoAmI", **_WHOAMI)
whoami_short = extend_schema(operation_id="whoAmIShort", **_WHOAMI)
effective_roles = extend_schema(
    operation_id="listEffectiveRoles",
    summary="Effective roles, and every way by which each is held",
    tags=["who"],
    parameters=[queries.AboutQuery, IF_NONE_MATCH, REVISION],
    responses=responses_of(EffectiveRoles, Problem, 400, 401, 403, 404, 500, 503) | NOT_MODIFIED,
)
