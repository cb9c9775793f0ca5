"""Purposes kept here (where no Elasticsearch index has them)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from purposeapp.models.entity import AtlasEntity
from purposeapp.models.validators import validate_texts


class Purpose(AtlasEntity):
    """What users may see: a named set of classifications, with the policies that open it."""

    classifications = models.JSONField(
        _("classifications"),
        default=list,
        blank=True,
        validators=[validate_texts],
        help_text=_("Tags this purpose is about."),
    )
    is_enabled = models.BooleanField(
        _("enabled"),
        default=True,
        help_text=_("A disabled purpose is still listed, but effective for nobody."),
    )

    class Meta(AtlasEntity.Meta):
        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")
