"""The permission to see who tried to reach a case that is shut to them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0003_audits_of_cases"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attempts",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "permissions": [("view_attempts", "See who tried to reach a case that is shut to them")],
                "managed": False,
                "default_permissions": (),
            },
        ),
    ]
