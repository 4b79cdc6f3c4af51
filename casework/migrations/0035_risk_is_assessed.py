"""Risk is assessed with instruments, graded by rules, lowered only by two, and MARAC referrals are noted."""

import casework.models.sealed
import django.db.models.deletion
import django.db.models.expressions
import uuid
from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL


# Which level stands: the newest that does not wait for a second person.
STANDS = """
CREATE OR REPLACE FUNCTION casework_is_at_high_risk(the_case bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT level = 'high' FROM casework_risklevel
                     WHERE case_id = the_case AND (NOT lowers OR countersigned_at IS NOT NULL)
                     ORDER BY judged_at DESC, id DESC LIMIT 1), false)
$$"""
NEWEST = """
CREATE OR REPLACE FUNCTION casework_is_at_high_risk(the_case bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT level = 'high' FROM casework_risklevel WHERE case_id = the_case
                     ORDER BY judged_at DESC, id DESC LIMIT 1), false)
$$"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_late_steps_climb"),
        ("casework", "0034_near_repeats_and_neighbours"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MaracReferral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("referred_on", models.DateField(verbose_name="referred to MARAC on")),
                (
                    "gate",
                    models.CharField(
                        choices=[
                            ("visible_high_risk", "Visible high risk"),
                            ("judgement", "Professional judgement"),
                            ("escalation", "Potential escalation"),
                            ("repeat", "Repeat"),
                        ],
                        max_length=20,
                        verbose_name="by which gate",
                    ),
                ),
                ("noted_at", models.DateTimeField()),
            ],
            options={
                "permissions": [
                    ("note_marac", "Note a referral to MARAC"),
                    ("find_repeats", "Find where a pair is flagged of whom something new was told"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RiskAssessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("started_at", models.DateTimeField()),
                ("draft", casework.models.sealed.SealedJSON()),
                ("saved_at", models.DateTimeField(null=True, verbose_name="draft saved at")),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "By telephone"),
                            ("face", "Face to face"),
                            ("record_only", "From records only"),
                        ],
                        max_length=20,
                        verbose_name="how it was asked",
                    ),
                ),
                ("present", models.CharField(blank=True, max_length=200, verbose_name="who else was there")),
                ("interpreter", models.BooleanField(null=True, verbose_name="with an interpreter")),
                ("answers", models.JSONField(null=True, verbose_name="what was answered")),
                (
                    "call_outs",
                    models.PositiveSmallIntegerField(
                        null=True, verbose_name="call-outs and reported incidents in 12 months, as told"
                    ),
                ),
                ("concern", models.BooleanField(null=True, verbose_name="the worker fears suicide")),
                ("ticks", models.PositiveSmallIntegerField(null=True, verbose_name="answered with yes")),
                ("unknown", models.PositiveSmallIntegerField(null=True, verbose_name="not known or not asked")),
                (
                    "band",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("standard", "Standard"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("insufficient", "Insufficient information"),
                        ],
                        max_length=20,
                        verbose_name="what the tool says",
                    ),
                ),
                (
                    "judgement",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("standard", "Standard"),
                            ("medium", "Medium"),
                            ("high", "High"),
                        ],
                        max_length=20,
                        verbose_name="what the worker judges",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=1000, verbose_name="why they judge so")),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("standard", "Standard"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("insufficient", "Insufficient information"),
                        ],
                        max_length=20,
                        verbose_name="grade when it was signed",
                    ),
                ),
                ("signed_at", models.DateTimeField(null=True, verbose_name="signed")),
            ],
            options={
                "permissions": [
                    ("assess_risk", "Assess the risk: begin, go on and save"),
                    ("sign_assessment", "Sign an assessment of risk"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RiskInstrument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=100)),
                (
                    "of_pair",
                    models.BooleanField(default=True, verbose_name="is about a victim and an alleged perpetrator"),
                ),
                ("content", models.JSONField()),
                ("licence", models.CharField(max_length=500, verbose_name="by whose leave it is used")),
                ("source", models.CharField(max_length=300)),
                ("valid_from", models.DateField(verbose_name="from which day")),
                (
                    "valid_until",
                    models.DateField(help_text="The first day on which it holds no longer.", null=True),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RiskRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("content", models.JSONField()),
                ("source", models.CharField(max_length=300)),
                ("valid_from", models.DateField(verbose_name="from which day")),
                ("valid_until", models.DateField(help_text="The first day on which it holds no longer.", null=True)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="risklevel",
            options={
                "default_permissions": (),
                "permissions": [("countersign_risk", "Countersign a lower level of risk")],
            },
        ),
        migrations.RemoveConstraint(
            model_name="nextstep",
            name="step_has_a_known_kind",
        ),
        migrations.RemoveConstraint(
            model_name="risklevel",
            name="risk_level_is_a_known_one",
        ),
        migrations.AddField(
            model_name="risklevel",
            name="countersigned_at",
            field=models.DateTimeField(null=True, verbose_name="countersigned"),
        ),
        migrations.AddField(
            model_name="risklevel",
            name="countersigned_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="countersigned by",
            ),
        ),
        migrations.AddField(
            model_name="risklevel",
            name="lowers",
            field=models.BooleanField(default=False, verbose_name="lower than what stood"),
        ),
        migrations.AlterField(
            model_name="nextstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("call_back", "Call back by a safe route"),
                    ("offer_visit", "Offer a police visit"),
                    ("refer", "Refer to a partner service"),
                    ("follow_up_referral", "Follow up the referral"),
                    ("find_another_service", "Find another service: the referral was declined"),
                    ("decide_what_next", "Decide what happens next"),
                    ("tell_caller", "Tell the professional who called what came of it"),
                    ("confirm_closing", "Agree that the case closes, or say why not"),
                    ("take_over", "Take the case over, or say why not"),
                    ("tell_of_withdrawal", "Tell an agency that they no longer agree"),
                    ("review_risk", "Assess the risk again"),
                    ("countersign_risk", "Countersign a lower level of risk, or judge anew"),
                    ("suicide_safety", "Make a plan for their safety from suicide"),
                    ("strangulation_care", "See that a doctor looks at them: they were strangled"),
                    ("stalking_plan", "Make a plan against stalking"),
                    ("ask_about_abuse", "Ask, when they are alone, whether it could have been a partner"),
                    ("refer_back", "Repeat: refer back to MARAC"),
                    ("other", "Other"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="risklevel",
            name="level",
            field=models.CharField(
                choices=[
                    ("standard", "Standard"),
                    ("medium", "Medium"),
                    ("high", "High"),
                    ("insufficient", "Insufficient information"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="nextstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "call_back",
                            "offer_visit",
                            "refer",
                            "follow_up_referral",
                            "find_another_service",
                            "decide_what_next",
                            "tell_caller",
                            "confirm_closing",
                            "take_over",
                            "tell_of_withdrawal",
                            "review_risk",
                            "countersign_risk",
                            "suicide_safety",
                            "strangulation_care",
                            "stalking_plan",
                            "ask_about_abuse",
                            "refer_back",
                            "other",
                        ],
                    )
                ),
                name="step_has_a_known_kind",
            ),
        ),
        migrations.AddField(
            model_name="maracreferral",
            name="alleged",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.party"
            ),
        ),
        migrations.AddField(
            model_name="maracreferral",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="marac_referrals", to="casework.case"
            ),
        ),
        migrations.AddField(
            model_name="maracreferral",
            name="noted_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="riskassessment",
            name="alleged",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.party"
            ),
        ),
        migrations.AddField(
            model_name="riskassessment",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="casework.case"
            ),
        ),
        migrations.AddField(
            model_name="riskassessment",
            name="saved_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="riskassessment",
            name="signed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="signed by",
            ),
        ),
        migrations.AddField(
            model_name="riskassessment",
            name="started_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="riskassessment",
            name="supersedes",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="casework.riskassessment",
            ),
        ),
        migrations.AddField(
            model_name="risklevel",
            name="assessment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="levels",
                to="casework.riskassessment",
            ),
        ),
        migrations.AddConstraint(
            model_name="risklevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["standard", "medium", "high", "insufficient"])),
                name="risk_level_is_a_known_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="risklevel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("countersigned_at__isnull", True), ("countersigned_by__isnull", True)),
                    models.Q(
                        ("countersigned_at__isnull", False), ("countersigned_by__isnull", False), ("lowers", True)
                    ),
                    _connector="OR",
                ),
                name="risk_level_is_countersigned_when_and_by_whom_where_it_lowers",
            ),
        ),
        migrations.AddConstraint(
            model_name="risklevel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("countersigned_by__isnull", True),
                    models.Q(("countersigned_by", models.F("judged_by")), _negated=True),
                    _connector="OR",
                ),
                name="risk_level_is_countersigned_by_a_second_person",
            ),
        ),
        migrations.AddField(
            model_name="riskinstrument",
            name="partnership",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.partnership"
            ),
        ),
        migrations.AddField(
            model_name="riskassessment",
            name="instrument",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.riskinstrument"
            ),
        ),
        migrations.AddField(
            model_name="riskrule",
            name="partnership",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.partnership"
            ),
        ),
        migrations.AddField(
            model_name="riskassessment",
            name="rule",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.riskrule"
            ),
        ),
        migrations.AddConstraint(
            model_name="maracreferral",
            constraint=models.CheckConstraint(
                condition=models.Q(("gate__in", ["visible_high_risk", "judgement", "escalation", "repeat"])),
                name="marac_referral_has_a_known_gate",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskinstrument",
            constraint=models.UniqueConstraint(
                fields=("code", "partnership", "valid_from"), name="instrument_begins_once_a_day", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="riskinstrument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="instrument_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskrule",
            constraint=models.UniqueConstraint(
                fields=("code", "partnership", "valid_from"), name="risk_rule_begins_once_a_day", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="riskrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="risk_rule_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("mode__in", ["", "phone", "face", "record_only"])),
                name="assessment_is_made_in_a_known_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("band__in", ["", "standard", "medium", "high", "insufficient"])),
                name="assessment_has_a_known_band",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("grade__in", ["", "standard", "medium", "high", "insufficient"])),
                name="assessment_has_a_known_grade",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("judgement__in", ["", "standard", "medium", "high"])),
                name="assessment_judges_a_known_level",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answers__isnull", True),
                        ("grade", ""),
                        ("signed_at__isnull", True),
                        ("signed_by__isnull", True),
                    ),
                    models.Q(
                        ("answers__isnull", False),
                        ("draft__isnull", True),
                        ("rule__isnull", False),
                        ("signed_at__isnull", False),
                        ("signed_by__isnull", False),
                        ("ticks__isnull", False),
                        ("unknown__isnull", False),
                        models.Q(("grade", ""), _negated=True),
                        models.Q(("mode", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="assessment_is_signed_whole_or_not_at_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("judgement", ""), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="assessment_that_judges_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("saved_at__isnull", True), ("saved_by__isnull", True)),
                    models.Q(("saved_at__isnull", False), ("saved_by__isnull", False)),
                    _connector="OR",
                ),
                name="assessment_draft_is_saved_by_somebody_at_some_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskassessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("signed_at__isnull", False)),
                fields=("supersedes",),
                name="assessment_is_superseded_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskassessment",
            constraint=models.CheckConstraint(
                condition=RawSQL(
                    "(draft IS NULL OR (substring(draft from 1 for 1) = '\\x01'::bytea AND octet_length(draft) > 29))",
                    [],
                    output_field=models.BooleanField(),
                ),
                name="assessment_draft_is_sealed",
            ),
        ),
        migrations.RunSQL(STANDS, NEWEST),
    ]
