"""Safety plans, version after version."""

import casework.models.sealed
import django.db.models.deletion

import uuid
from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0036_what_is_owed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SafetyPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveSmallIntegerField()),
                ("parts", casework.models.sealed.SealedJSON(verbose_name="the plan")),
                ("present", casework.models.sealed.SealedText(verbose_name="who was there")),
                ("notes", casework.models.sealed.SealedText(verbose_name="what may be given to them")),
                ("made_at", models.DateTimeField(verbose_name="made")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="casework.case"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "permissions": [
                    ("view_plan", "See the safety plan"),
                    ("write_plan", "Write a version of the safety plan with them"),
                    ("give_plan", "Give them the notes of their safety plan"),
                ],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("case", "version"), name="plan_has_one_version_of_each_number"),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="plan_begins_with_version_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parts__isnull", False), ("present__isnull", False)),
                        name="plan_says_something_and_who_was_there",
                    ),
                    models.CheckConstraint(
                        condition=RawSQL(
                            "(parts IS NULL OR (substring(parts from 1 for 1) = '\\x01'::bytea AND octet_length(parts) > 29)) AND (present IS NULL OR (substring(present from 1 for 1) = '\\x01'::bytea AND octet_length(present) > 29)) AND (notes IS NULL OR (substring(notes from 1 for 1) = '\\x01'::bytea AND octet_length(notes) > 29))",
                            [],
                            output_field=models.BooleanField(),
                        ),
                        name="plan_is_sealed_wholly",
                    ),
                ],
            },
        ),
    ]
