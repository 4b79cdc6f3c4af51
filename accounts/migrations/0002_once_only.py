"""Answers kept for repeated requests."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_records")]

    operations = [
        migrations.CreateModel(
            name="OnceOnly",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("request_digest", models.BinaryField()),
                ("status_code", models.PositiveSmallIntegerField()),
                ("location", models.CharField(blank=True, max_length=300)),
                ("body", models.TextField(blank=True)),
                ("subject_type", models.CharField(blank=True, max_length=60)),
                ("subject_id", models.BigIntegerField(null=True)),
                ("case_id", models.BigIntegerField(null=True)),
                ("shows_case", models.BooleanField()),
                ("created_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "permissions": [("purge_once_only", "Remove answers kept for repeated requests")],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("user", "key"), name="answer_is_kept_once_per_user_and_key"),
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[!-~]+$")), name="key_of_an_answer_is_printable_ascii"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status_code__gte", 200), ("status_code__lt", 400)),
                        name="answer_is_kept_only_of_work_that_was_done",
                    ),
                ],
            },
        ),
    ]
