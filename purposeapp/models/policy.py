"""Policies kept here, and whom they name."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from purposeapp.domain.model import PURPOSE_CATEGORY, PolicyType
from purposeapp.models.entity import QUALIFIED_NAME_LENGTH
from purposeapp.models.purpose import Purpose
from purposeapp.models.subjects import SubjectKind, SubjectOwner, SubjectOwnerQuerySet, SubjectRow
from purposeapp.models.validators import validate_json_list, validate_names, validate_texts, validate_windows

PURPOSE_ACTIONS = (
    "entity-read",
    "entity-create",
    "entity-update",
    "entity-delete",
    "entity-update-business-metadata",
    "entity-read-classification",
    "entity-add-classification",
    "entity-update-classification",
    "entity-remove-classification",
    "entity-add-label",
    "entity-remove-label",
    "purpose-add-terms",
    "purpose-remove-terms",
    "select",
)
"""The actions that a policy of category purpose can allow or refuse."""


class PolicyQuerySet(SubjectOwnerQuerySet["AuthPolicy"]):
    def of_purposes(self, tenant: str) -> "PolicyQuerySet":
        """A tenant's live policies of category purpose: those that the rules look at."""
        return self.filter(tenant=tenant, state="ACTIVE", category=PURPOSE_CATEGORY)


_NAMES: Mapping[str, Any] = {"default": list, "blank": True, "validators": [validate_names]}
_TEXTS: Mapping[str, Any] = {"default": list, "blank": True, "validators": [validate_texts]}


class AuthPolicy(SubjectOwner):
    """One AuthPolicy: whom it names, what it does, when it holds.

    Values are kept as the source gave them, nonsense included, because how nonsense is read is a rule of access.
    `clean` holds what people write here to a stricter standard.
    """

    purpose = models.ForeignKey(
        Purpose,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("purpose"),
        related_name="policies",
        help_text=_("Blank: an orphan."),
    )
    parent_guid = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="The parent its relationship named, known here or not.",
    )
    parent_qualified_name = models.CharField(
        max_length=QUALIFIED_NAME_LENGTH,
        blank=True,
        editable=False,
        help_text="Where no relationship named a parent: the parent's qualified name.",
    )
    type = models.CharField(
        _("type"), max_length=40, default=PolicyType.ALLOW, help_text=_("What it does to those it names.")
    )
    category = models.CharField(
        _("category"),
        max_length=40,
        default=PURPOSE_CATEGORY,
        blank=True,
        help_text=_("Only “purpose” concerns purposes."),
    )
    sub_category = models.CharField(_("sub category"), max_length=40, blank=True, default="metadata")
    service_name = models.CharField(_("service name"), max_length=100, blank=True, default="atlas_tag")
    priority = models.IntegerField(
        _("priority"), default=0, help_text=_("0 is normal; 1 overrides every policy of priority 0.")
    )
    is_enabled = models.BooleanField(_("enabled"), default=True)
    users = models.JSONField(
        _("users"), help_text=_("Usernames. {USER} names every signed-in user."), **_NAMES
    )
    groups = models.JSONField(_("groups"), help_text=_("Group names. public names everybody."), **_NAMES)
    roles = models.JSONField(_("roles"), help_text=_("Names of effective roles."), **_NAMES)
    actions = models.JSONField(_("actions"), help_text=_("What is allowed, refused or shaped."), **_TEXTS)
    resources = models.JSONField(
        _("resources"), help_text=_("The resources concerned, for example tag:PII."), **_TEXTS
    )
    schedule = models.JSONField(
        _("schedule"),
        default=list,
        blank=True,
        validators=[validate_json_list],
        help_text=_("Validity windows; none means always."),
    )

    subject_sources: ClassVar = frozenset({"tenant", "users", "groups", "roles"})

    objects = PolicyQuerySet.as_manager()

    class Meta(SubjectOwner.Meta):
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        permissions = (("manage_policies", "Can write policies, purposes and personas through the API"),)

    def qualified_name_parent(self) -> str:
        return self.purpose.qualified_name if self.purpose else super().qualified_name_parent()

    def named(self) -> Iterator[tuple[SubjectKind, Sequence[str]]]:
        yield SubjectKind.USER, self.users
        yield SubjectKind.GROUP, self.groups
        yield SubjectKind.ROLE, self.roles

    def clean(self) -> None:
        """Hold a hand-written policy to what the rules understand. Raises ValidationError by field."""
        wrong: dict[str, str | ValidationError] = {}
        if self.type not in list(PolicyType):
            wrong["type"] = f"Unknown type “{self.type}”; use one of {', '.join(PolicyType)}."
        if self.category == PURPOSE_CATEGORY:
            unknown = sorted(set(self.actions) - set(PURPOSE_ACTIONS))
            if unknown:
                wrong["actions"] = f"Unknown action {', '.join(unknown)}; use {', '.join(PURPOSE_ACTIONS)}."
            elif not self.actions:
                wrong["actions"] = "Name at least one action, or the policy has no effect."
        if self.purpose and self.purpose.tenant != self.tenant:
            wrong["purpose"] = "This purpose belongs to another tenant."
        try:
            validate_windows(self.schedule)
        except ValidationError as error:
            wrong["schedule"] = error
        if wrong:
            raise ValidationError(wrong)


class PolicySubject(SubjectRow):
    """A name on a policy's lists (derived)."""

    policy = models.ForeignKey(AuthPolicy, models.CASCADE, related_name="subjects")

    class Meta(SubjectRow.Meta):
        pass
