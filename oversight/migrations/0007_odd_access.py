"""Alerts of odd access, the events behind them, and how surnames are compared."""

import casework.models.references
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# The last word of a name, or of what stands before a comma, without case, accents and signs. The index tells how rare one is.
SQL = r"""
CREATE FUNCTION surname_of(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT substring(regexp_replace(lower(regexp_replace(
        normalize(split_part(name, ',', 1), NFKD), '[\u0300-\u036f''\u2019]', '', 'g')), '[[:space:][:punct:]]+$', '')
        from '[^[:space:]]+$')
$$;
CREATE INDEX party_surname ON casework_party (surname_of(name));
"""
BACK = "DROP FUNCTION surname_of(text) CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_odd_access_is_told"),
        ("oversight", "0006_who_has_looked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(SQL, BACK),
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reference",
                    models.CharField(
                        default=casework.models.references.new_reference, editable=False, max_length=13, unique=True
                    ),
                ),
                (
                    "about_case",
                    models.BigIntegerField(help_text="The id of the case; empty: it is of no one case.", null=True),
                ),
                ("found_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("explained", "Explained: their work called for it"),
                            ("coincidence", "A coincidence: somebody else with that name, number or address"),
                            ("training", "They did not know that they may not, and are told"),
                            ("concern", "A concern: passed on to who manages them"),
                            ("misuse", "Misuse: passed on as the agency's rules for that say"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=1000)),
                (
                    "agency",
                    models.ForeignKey(
                        help_text="Whom they acted for.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
                    ),
                ),
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
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "permissions": [
                    ("view_alerts", "See whose access to cases is odd, and by which rules"),
                    ("answer_alert", "Say what was found of odd access"),
                    ("find_odd_access", "Look for odd access now"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AlertEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=20)),
                ("event", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="oversight.alert"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["worker", "about_case"], name="alert_of_worker"),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(("finding__in", ["", "explained", "coincidence", "training", "concern", "misuse"])),
                name="alert_has_a_known_finding",
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_by__isnull", True),
                    models.Q(("answered_by", models.F("worker")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_answers_an_alert_about_themselves",
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", True), ("answered_by__isnull", True), ("finding", ""), ("words", "")
                    ),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        models.Q(("finding", ""), _negated=True),
                        models.Q(("words", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="alert_is_answered_by_somebody_with_a_finding_or_not_at_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at__isnull", True)),
                fields=("worker", "about_case"),
                name="alert_is_open_once_for_each_worker_and_case",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="alertevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "rule__in",
                        [
                            "address",
                            "burst",
                            "hours",
                            "household",
                            "many",
                            "not_found",
                            "own_name",
                            "self",
                            "surname",
                            "telephone",
                            "transfer",
                            "unexplained",
                        ],
                    )
                ),
                name="event_behind_an_alert_has_a_known_rule",
            ),
        ),
        migrations.AddConstraint(
            model_name="alertevent",
            constraint=models.UniqueConstraint(fields=("rule", "event"), name="event_is_told_once_by_each_rule"),
        ),
    ]
