"""What is owed in a case and by when, the rules that say so, and why somebody has enhanced rights."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_late_steps_climb"),
        ("casework", "0035_risk_is_assessed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseClock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("code_right", models.PositiveSmallIntegerField(null=True, verbose_name="right of the Victims' Code")),
                (
                    "level",
                    models.CharField(
                        choices=[("standard", "Standard"), ("enhanced", "Enhanced")],
                        max_length=10,
                        verbose_name="rights",
                    ),
                ),
                ("event_at", models.DateTimeField(verbose_name="since")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="more about it")),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("told", "They were told, or it was done for them"),
                            ("asked_not", "They asked not to be told"),
                            ("done", "It was done; there is nothing to tell"),
                            ("not_owed", "It is not owed after all"),
                        ],
                        max_length=10,
                        verbose_name="what became of it",
                    ),
                ),
                ("told_at", models.DateTimeField(null=True, verbose_name="told")),
                (
                    "told_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("us", "Us"),
                            ("police", "The police"),
                            ("cps", "The Crown Prosecution Service"),
                            ("witness_care", "The witness care unit"),
                            ("probation", "The probation service"),
                            ("court", "The court"),
                            ("council", "Children's social care"),
                            ("housing", "The housing authority"),
                            ("provider", "The service complained of"),
                            ("victim", "The victim, if they want it"),
                        ],
                        max_length=20,
                        verbose_name="told by",
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "Telephone"),
                            ("sms", "Text message"),
                            ("email", "Email"),
                            ("letter", "Letter"),
                            ("in_person", "In person"),
                            ("via_professional", "Through a professional"),
                            ("via_trusted_person", "Through somebody they trust"),
                            ("none", "No contact"),
                        ],
                        max_length=20,
                        verbose_name="told how",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=500, verbose_name="what was said")),
            ],
            options={
                "permissions": [
                    ("view_clocks", "See what is owed in a case, and by when"),
                    ("start_clock", "Say that something happened from which things are owed"),
                    ("settle_clock", "Say what became of what is owed"),
                    ("chase_clock", "Chase what is owed"),
                    ("judge_entitlement", "Say why somebody has enhanced rights under the Victims' Code"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CodeRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("code_right", models.PositiveSmallIntegerField(null=True)),
                ("event", models.CharField(max_length=40)),
                ("event_title", models.CharField(max_length=100)),
                ("title", models.CharField(max_length=200)),
                ("standard", models.PositiveSmallIntegerField(null=True)),
                ("enhanced", models.PositiveSmallIntegerField(null=True)),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("hour", "hour"),
                            ("day", "day"),
                            ("working_hour", "working_hour"),
                            ("working_day", "working_day"),
                            ("month", "month"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "duty_holder",
                    models.CharField(
                        choices=[
                            ("us", "Us"),
                            ("police", "The police"),
                            ("cps", "The Crown Prosecution Service"),
                            ("witness_care", "The witness care unit"),
                            ("probation", "The probation service"),
                            ("court", "The court"),
                            ("council", "Children's social care"),
                            ("housing", "The housing authority"),
                            ("provider", "The service complained of"),
                            ("victim", "The victim, if they want it"),
                        ],
                        max_length=20,
                    ),
                ),
                ("alert_days", models.PositiveSmallIntegerField(default=0)),
                ("repeats", models.BooleanField(default=False)),
                ("source", models.CharField(max_length=200, verbose_name="who says so")),
                ("valid_from", models.DateField(verbose_name="from which day")),
                (
                    "partnership",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.partnership",
                    ),
                ),
                ("valid_until", models.DateField(help_text="The first day on which it holds no longer.", null=True)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="party",
            name="enhanced_for",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("none", "None of these, as they say"),
                        ("mental_health", "A mental health condition"),
                        ("disability", "A physical or learning disability"),
                        ("intimidated", "They are afraid of being harmed for speaking up"),
                        ("hate", "It was a hate crime"),
                        ("targeted", "They were targeted again and again"),
                        ("serious", "Another of the most serious crimes"),
                        ("judgement", "Another reason, in the judgement of whoever writes this"),
                    ],
                    max_length=20,
                ),
                default=list,
                size=None,
                verbose_name="enhanced rights because",
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="enhanced_words",
            field=models.CharField(blank=True, max_length=600, verbose_name="more about their rights"),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "enhanced_for__contained_by",
                        [
                            "none",
                            "mental_health",
                            "disability",
                            "intimidated",
                            "hate",
                            "targeted",
                            "serious",
                            "judgement",
                        ],
                    )
                ),
                name="party_has_enhanced_rights_for_reasons",
            ),
        ),
        migrations.AddField(
            model_name="caseclock",
            name="attempt",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.contactattempt"
            ),
        ),
        migrations.AddField(
            model_name="caseclock",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="clocks", to="casework.case"
            ),
        ),
        migrations.AddField(
            model_name="caseclock",
            name="chase",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.nextstep"
            ),
        ),
        migrations.AddField(
            model_name="caseclock",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="caseclock",
            name="started_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="coderule",
            constraint=models.UniqueConstraint(
                fields=("code", "partnership", "valid_from"), name="code_rule_begins_once_a_day", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="coderule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="code_rule_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="coderule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "unit__in",
                        [
                            "hour",
                            "day",
                            "working_hour",
                            "working_day",
                            "month",
                        ],
                    )
                ),
                name="code_rule_counts_in_a_known_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="coderule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "duty_holder__in",
                        [
                            "us",
                            "police",
                            "cps",
                            "witness_care",
                            "probation",
                            "court",
                            "council",
                            "housing",
                            "provider",
                            "victim",
                        ],
                    )
                ),
                name="code_rule_says_who_owes_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="coderule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("enhanced__isnull", True),
                    models.Q(("enhanced__lte", models.F("standard")), ("standard__isnull", False)),
                    _connector="OR",
                ),
                name="code_rule_is_never_slower_where_rights_are_enhanced",
            ),
        ),
        migrations.AddField(
            model_name="caseclock",
            name="rule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="casework.coderule",
                verbose_name="owed",
            ),
        ),
        migrations.AddIndex(
            model_name="caseclock",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["due_at", "id"], name="clock_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="caseclock",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["standard", "enhanced"])), name="clock_is_of_a_known_entitlement"
            ),
        ),
        migrations.AddConstraint(
            model_name="caseclock",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gte", models.F("event_at"))), name="clock_is_due_after_its_event"
            ),
        ),
        migrations.AddConstraint(
            model_name="caseclock",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["", "told", "asked_not", "done", "not_owed"])),
                name="clock_has_a_known_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseclock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True), ("outcome", "")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="clock_is_settled_when_by_whom_and_how_or_runs",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseclock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "told_by__in",
                        [
                            "",
                            "us",
                            "police",
                            "cps",
                            "witness_care",
                            "probation",
                            "court",
                            "council",
                            "housing",
                            "provider",
                            "victim",
                        ],
                    )
                ),
                name="clock_was_told_by_a_known_holder_of_a_duty",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseclock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "how__in",
                        [
                            "",
                            "phone",
                            "sms",
                            "email",
                            "letter",
                            "in_person",
                            "via_professional",
                            "via_trusted_person",
                            "none",
                        ],
                    )
                ),
                name="clock_was_told_in_a_known_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseclock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("outcome", "told"),
                        ("told_at__isnull", False),
                        models.Q(("told_by", ""), _negated=True),
                        models.Q(("how", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("outcome", "told"), _negated=True),
                        ("how", ""),
                        ("told_at__isnull", True),
                        ("told_by", ""),
                    ),
                    _connector="OR",
                ),
                name="clock_that_was_told_says_when_by_whom_and_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseclock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("attempt__isnull", False), ("told_by", "us")),
                    models.Q(models.Q(("told_by", "us"), _negated=True), ("attempt__isnull", True)),
                    _connector="OR",
                ),
                name="clock_that_we_told_names_the_safe_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseclock",
            constraint=models.UniqueConstraint(
                fields=("case", "rule", "event_at"), name="clock_runs_once_for_each_event"
            ),
        ),
    ]
