"""What the OpenAPI schema says of these endpoints."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers as s

from purposeapp.api.schema import IF_NONE_MATCH, NOT_MODIFIED, Problem, responses_of
from purposeapp.api.who import queries


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
