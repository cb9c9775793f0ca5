"""The query parameters of these questions."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from purposeapp.api.names import UNSTORABLE, require_storable
from purposeapp.api.queries import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    AboutQuery,
    ChoicesField,
    FreshQuery,
    MomentField,
    NotBlankField,
)
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.model import Mode, Via

_AT = (
    "as if it were this moment: epoch seconds, or RFC 3339. It is schedules that it matters to; groups, roles and policies"
    " are taken as they are now."
)


class NameField(NotBlankField):
    """A username, guid or search text that some source could hold."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return require_storable(self.field_name or "", super().to_internal_value(data))
        except InvalidRequest:
            raise ValidationError(UNSTORABLE) from None


class ModeQuery(FreshQuery):
    mode = serializers.ChoiceField([mode.value for mode in Mode], default=Mode.EFFECTIVE.value)


class SubjectsQuery(ModeQuery):
    expand = serializers.ChoiceField(
        ["users", "groups"],
        default="users",
        help_text="`users`: everybody who sees it. `groups`: the names on the lists, with how many each stands for.",
    )
    q = NameField(required=False, default="", allow_blank=True, help_text="Words in the name.")
    via = ChoicesField(
        tuple(Via), required=False, default=list, help_text="Only those who come by one of these ways."
    )
    limit = serializers.IntegerField(default=DEFAULT_LIMIT, min_value=1, max_value=MAX_LIMIT)
    cursor = serializers.CharField(
        required=False, help_text="`next` of the page before; bound to this very question."
    )


class CanQuery(ModeQuery, AboutQuery):
    purpose = NameField(required=False, help_text="Guid of a purpose; or else give `persona`.")
    persona = NameField(required=False, help_text="Guid of a persona.")


class CompareQuery(ModeQuery):
    left = NameField(help_text="A username.")
    right = NameField(help_text="Another one, or the same one for two moments.")
    leftAt = MomentField(required=False, help_text=f"The one on the left {_AT}")
    rightAt = MomentField(required=False, help_text=f"The one on the right {_AT}")
