"""The Django application: models, migrations, admin and commands."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PurposeappConfig(AppConfig):
    name = "purposeapp"
    label = "purposeapp"
    verbose_name = _("Access discovery")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the system checks and the signals; they need the models, so not before now."""
        from purposeapp import checks  # noqa: F401
        from purposeapp.models import change_signals  # noqa: F401
