"""What the OpenAPI schema says of these endpoints."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s

from purposeapp.api.findings import queries
from purposeapp.api.schema import IF_NONE_MATCH, NOT_MODIFIED, PolicyReference, Problem, responses_of
from purposeapp.domain.disagreement import Cause
from purposeapp.domain.findings import FindingKind, Severity


class ModeDifference(s.Serializer[Any]):
    username = s.CharField()
    purpose = s.CharField(help_text="Guid.")
    purposeName = s.CharField(allow_blank=True)
    listed = s.BooleanField()
    effective = s.BooleanField()
    cause = s.ChoiceField([cause.value for cause in Cause])
    sentence = s.CharField()
    policies = PolicyReference(many=True, help_text="Those that are the cause.")


class _Page(s.Serializer[Any]):
    total = s.IntegerField(help_text="Exact, of the whole list.")
    next = s.CharField(allow_null=True, help_text="The cursor of the next page.")
    asOf = s.DateTimeField(help_text="When the people of the directory were read.")
    revision = s.CharField()


class ModeDifferences(_Page):
    differences = ModeDifference(many=True)
    counts = s.DictField(child=s.IntegerField(), help_text="By cause, whatever `cause` was asked for.")


differences = extend_schema(
    operation_id="listDifferences",
    summary="Where the listed and the effective mode disagree, and why",
    tags=["findings"],
    parameters=[queries.DifferencesQuery, IF_NONE_MATCH],
    description="Without `username`: about everybody, for auditors.",
    responses=responses_of(ModeDifferences, Problem, 400, 401, 403, 404, 500, 503) | NOT_MODIFIED,
)


class FindingEntity(s.Serializer[Any]):
    type = s.ChoiceField(["purpose", "policy", "user"])
    id = s.CharField()
    name = s.CharField(allow_blank=True)


class ProofRequest(s.Serializer[Any]):
    method = s.ChoiceField(["GET", "POST"])
    path = s.CharField()
    body = s.DictField(allow_null=True)


class Proof(s.Serializer[Any]):
    """A question to this API, and what it answers as long as the finding holds."""

    request = ProofRequest()
    expect = s.DictField(help_text="Values by JSON pointer into the answer.")


class Finding(s.Serializer[Any]):
    kind = s.ChoiceField([kind.value for kind in FindingKind])
    severity = s.ChoiceField([severity.value for severity in Severity])
    entity = FindingEntity()
    sentence = s.CharField()
    detail = s.DictField(help_text="The figures and names of the sentence.")
    proof = Proof(many=True)


class Findings(_Page):
    findings = Finding(many=True)
    counts = s.DictField(child=s.IntegerField(), help_text="By kind.")


findings = extend_schema(
    operation_id="listFindings",
    summary="What an auditor should look at, each with a proof that can be run again",
    tags=["findings"],
    parameters=[queries.FindingsQuery, IF_NONE_MATCH],
    responses=responses_of(Findings, Problem, 400, 401, 403, 500, 503) | NOT_MODIFIED,
)
