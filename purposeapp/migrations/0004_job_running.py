"""One live job of a kind for each tenant, how fast it goes, and who of the staff may start and stop it."""

from typing import Any

from django.db import migrations, models

GRANTED = {
    "Auditor": ["view_job"],
    "Operator": ["view_job", "run_jobs"],
    "Admin": ["view_job", "run_jobs"],
}
NAMES = {"view_job": "Can view job", "run_jobs": "Can start and cancel background jobs"}


def grant(apps: Any, schema_editor: Any) -> None:
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name, codenames in GRANTED.items():
        # A group that was removed on purpose stays away.
        for group in groups.filter(name=name):
            group.permissions.add(*(_permission(apps, codename) for codename in codenames))


def _permission(apps: Any, codename: str) -> Any:
    """Permissions are otherwise made after the last migration, which is too late for us."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="purposeapp", model="job"
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": NAMES[codename]}
    )
    return permission


class Migration(migrations.Migration):
    dependencies = [("purposeapp", "0003_job")]
    operations = [
        migrations.AlterModelOptions(
            name="job",
            options={
                "ordering": ("-created", "-id"),
                "default_permissions": ("view",),
                "permissions": (("run_jobs", "Can start and cancel background jobs"),),
            },
        ),
        migrations.AddField(
            model_name="job",
            name="attempts",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Workers that took it up since it last got further."
            ),
        ),
        migrations.AddField(
            model_name="job",
            name="rate",
            field=models.FloatField(default=0.0, help_text="Steps a second, since its worker began."),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                fields=["tenant", "kind"],
                condition=models.Q(("state__in", ("waiting", "running"))),
                name="job_live",
            ),
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
