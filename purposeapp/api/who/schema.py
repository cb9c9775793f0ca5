"""What the OpenAPI schema says of these endpoints."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers as s

from purposeapp.api.queries import DEFAULT_LIMIT, MAX_LIMIT, FreshQuery
from purposeapp.api.schema import IF_NONE_MATCH, NOT_MODIFIED, PolicyReference, Problem, responses_of
from purposeapp.api.who import queries
from purposeapp.discovery.simulation import OPERATIONS


class SubjectVia(s.Serializer[Any]):
    via = s.ChoiceField(["user", "group", "role", "public", "everyone"])
    name = s.CharField()


class Subject(s.Serializer[Any]):
    type = s.ChoiceField(["user", "group", "role", "everyone"])
    id = s.CharField(help_text="The name of the user, group or role.")
    via = SubjectVia(many=True, help_text="Every match that shows it.")
    members = s.IntegerField(required=False, help_text="With `expand=groups`: whom the name stands for.")
    seeing = s.IntegerField(required=False, help_text="With `expand=groups`: who sees it by this name.")


class Subjects(s.Serializer[Any]):
    subjects = Subject(many=True)
    total = s.IntegerField(help_text="Exact, of the whole list.")
    counts = s.DictField(
        child=s.IntegerField(), help_text="Users by each way; who comes by several counts for each."
    )
    next = s.CharField(allow_null=True, help_text="The cursor of the next page.")
    asOf = s.DateTimeField(help_text="When the people of the directory were read.")
    revision = s.CharField()


_SUBJECTS: dict[str, Any] = {
    "tags": ["who, what if"],
    "parameters": [queries.SubjectsQuery, IF_NONE_MATCH],
    "description": "Auditors only. With `Accept: application/x-ndjson` all of them as JSON lines; the last line is"
    ' `{"type": "end", "total", "revision"}`, and a stream without it was cut.',
    "responses": responses_of(Subjects, Problem, 400, 401, 403, 404, 500, 503)
    | NOT_MODIFIED
    | {(200, "application/x-ndjson"): OpenApiResponse(OpenApiTypes.STR, "One subject a line.")},
}
purpose_subjects = extend_schema(
    operation_id="listPurposeSubjects", summary="Who can see a purpose", **_SUBJECTS
)
persona_subjects = extend_schema(operation_id="listPersonaSubjects", summary="Who has a persona", **_SUBJECTS)


class Decision(s.Serializer[Any]):
    username = s.CharField()
    purpose = s.CharField(required=False)
    persona = s.CharField(required=False)
    mode = s.ChoiceField(["effective", "listed"])
    allowed = s.BooleanField()
    revision = s.CharField()


class Check(s.Serializer[Any]):
    """Either `purpose` or `persona`."""

    username = s.CharField()
    purpose = s.CharField(required=False)
    persona = s.CharField(required=False)
    mode = s.ChoiceField(["effective", "listed"], default="effective")


class Checks(s.Serializer[Any]):
    checks = Check(many=True, help_text="1 to 1,000.")


class CheckError(s.Serializer[Any]):
    code = s.CharField()
    message = s.CharField()


class BatchDecision(s.Serializer[Any]):
    """Either `allowed` or `error`."""

    username = s.CharField()
    purpose = s.CharField(required=False)
    persona = s.CharField(required=False)
    mode = s.ChoiceField(["effective", "listed"])
    allowed = s.BooleanField(required=False)
    error = CheckError(required=False)


class Decisions(s.Serializer[Any]):
    decisions = BatchDecision(many=True, help_text="One for each check, in order.")
    revision = s.CharField()


can = extend_schema(
    operation_id="canSee",
    summary="Whether a user sees a purpose or persona",
    tags=["who, what if"],
    parameters=[queries.CanQuery, IF_NONE_MATCH],
    responses=responses_of(Decision, Problem, 400, 401, 403, 404, 500, 503) | NOT_MODIFIED,
)
can_batch = extend_schema(
    operation_id="canSeeBatch",
    summary="Many of these at once; what cannot be decided says so and does not spoil the others",
    tags=["who, what if"],
    parameters=[FreshQuery],
    request=Checks,
    responses=responses_of(Decisions, Problem, 400, 401, 413, 415, 500, 503),
)


class AccessPair(s.Serializer[Any]):
    username = s.CharField()
    purpose = s.CharField(help_text="Guid.")
    purposeName = s.CharField(allow_blank=True)


class PersonaPair(s.Serializer[Any]):
    username = s.CharField()
    persona = s.CharField(help_text="Guid.")
    personaName = s.CharField(allow_blank=True)


class PersonaTotals(s.Serializer[Any]):
    gained = s.IntegerField(help_text="Pairs of a user and a persona.")
    lost = s.IntegerField()


class PersonaDifference(s.Serializer[Any]):
    gained = PersonaPair(many=True)
    lost = PersonaPair(many=True)
    totals = PersonaTotals()


class DifferenceTotals(s.Serializer[Any]):
    gained = s.IntegerField(help_text="Pairs of a user and a purpose.")
    lost = s.IntegerField()
    users = s.IntegerField(help_text="Who gain or lose a purpose.")
    purposes = s.IntegerField()


class DifferenceSums(s.Serializer[Any]):
    id = s.CharField()
    name = s.CharField(allow_blank=True)
    gained = s.IntegerField()
    lost = s.IntegerField()


class ChangeNotes(s.Serializer[Any]):
    change = s.IntegerField(help_text="Its place in the list.")
    notes = s.ListField(child=s.CharField(), help_text="What had no effect, or was taken for something new.")


class AccessChange(s.Serializer[Any]):
    """A change. Memberships take `username` and `name` (a group's name or path), policies and purposes `guid`, `name_user` and
    `unname_user` `username` and the policy's `guid`, `put_policy` a `policy`, `put_policies` Atlas `documents`."""

    op = s.ChoiceField(list(OPERATIONS))
    username = s.CharField(required=False)
    name = s.CharField(required=False)
    guid = s.CharField(required=False)
    policy = s.DictField(
        required=False, help_text="Flat fields, or an AuthPolicy as an Atlas index holds it."
    )
    documents = s.ListField(child=s.DictField(), required=False)


class Simulation(s.Serializer[Any]):
    changes = AccessChange(many=True, help_text="1 to 1,000, made one after the other.")
    mode = s.ChoiceField(["effective", "listed"], default="effective")
    limit = s.IntegerField(default=DEFAULT_LIMIT, min_value=1, max_value=MAX_LIMIT)
    cursor = s.CharField(required=False)


class SimulatedAccess(s.Serializer[Any]):
    gained = AccessPair(many=True)
    lost = AccessPair(many=True)
    totals = DifferenceTotals()
    personas = PersonaDifference(help_text="Of personas; on the last pages, behind the pairs of purposes.")
    topPurposes = DifferenceSums(many=True)
    topUsers = DifferenceSums(many=True, allow_null=True, help_text="Null when there are too many to count.")
    notes = ChangeNotes(many=True)
    next = s.CharField(
        allow_null=True, help_text="The cursor of the next page: send it with the same changes."
    )
    asOf = s.DateTimeField(help_text="When the people of the directory were read.")
    revision = s.CharField()


simulate = extend_schema(
    operation_id="simulateAccess",
    summary="Who would gain and who would lose what; nothing is written",
    tags=["who, what if"],
    parameters=[FreshQuery],
    request=Simulation,
    responses=responses_of(SimulatedAccess, Problem, 400, 401, 403, 413, 415, 500, 503),
)


class Compared(s.Serializer[Any]):
    username = s.CharField()
    disabled = s.BooleanField()
    at = s.DateTimeField(required=False, help_text="The moment that was asked for.")


class ComparedReason(SubjectVia):
    policy = PolicyReference()
    counts = s.BooleanField(help_text="Whether this policy makes the purpose visible.")
    because = s.CharField()


class ComparedPersona(s.Serializer[Any]):
    id = s.CharField()
    name = s.CharField(allow_blank=True)
    displayName = s.CharField(allow_blank=True)


class ComparedPurpose(ComparedPersona):
    left = ComparedReason(
        many=True, help_text="What the policies say of the one on the left, for and against."
    )
    right = ComparedReason(many=True)


class ComparedPersonas(s.Serializer[Any]):
    both = ComparedPersona(many=True)
    onlyLeft = ComparedPersona(many=True)
    onlyRight = ComparedPersona(many=True)


class ComparedNames(s.Serializer[Any]):
    both = s.ListField(child=s.CharField())
    onlyLeft = s.ListField(child=s.CharField())
    onlyRight = s.ListField(child=s.CharField())


class Comparison(s.Serializer[Any]):
    left = Compared()
    right = Compared()
    history = s.ChoiceField(
        ["schedules"],
        required=False,
        help_text="Where a moment was asked for, what is judged at it: memberships and policies are those of now.",
    )
    both = ComparedPurpose(many=True)
    onlyLeft = ComparedPurpose(many=True)
    onlyRight = ComparedPurpose(many=True)
    personas = ComparedPersonas()
    groups = ComparedNames(help_text="Paths of direct memberships.")
    roles = ComparedNames(help_text="Names of effective realm roles.")
    revision = s.CharField()


compare = extend_schema(
    operation_id="compareAccess",
    summary="What two users see, or one at two moments: both, and only one of them, with reasons",
    tags=["who, what if"],
    parameters=[queries.CompareQuery, IF_NONE_MATCH],
    responses=responses_of(Comparison, Problem, 400, 401, 403, 404, 500, 503) | NOT_MODIFIED,
)
