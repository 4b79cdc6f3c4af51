"""Whoever holds a case is quietly asked whether somebody else should hear that they know a person."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_holders_are_asked"),
        ("casework", "0025_who_is_who"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="QuietAsk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "why",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), size=None),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("tell", "Tell them that we know this person"),
                            ("keep", "Tell them nothing"),
                            ("different", "It is somebody else: tell them nothing"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="why")),
                ("words", models.CharField(blank=True, max_length=500, verbose_name="what they are told")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asking_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
                    ),
                ),
                (
                    "asking_case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.case"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="asks", to="casework.case"
                    ),
                ),
            ],
            options={
                "permissions": [
                    ("ask_holders", "Have whoever may know somebody asked quietly"),
                    ("view_asks", "See what one's agency is asked quietly"),
                    ("answer_ask", "Answer what one's agency is asked quietly"),
                ],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("why__contained_by", ["telephone", "birth", "name", "place"]), ("why__len__gt", 1)
                        ),
                        name="ask_has_two_known_reasons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["tell", "keep", "different", ""])),
                        name="ask_has_a_known_answer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                                ("reason", ""),
                            ),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="ask_is_answered_by_somebody_who_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", "tell"), models.Q(("words", ""), _negated=True)),
                            models.Q(models.Q(("answer", "tell"), _negated=True), ("words", "")),
                            _connector="OR",
                        ),
                        name="ask_tells_something_where_its_answer_is_to_tell",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("case", models.F("asking_case")), _negated=True),
                        name="ask_is_between_two_cases",
                    ),
                    models.UniqueConstraint(fields=("case", "asking_case"), name="ask_is_made_once_for_each_two_cases"),
                ],
            },
        ),
    ]
