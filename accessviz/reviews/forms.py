"""What people send: the question of a new review, and the decision of a row."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from purposeapp.discovery.reviews.rows import MAX_COMMENT
from purposeapp.domain.model import Mode
from purposeapp.domain.review import Decision, RowId, Scope, ScopeKind
from purposeapp.jobs.reviewing import ReviewQuestion
from purposeapp.models.validators import is_storable

SCOPES = {
    ScopeKind.TENANT: _("Everybody and every purpose"),
    ScopeKind.PURPOSE: _("One purpose, by its guid"),
    ScopeKind.GROUP: _("The members of one group, by its name"),
}
MODES = {Mode.EFFECTIVE: _("Effective"), Mode.LISTED: _("Listed")}
DECISIONS = {Decision.KEEP: _("Keep"), Decision.REVOKE: _("Revoke")}


class NewReviewForm(forms.Form):
    scope = forms.ChoiceField(label=_("What to review"), choices=SCOPES.items())
    name = forms.CharField(label=_("Guid or name"), required=False)
    mode = forms.ChoiceField(label=_("Mode"), choices=MODES.items())
    two_person = forms.BooleanField(label=_("A second person must agree"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        needs_name = cleaned.get("scope") != ScopeKind.TENANT
        if needs_name and not cleaned.get("name"):
            self.add_error("name", _("Say which one."))
        return cleaned

    @property
    def question(self) -> ReviewQuestion:
        """Of a form that is valid."""
        given, kind = self.cleaned_data, ScopeKind(self.cleaned_data["scope"])
        name = "" if kind is ScopeKind.TENANT else given["name"]
        return ReviewQuestion(Scope(kind, name), Mode(given["mode"]), given["two_person"])


class DecisionForm(forms.Form):
    row = forms.CharField()
    decision = forms.ChoiceField(choices=DECISIONS.items())
    comment = forms.CharField(required=False, max_length=MAX_COMMENT)

    def clean_row(self) -> RowId:
        found = RowId.parse(self.cleaned_data["row"])
        if found is None:
            raise forms.ValidationError(_("This is no row of a review."))
        return found

    def clean_comment(self) -> str:
        comment: str = self.cleaned_data["comment"]
        if not is_storable(comment):
            raise forms.ValidationError(_("The comment has a character that cannot be kept."))
        return comment
