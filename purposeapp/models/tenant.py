"""Tenants beside the default one."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from purposeapp.models.validators import validate_http_url

DEFAULT_TENANT = "default"
"""The tenant that the environment describes; it is no row."""


def tenant_field() -> "models.SlugField[str, str]":
    """Which tenant a row belongs to, by slug.

    Not a foreign key: the default tenant has no row to point to, and rows must outlive a tenant that is removed
    by mistake (its slug, given again, brings them back).
    """
    return models.SlugField(
        _("tenant"),
        max_length=50,
        default=DEFAULT_TENANT,
        db_index=True,
        help_text=_("The tenant this belongs to."),
    )


class Tenant(models.Model):
    """One issuer of tokens, with its people and its policies.

    All tenants share the servers that the environment names; a tenant says which realm and which index are its own.
    """

    slug = models.SlugField(
        _("slug"),
        unique=True,
        help_text=_("Short name in logs and metrics. Cannot change: local data carries it."),
    )
    name = models.CharField(_("name"), max_length=200, help_text=_("For people."))
    is_active = models.BooleanField(
        _("is active"), default=True, help_text=_("Tokens of an inactive tenant are refused.")
    )
    issuer = models.CharField(
        _("issuer"),
        max_length=500,
        unique=True,
        help_text=_("Exactly the “iss” of its tokens, for example https://sso.example.com/realms/acme."),
    )
    audience = models.CharField(
        _("audience"),
        max_length=500,
        help_text=_("The “aud” its tokens must carry; several separated by commas, any of which will do."),
    )
    jwks_url = models.CharField(
        "JWKS URL",
        max_length=500,
        blank=True,
        validators=[validate_http_url],
        help_text=_("Where the issuer's keys are. Blank: found through the issuer's discovery document."),
    )
    local_issuer = models.BooleanField(
        _("local issuer"),
        default=False,
        help_text=_("Its tokens are signed by this service itself, with its own key."),
    )
    elasticsearch_index = models.CharField(
        _("elasticsearch index"),
        max_length=255,
        blank=True,
        help_text=_("Index or alias of its Atlas entities. Blank: policies kept here."),
    )
    keycloak_realm = models.CharField(
        _("keycloak realm"),
        max_length=255,
        blank=True,
        help_text=_("Name of the realm of its users. Blank: users kept here."),
    )
    auditor_role = models.CharField(
        _("auditor role"),
        max_length=255,
        default="access-auditor",
        help_text=_("Who holds this role may ask about anybody of the tenant."),
    )

    class Meta:
        ordering = ("slug",)
        verbose_name = _("tenant")
        verbose_name_plural = _("tenants")

    def __str__(self) -> str:
        return self.name

    @property
    def audiences(self) -> tuple[str, ...]:
        """The accepted `aud` values."""
        return tuple(part.strip() for part in self.audience.split(",") if part.strip())

    def clean(self) -> None:
        """Refuse what could not work, with the cure. Raises ValidationError by field."""
        wrong = {
            "slug": self._wrong_slug(),
            "issuer": self._wrong_issuer(),
            "audience": None
            if self.audiences
            else "Name an audience, or tokens made for any other service would do.",
            "jwks_url": "Leave it blank: this service knows its own keys."
            if self.local_issuer and self.jwks_url
            else None,
            "elasticsearch_index": self._lacks(self.elasticsearch_index, "ELASTICSEARCH_URL", "policies"),
            "keycloak_realm": self._lacks(self.keycloak_realm, "KEYCLOAK_DATABASE_URL", "users"),
        }
        found = {field: message for field, message in wrong.items() if message}
        if found:
            raise ValidationError(found)

    def _wrong_slug(self) -> str | None:
        if self.slug == DEFAULT_TENANT:
            return "“default” is the tenant that the environment describes; choose another slug."
        before = Tenant.objects.filter(pk=self.pk).values_list("slug", flat=True).first()
        if before not in (None, self.slug):
            return f"The slug cannot change, because local data carries it; put back “{before}”."
        return None

    def _wrong_issuer(self) -> str | None:
        if self.issuer != self.issuer.strip():
            return "Remove the spaces around the issuer: it is compared letter by letter."
        try:
            validate_http_url(self.issuer)
        except ValidationError as error:
            return error.messages[0]
        if self.issuer in (getattr(settings, "OIDC_ISSUER", ""), getattr(settings, "LOCAL_ISSUER", "")):
            return "This issuer belongs to the default tenant; each tenant needs its own."
        return None

    @staticmethod
    def _lacks(value: str, variable: str, what: str) -> str | None:
        if value and not getattr(settings, variable, ""):
            return f"Set {variable} in the environment first, or leave this blank to keep the {what} here."
        return None


def tenant_choices() -> list[tuple[str, str]]:
    """Every tenant there is, as choices of a form field."""
    return [(DEFAULT_TENANT, "Default"), *Tenant.objects.values_list("slug", "name")]
