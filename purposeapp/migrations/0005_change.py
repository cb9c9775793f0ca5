import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("purposeapp", "0004_job_running"),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tenant", models.SlugField(blank=True, db_index=False)),
                (
                    "kind",
                    models.CharField(choices=[("policies", "Policies"), ("people", "People")], max_length=8),
                ),
                ("names", models.JSONField(default=list)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ("id",),
                "default_permissions": (),
            },
        ),
    ]
