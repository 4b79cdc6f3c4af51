"""The permissions over work that stopped."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0001_records"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoppedWork",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "permissions": [
                    ("view_stopped_work", "See which work used up its attempts"),
                    ("retry_work", "Have stopped work tried again"),
                ],
                "managed": False,
                "default_permissions": (),
            },
        ),
    ]
