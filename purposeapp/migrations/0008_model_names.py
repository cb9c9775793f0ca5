from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("purposeapp", "0007_rebuild"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="job",
            options={
                "default_permissions": ("view",),
                "ordering": ("-created", "-id"),
                "permissions": (("run_jobs", "Can start and cancel background jobs"),),
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
            },
        ),
        migrations.AlterModelOptions(
            name="persona",
            options={
                "ordering": ("name", "guid"),
                "verbose_name": "persona",
                "verbose_name_plural": "personas",
            },
        ),
        migrations.AlterModelOptions(
            name="purpose",
            options={
                "ordering": ("name", "guid"),
                "verbose_name": "purpose",
                "verbose_name_plural": "purposes",
            },
        ),
        migrations.AlterModelOptions(
            name="role",
            options={"ordering": ("tenant", "name"), "verbose_name": "role", "verbose_name_plural": "roles"},
        ),
        migrations.AlterModelOptions(
            name="tenant",
            options={"ordering": ("slug",), "verbose_name": "tenant", "verbose_name_plural": "tenants"},
        ),
    ]
