"""Notes are kept, and another takes the place of one; none is changed."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_holders_are_asked"),
        ("casework", "0030_cases_close"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("words", models.CharField(max_length=4000, verbose_name="note")),
                (
                    "disclosable",
                    models.CharField(
                        choices=[
                            ("yes", "May be given to the person it is about"),
                            ("ask", "Ask us before it is given to anybody"),
                            ("no", "Not to be given to anybody, because it would put somebody at risk"),
                        ],
                        max_length=10,
                        verbose_name="may it be given away",
                    ),
                ),
                ("written_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(null=True, verbose_name="no longer holds since")),
                (
                    "agency",
                    models.ForeignKey(
                        help_text="Whose it is.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="casework.case"
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.note"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "permissions": [("write_note", "Write a note, or another in its place")],
                "default_permissions": (),
                "indexes": [models.Index(fields=["case", "-written_at"], name="note_of_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="note_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("disclosable__in", ["yes", "ask", "no"])),
                        name="note_says_whether_it_may_be_given_away",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaces__isnull", False)),
                        fields=("replaces",),
                        name="note_is_replaced_once",
                    ),
                ],
            },
        ),
    ]
