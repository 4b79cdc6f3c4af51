"""Services are suggested by rules, a choice against them says why, and what nobody offers is counted."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0015_lower_risk_is_told"),
        ("casework", "0038_files_are_attached"),
        ("referrals", "0007_the_directory_is_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Gap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(help_text="The first day of it.")),
                (
                    "need",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("safe_place", "A safe place to stay"),
                            ("housing", "Housing"),
                            ("security", "Making the home secure"),
                            ("money", "Money and benefits"),
                            ("no_recourse", "Cannot get public funds"),
                            ("immigration_advice", "Advice on immigration"),
                            ("legal", "Legal advice"),
                            ("counselling", "Counselling"),
                            ("health", "Health"),
                            ("children", "Help for the children"),
                            ("drugs_alcohol", "Help with drugs or alcohol"),
                            ("pets", "A place for pets"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("domestic_abuse", "Domestic abuse"),
                            ("burglary", "Burglary"),
                            ("other", "Other"),
                            ("behaviour", "Help for somebody who wants to change their own behaviour"),
                        ],
                        max_length=20,
                    ),
                ),
                ("area", models.CharField(max_length=100)),
                (
                    "risk",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("standard", "Standard"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("insufficient", "Insufficient information"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "excluded",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                ("once", models.BinaryField(max_length=32)),
            ],
            options={
                "permissions": [
                    ("note_gap", "Note that no service meets a need"),
                    ("view_gaps", "See which needs no service meets"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SuggestionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("source", models.CharField(max_length=200, verbose_name="who says so")),
                ("valid_from", models.DateField(verbose_name="from which day")),
                ("valid_until", models.DateField(help_text="The first day on which it holds no longer.", null=True)),
                ("weight", models.PositiveSmallIntegerField(default=0, verbose_name="weighs, when it holds")),
                ("excludes", models.BooleanField(default=False, verbose_name="excludes, when it does not hold")),
                (
                    "purposes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("police_visit", "A police visit to a burgled home"),
                                ("safety_support", "Support and safety planning"),
                                ("safe_accommodation", "A safe place to live"),
                                ("housing_help", "Help with housing"),
                                ("health_care", "Health care"),
                                ("victim_support", "Practical and emotional support after a crime"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        help_text="Codes of purposes, with commas between. Empty: all. Of a need: the services that meet it.",
                        size=None,
                        verbose_name="only services for",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="days")),
                ("reason", models.CharField(blank=True, max_length=120, verbose_name="in its favour")),
                ("why_not", models.CharField(blank=True, max_length=120, verbose_name="against it")),
                ("ask_first", models.CharField(blank=True, max_length=120, verbose_name="what to ask first")),
            ],
            options={
                "permissions": [("view_suggestions", "See which services suit a case")],
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="referral",
            name="chosen_against",
            field=models.CharField(
                blank=True,
                choices=[
                    ("their_wish", "It is what they want"),
                    ("known_to_them", "They know this service"),
                    ("service_says_so", "The service says that it can"),
                    ("safer", "It is safer for them"),
                    ("nearer", "They can get there"),
                    ("other", "Another reason"),
                ],
                max_length=20,
                verbose_name="chosen although not suggested first",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="chosen_because",
            field=models.CharField(blank=True, max_length=300, verbose_name="why it was chosen"),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("chosen_against", ""), ("chosen_because", "")),
                    models.Q(
                        (
                            "chosen_against__in",
                            ["their_wish", "known_to_them", "service_says_so", "safer", "nearer", "other"],
                        ),
                        models.Q(("chosen_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="referral_against_the_suggestion_says_why",
            ),
        ),
        migrations.AddField(
            model_name="gap",
            name="partnership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.partnership"
            ),
        ),
        migrations.AddField(
            model_name="suggestionrule",
            name="partnership",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.partnership"
            ),
        ),
        migrations.AddIndex(
            model_name="gap",
            index=models.Index(fields=["partnership", "month", "need"], name="gap_by_month"),
        ),
        migrations.AddConstraint(
            model_name="gap",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "need__in",
                        [
                            "",
                            "safe_place",
                            "housing",
                            "security",
                            "money",
                            "no_recourse",
                            "immigration_advice",
                            "legal",
                            "counselling",
                            "health",
                            "children",
                            "drugs_alcohol",
                            "pets",
                        ],
                    )
                ),
                name="gap_is_of_a_known_need",
            ),
        ),
        migrations.AddConstraint(
            model_name="gap",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["domestic_abuse", "burglary", "other", "behaviour"])),
                name="gap_is_of_a_known_kind_of_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="gap",
            constraint=models.CheckConstraint(
                condition=models.Q(("risk__in", ["", "standard", "medium", "high", "insufficient"])),
                name="gap_is_of_a_known_level_of_risk",
            ),
        ),
        migrations.AddConstraint(
            model_name="gap",
            constraint=models.CheckConstraint(condition=models.Q(("month__day", 1)), name="gap_names_no_day"),
        ),
        migrations.AddConstraint(
            model_name="gap",
            constraint=models.UniqueConstraint(fields=("once",), name="gap_counts_once_for_case_need_and_month"),
        ),
        migrations.AddConstraint(
            model_name="suggestionrule",
            constraint=models.UniqueConstraint(
                fields=("code", "partnership", "valid_from"),
                name="suggestion_rule_begins_once_a_day",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="suggestion_rule_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purposes__contained_by",
                        [
                            "police_visit",
                            "safety_support",
                            "safe_accommodation",
                            "housing_help",
                            "health_care",
                            "victim_support",
                        ],
                    )
                ),
                name="suggestion_rule_is_for_known_purposes",
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("excludes", False), models.Q(("why_not", ""), _negated=True), _connector="OR"),
                name="suggestion_rule_that_excludes_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "chosen_against__in",
                        ["", "their_wish", "known_to_them", "service_says_so", "safer", "nearer", "other"],
                    )
                ),
                name="referral_is_chosen_against_for_a_known_reason",
            ),
        ),
    ]
