"""Query parameters of the discovery endpoints: declared once, for validation and for the OpenAPI schema."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from purposeapp.api import moments, shapes
from purposeapp.api.names import UNSTORABLE, require_storable
from purposeapp.discovery.written import PURPOSE_FIELDS
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.model import Mode
from purposeapp.domain.page import SORT_FIELDS, Sort

DEFAULT_LIMIT, MAX_LIMIT = 100, 500

_SHORT = 200
"""Characters of a query string that is worth remembering."""


class NamesField(serializers.ListField):
    """A list given as a repeated parameter, as one comma-separated value, or both. Absent is None, empty is []."""

    child = serializers.CharField(allow_blank=True, trim_whitespace=False)

    def get_value(self, dictionary: Any) -> Any:
        if self.field_name not in dictionary:
            return serializers.empty
        values = dictionary.getlist(self.field_name)
        return [name for value in values for name in value.split(",") if name.strip()]


class NotBlankField(serializers.CharField):
    """In a query string DRF takes a blank parameter for an absent one; here it is refused."""

    def get_value(self, dictionary: Any) -> Any:
        return dictionary.get(self.field_name, serializers.empty)


class ChoicesField(NamesField):
    """Names out of a fixed set; anything else is refused, with the set."""

    def __init__(self, choices: tuple[str, ...], **options: Any) -> None:
        self.choices = choices
        super().__init__(child=serializers.ChoiceField(choices), **options)

    def to_internal_value(self, data: Any) -> Any:
        unknown = [name for name in data if name not in self.choices]
        if unknown:
            raise ValidationError(f"{unknown[0]!r} is not one of {', '.join(self.choices)}")
        return data


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


class StrictQuery(serializers.Serializer[dict[str, Any]]):
    """Refuses parameters it doesn't know, for a misspelt filter must not silently return everything, and single ones that
    are given twice, of which a proxy may read the one and we the other.
    """

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(self.initial_data) - set(self.fields))
        if unknown:
            message = f"unknown parameter; there are {', '.join(sorted(self.fields))}"
            raise ValidationError(dict.fromkeys(unknown, message))
        if twice := [name for name in self.initial_data if self._is_ambiguous(name)]:
            raise ValidationError(dict.fromkeys(twice, "given more than once; give it once"))
        return attrs

    def _is_ambiguous(self, name: str) -> bool:
        single = not isinstance(self.fields[name], NamesField)
        return single and len(self.initial_data.getlist(name)) > 1


class FreshQuery(StrictQuery):
    """How fresh an answer must be. BearerAuthentication has read it already, and refused what is none."""

    consistency = serializers.CharField(
        default="fast",
        help_text="`fast`: at most some two seconds behind the sources. `at-least:<revision>`: with everything that an"
        " earlier answer was computed from. `full`: the sources themselves are asked.",
    )


class AboutQuery(FreshQuery):
    """Whom a question is about."""

    username = NotBlankField(
        required=False, trim_whitespace=False, help_text="Whom to ask about; the caller when absent."
    )

    def validate_username(self, value: str) -> str:
        if not value.strip():
            raise ValidationError(serializers.CharField.default_error_messages["blank"])
        try:
            return require_storable("username", value)
        except InvalidRequest:
            raise ValidationError(UNSTORABLE) from None


class DescribedQuery(AboutQuery):
    """Whom a question is about, and in which groups."""

    groups = NamesField(
        required=False,
        help_text="Ordinary callers: narrows their own groups (empty: own name and `public` only)."
        " Trusted callers: taken as given.",
    )

    def validate_groups(self, value: list[str]) -> list[str]:
        try:
            return [require_storable("groups", name) for name in value]
        except InvalidRequest:
            raise ValidationError(UNSTORABLE) from None


class ListQuery(DescribedQuery):
    """What purposes and personas have in common."""

    q = serializers.CharField(
        required=False, default="", allow_blank=True, help_text="Words in name or description."
    )
    sort = serializers.ChoiceField(
        [*SORT_FIELDS, *(f"-{name}" for name in SORT_FIELDS)],
        default="displayName",
        help_text="Minus: descending.",
    )
    limit = serializers.IntegerField(default=DEFAULT_LIMIT, min_value=1, max_value=MAX_LIMIT)
    cursor = serializers.CharField(
        required=False, help_text="`next` of the page before; bound to this very question."
    )
    mode = serializers.ChoiceField([mode.value for mode in Mode], default=Mode.EFFECTIVE.value)


class PurposesQuery(ListQuery):
    classification = serializers.CharField(
        required=False, default="", allow_blank=True, help_text="Only purposes of this classification."
    )
    include = ChoicesField(("policies", "reasons"), required=False, default=list)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        chosen = ChoicesField(tuple(PURPOSE_FIELDS), required=False, default=list)
        return {**super().get_fields(), "fields": chosen}


class PersonasQuery(ListQuery):
    include = ChoicesField(("reasons",), required=False, default=list)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        chosen = ChoicesField(tuple(shapes.PERSONA_FIELDS), required=False, default=list)
        return {**super().get_fields(), "fields": chosen}


class WhoAmIQuery(FreshQuery):
    include = ChoicesField(("personas", "purposes"), required=False, default=list)


class JobsQuery(FreshQuery):
    limit = serializers.IntegerField(default=20, min_value=1, max_value=100)


def read_query(request: Request, kind: type[StrictQuery]) -> dict[str, Any]:
    """The validated parameters. Raises DRF's ValidationError, which becomes a problem with a line per parameter.

    Equal questions share one dictionary: it must not be changed.
    """
    return read_query_string(request.META.get("QUERY_STRING", ""), kind)


def read_query_string(text: str, kind: type[StrictQuery]) -> dict[str, Any]:
    """As `read_query`; `text` is what stands behind the question mark, its bytes decoded as ISO 8859-1."""
    return _remembered(text, kind) if len(text) <= _SHORT else _read(text, kind)


def _read(text: str, kind: type[StrictQuery]) -> dict[str, Any]:
    query = kind(data=QueryDict(text.encode("iso-8859-1")))
    query.is_valid(raise_exception=True)
    return {**query.validated_data, **_sorted(query.validated_data)}


# Making and running a serializer costs more than finding the answer, and most questions are among a few.
_remembered = lru_cache(maxsize=1024)(_read)


def _sorted(data: dict[str, Any]) -> dict[str, Any]:
    return {"sort": Sort.parse(data["sort"])} if "sort" in data else {}


def _epoch_seconds(text: str) -> float | None:
    """None when the text is no moment."""
    try:
        return moments.told(float(text))
    except ValueError:
        return moments.of_date(text)
