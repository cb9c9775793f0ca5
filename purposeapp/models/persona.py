"""Personas kept here, and whom they name."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from purposeapp.domain import model as domain
from purposeapp.models.subjects import SubjectKind, SubjectOwner, SubjectOwnerQuerySet, SubjectRow
from purposeapp.models.validators import NAME_LENGTH, validate_names


class Persona(SubjectOwner):
    """A view of the catalogue for some users, groups, and holders of the persona's role."""

    is_enabled = models.BooleanField(_("enabled"), default=True)
    users = models.JSONField(
        _("users"), default=list, blank=True, validators=[validate_names], help_text=_("Usernames.")
    )
    groups = models.JSONField(
        _("groups"), default=list, blank=True, validators=[validate_names], help_text=_("Group names.")
    )
    role_id = models.CharField(
        _("role id"), max_length=255, blank=True, help_text=_("The id of its role in the directory.")
    )

    subject_sources: ClassVar = frozenset({"tenant", "users", "groups", "qualified_name"})

    objects = SubjectOwnerQuerySet["Persona"].as_manager()

    class Meta(SubjectOwner.Meta):
        verbose_name = _("persona")
        verbose_name_plural = _("personas")

    @property
    def role_name(self) -> str:
        """The name of the role that carries this persona, by the rule of the domain."""
        return domain.Persona(self.guid, self.name, qualified_name=self.qualified_name).role_name

    def named(self) -> Iterator[tuple[SubjectKind, Sequence[str]]]:
        yield SubjectKind.USER, self.users
        yield SubjectKind.GROUP, self.groups
        # Nobody's role has a name beyond this length, so a longer one need not be findable (nor fit the column).
        yield SubjectKind.ROLE, [self.role_name] if 0 < len(self.role_name) <= NAME_LENGTH else []


class PersonaSubject(SubjectRow):
    """A name on a persona's lists, or its role (derived)."""

    persona = models.ForeignKey(Persona, models.CASCADE, related_name="subjects")

    class Meta(SubjectRow.Meta):
        pass
