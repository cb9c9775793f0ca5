"""The query parameters of these questions."""

from rest_framework import serializers

from purposeapp.api.queries import DEFAULT_LIMIT, MAX_LIMIT, ChoicesField, FreshQuery
from purposeapp.api.who.queries import NameField
from purposeapp.domain.disagreement import Cause
from purposeapp.domain.findings import FindingKind


class PagedQuery(FreshQuery):
    limit = serializers.IntegerField(default=DEFAULT_LIMIT, min_value=1, max_value=MAX_LIMIT)
    cursor = serializers.CharField(
        required=False, help_text="`next` of the page before; bound to this very question."
    )


class DifferencesQuery(PagedQuery):
    username = NameField(
        required=False, trim_whitespace=False, help_text="Only about this user; everybody when absent."
    )
    purpose = NameField(required=False, help_text="Guid: only about this purpose.")
    cause = ChoicesField(
        tuple(Cause), required=False, default=list, help_text="Only for one of these causes."
    )


class FindingsQuery(PagedQuery):
    kind = ChoicesField(tuple(FindingKind), required=False, default=list, help_text="Only of these kinds.")
