"""The query parameters of an explanation."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from purposeapp.api import moments
from purposeapp.api.queries import DescribedQuery
from purposeapp.api.who.queries import NameField


@extend_schema_field(OpenApiTypes.STR)
class MomentField(serializers.Field[float, str, str, Any]):
    """Epoch seconds, or an RFC 3339 time with its offset; becomes epoch seconds."""

    def get_value(self, dictionary: Mapping[Any, Any]) -> Any:
        return dictionary.get(self.field_name, serializers.empty)

    def to_internal_value(self, data: str) -> float:
        moment = _epoch_seconds(data)
        if moment is None:
            raise ValidationError(
                "must be epoch seconds, or a time such as 2026-06-15T12:00:00Z (a + in its offset is written %2B)"
            )
        return moment


class ExplainQuery(DescribedQuery):
    purpose = NameField(required=False, help_text="Guid of a purpose; or else give `persona`.")
    persona = NameField(required=False, help_text="Guid of a persona.")
    at = MomentField(
        required=False,
        help_text="As if it were this moment: epoch seconds, or RFC 3339. It is schedules that it matters to; groups,"
        " roles and policies are taken as they are now.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("purpose" in attrs) == ("persona" in attrs):
            raise ValidationError({"purpose": "give either purpose or persona"})
        return super().validate(attrs)


def _epoch_seconds(text: str) -> float | None:
    """None when the text is no moment."""
    try:
        return moments.told(float(text))
    except ValueError:
        return moments.of_date(text)
