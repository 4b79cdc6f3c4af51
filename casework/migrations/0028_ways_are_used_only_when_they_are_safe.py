"""Ways to reach somebody are used only when they are safe; each use is an attempt with an outcome."""

from pathlib import Path

import datetime
import django.db.models.deletion
from django.db.models.expressions import CombinedExpression
import uuid
from django.conf import settings
from django.db import migrations, models


BACK = """
DROP FUNCTION casework_way_may_be_used() CASCADE; DROP FUNCTION casework_way_is_doubted() CASCADE
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_odd_access_is_told"),
        ("casework", "0027_first_contact"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="contactroute",
            options={
                "default_permissions": (),
                "permissions": [
                    ("confirm_route", "Say anew whether a way is safe"),
                    ("report_change", "Say that they moved or separated"),
                ],
            },
        ),
        migrations.AddField(
            model_name="address",
            name="doubted_at",
            field=models.DateTimeField(null=True, verbose_name="in doubt since"),
        ),
        migrations.AddField(
            model_name="contactroute",
            name="doubted_at",
            field=models.DateTimeField(
                help_text="Not safe from then on, until it is said anew.", null=True, verbose_name="in doubt since"
            ),
        ),
        migrations.CreateModel(
            name="RouteOverride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("life_at_risk", "Somebody's life is at risk now"),
                            ("no_other_way", "Every other way was tried, and it cannot wait"),
                            ("they_asked", "They asked for it just now, in another way"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.CharField(max_length=500, verbose_name="what has happened")),
                ("given_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="route_overrides", to="casework.case"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "route",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="casework.contactroute",
                    ),
                ),
            ],
            options={
                "permissions": [
                    ("override_route", "Let a way be used although it is not safe"),
                    ("end_override", "End that before its time"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ContactAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reached", "Reached them"),
                            ("sent", "Sent"),
                            ("no_answer", "No answer"),
                            ("message_left", "Left a message, as agreed"),
                            ("not_now", "They could not talk"),
                            ("not_safe", "They said that it is not safe any more"),
                            ("somebody_else", "Somebody else answered"),
                            ("word_failed", "Did not know the agreed word"),
                            ("wrong_number", "Wrong number or address"),
                            ("not_tried", "Not tried after all"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="casework.case"
                    ),
                ),
                (
                    "route",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="casework.contactroute"
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "override",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="casework.routeoverride",
                    ),
                ),
            ],
            options={
                "permissions": [
                    ("use_route", "Use a way to reach somebody"),
                    ("view_attempt", "See the number, and what to say, while one uses it"),
                    ("end_attempt", "Say what came of it"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="routeoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["life_at_risk", "no_other_way", "they_asked"])),
                name="override_of_a_route_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="routeoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="override_of_a_route_says_what_has_happened"
            ),
        ),
        migrations.AddConstraint(
            model_name="routeoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__gt", models.F("given_at")),
                    (
                        "until__lte",
                        CombinedExpression(models.F("given_at"), "+", models.Value(datetime.timedelta(seconds=14400))),
                    ),
                ),
                name="override_of_a_route_lasts_four_hours_at_most",
            ),
        ),
        migrations.AddConstraint(
            model_name="routeoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asked_by__isnull", True),
                    models.Q(("asked_by", models.F("given_by")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_overrides_a_route_at_their_own_request",
            ),
        ),
        migrations.AddConstraint(
            model_name="routeoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="override_of_a_route_is_ended_by_somebody_or_not",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "",
                            "reached",
                            "sent",
                            "no_answer",
                            "message_left",
                            "not_now",
                            "not_safe",
                            "somebody_else",
                            "word_failed",
                            "wrong_number",
                            "not_tried",
                        ],
                    )
                ),
                name="attempt_has_a_known_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("outcome", "")),
                    models.Q(("ended_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                    _connector="OR",
                ),
                name="attempt_is_ended_with_an_outcome_or_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True), ("ended_at__gte", models.F("started_at")), _connector="OR"
                ),
                name="attempt_ends_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactattempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("route", "worker"),
                name="attempt_is_one_at_a_time_for_each_worker_and_route",
            ),
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
