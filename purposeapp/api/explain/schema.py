"""What the OpenAPI schema says of an explanation."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s

from purposeapp.api.explain import queries
from purposeapp.api.schema import IF_NONE_MATCH, NOT_MODIFIED, Problem, responses_of
from purposeapp.domain.explain import Kind, Op, Why

_VIAS = ["user", "group", "role", "public", "everyone"]


class ExplainedNode(s.Serializer[Any]):
    kind = s.ChoiceField([kind.value for kind in Kind])
    id = s.CharField(allow_blank=True)
    name = s.CharField(allow_blank=True, help_text="Of a group its path.")


class ExplainedPolicy(s.Serializer[Any]):
    guid = s.CharField()
    name = s.CharField(allow_blank=True)


class Failure(s.Serializer[Any]):
    """One reason why something gives nothing."""

    code = s.ChoiceField([why.value for why in Why])
    sentence = s.CharField()
    until = s.DateTimeField(required=False, help_text="When its schedule begins.")
    by = ExplainedPolicy(many=True, required=False, help_text="The denies that beat it.")


class ExplainedMatch(s.Serializer[Any]):
    via = s.ChoiceField(_VIAS)
    name = s.CharField()
    chains = s.ListField(
        child=s.ListField(child=s.CharField()), help_text="Every way by which a role is held, shortest first."
    )


class ExplainedWindow(s.Serializer[Any]):
    start = s.DateTimeField(allow_null=True, help_text="Null: since ever.")
    end = s.DateTimeField(allow_null=True, help_text="The first moment after it. Null: for good.")


class Verdict(ExplainedPolicy):
    """One policy of the purpose."""

    type = s.CharField()
    matched = s.BooleanField()
    counts = s.BooleanField(help_text="Whether it makes the purpose visible in effective mode.")
    listed = s.BooleanField(help_text="Whether it does in listed mode.")
    via = ExplainedMatch(many=True)
    because = s.CharField()
    isEnabled = s.BooleanField()
    inSchedule = s.BooleanField()
    schedule = ExplainedWindow(many=True, help_text="Empty: always.")
    priority = s.IntegerField()
    actions = s.ListField(child=s.CharField())
    beatenBy = ExplainedPolicy(many=True, help_text="Denies that take actions away; not all of them, maybe.")
    failures = Failure(many=True, help_text="Every reason why it does not count.")
    sentence = s.CharField()


class ExplainedChange(s.Serializer[Any]):
    """One change, as the simulation takes it, where it knows such changes. Which keys there are depends on `op`."""

    op = s.ChoiceField([op.value for op in Op])
    username = s.CharField(required=False)
    name = s.CharField(required=False, allow_blank=True, help_text="Of a group its path.")
    id = s.CharField(required=False, help_text="Of a group or role.")
    guid = s.CharField(required=False, help_text="Of a policy, purpose or persona.")
    until = s.DateTimeField(required=False)

    def get_fields(self) -> dict[str, s.Field[Any, Any, Any, Any]]:
        losing = ExplainedNode(required=False, help_text="The group or role that loses the role.")
        return {**super().get_fields(), "from": losing}


class Changes(s.Serializer[Any]):
    change = ExplainedChange(many=True, help_text="All of them together.")
    sentence = s.CharField()


class ExplainedResource(s.Serializer[Any]):
    type = s.ChoiceField(["purpose", "persona"])
    id = s.CharField()
    name = s.CharField(allow_blank=True)
    isEnabled = s.BooleanField()
    isDeleted = s.BooleanField()


class ExplainedDecision(s.Serializer[Any]):
    listed = s.BooleanField()
    effective = s.BooleanField()


class Explanation(s.Serializer[Any]):
    username = s.CharField()
    disabled = s.BooleanField(required=False, help_text="True when the person asked about is disabled.")
    resource = ExplainedResource()
    decision = ExplainedDecision()
    failures = Failure(many=True, help_text="What is in the way whatever the policies say.")
    via = ExplainedMatch(many=True, help_text="Of a persona: by what the user is named.")
    policies = Verdict(many=True)
    paths = s.ListField(
        child=ExplainedNode(many=True), help_text="Every way that gives effective access, shortest first."
    )
    pathsComplete = s.BooleanField(help_text="False where there may be more ways than these.")
    listedPaths = s.ListField(child=ExplainedNode(many=True), help_text="The same for the listed mode.")
    listedPathsComplete = s.BooleanField()
    cutSet = Changes(many=True, help_text="The fewest changes that together revoke effective access.")
    cutSetMinimal = s.BooleanField(help_text="False where a smaller set was not ruled out.")
    nearest = Changes(
        many=True,
        help_text="The smallest sets of changes that each give effective access, cheapest first. Each was tried out.",
    )
    nearestComplete = s.BooleanField(help_text="False where there may be more sets of this size.")
    sentences = s.ListField(child=s.CharField(), help_text="The whole explanation in plain words.")
    validUntil = s.DateTimeField(allow_null=True, help_text="When a schedule next changes something here.")
    revision = s.CharField()


explain = extend_schema(
    operation_id="explainAccess",
    summary="Why a user sees a purpose or has a persona, or why not",
    description="Auditors are told everything. Others are told what concerns themselves: the policies that name them, and nothing"
    " of whom else a purpose lets in.",
    tags=["who, what if"],
    parameters=[queries.ExplainQuery, IF_NONE_MATCH],
    responses=responses_of(Explanation, Problem, 400, 401, 403, 404, 500, 503) | NOT_MODIFIED,
)
