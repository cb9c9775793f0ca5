from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("purposeapp", "0006_review"),
    ]

    operations = [
        migrations.AlterField(
            model_name="change",
            name="kind",
            field=models.CharField(
                choices=[("policies", "Policies"), ("people", "People"), ("rebuild", "Rebuild")], max_length=8
            ),
        ),
    ]
