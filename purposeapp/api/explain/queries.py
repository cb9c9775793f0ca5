"""The query parameters of an explanation."""

from typing import Any

from rest_framework.exceptions import ValidationError

from purposeapp.api.queries import DescribedQuery, MomentField
from purposeapp.api.who.queries import NameField


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
