"""The Django application: models, migrations, admin and commands."""

from django.apps import AppConfig


class PurposeappConfig(AppConfig):
    name = "purposeapp"
    label = "purposeapp"
    verbose_name = "Access discovery"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the system checks known to `manage.py check`; they need the models, so not before now."""
        from purposeapp import checks  # noqa: F401
