"""Cases are erased: what was asked and approved, legal holds, and what the guards let pass for it."""

from pathlib import Path

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


SQL = (Path(__file__).parent / "0021_cases_are_erased.sql").read_text()
BACK = """
DROP TRIGGER versions_are_kept ON casework_recordversion;
CREATE TRIGGER versions_are_kept BEFORE UPDATE OR DELETE ON casework_recordversion
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
DROP TRIGGER IF EXISTS what_is_said_once_stays ON casework_emergencyaccess;
DROP TRIGGER IF EXISTS what_is_said_once_stays ON oversight_caseaudit;
DROP FUNCTION IF EXISTS erase_case(bigint, timestamptz);
DROP FUNCTION casework_version_is_kept();
DROP FUNCTION casework_erased_takes_nothing() CASCADE;
DROP FUNCTION casework_case_is_erased() CASCADE;
DROP FUNCTION casework_erasure_is_carried_out() CASCADE;
DROP FUNCTION casework_hold_beats_erasure() CASCADE;
DROP FUNCTION casework_is_held(bigint);
DROP FUNCTION casework_is_being_erased(bigint) CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_a_bar_is_proposed"),
        ("casework", "0020_bars_are_proposed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "Asked for"),
                            ("approved", "Approved and carried out"),
                            ("refused", "Refused"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("retention_over", "The time for which it is kept is over (UK GDPR, Article 5(1)(e))"),
                            (
                                "right_upheld",
                                "They asked for it and have a right to it (UK GDPR, Article 17; DPA 2018, section 47)",
                            ),
                            ("unlawful", "It was not lawful to keep it (UK GDPR, Article 17(1)(d))"),
                            ("ordered", "A court or the Commissioner ordered it (DPA 2018, sections 149 and 167)"),
                        ],
                        max_length=20,
                        verbose_name="why may it be erased?",
                    ),
                ),
                ("words", models.CharField(max_length=500, verbose_name="what it rests on")),
                ("asked_at", models.DateTimeField()),
                (
                    "asked_as",
                    models.CharField(
                        choices=[
                            ("caseworker", "Front-door caseworker"),
                            ("partner_worker", "Partner worker"),
                            ("supervisor", "Supervisor"),
                            ("senior_practitioner", "Senior practitioner"),
                            ("auditor", "Auditor"),
                            ("audit_lead", "Audit lead"),
                            ("agency_administrator", "Agency administrator"),
                            ("partnership_manager", "Partnership manager"),
                            ("service_account", "Service account"),
                            ("system", "System"),
                        ],
                        max_length=30,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_as",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("caseworker", "Front-door caseworker"),
                            ("partner_worker", "Partner worker"),
                            ("supervisor", "Supervisor"),
                            ("senior_practitioner", "Senior practitioner"),
                            ("auditor", "Auditor"),
                            ("audit_lead", "Audit lead"),
                            ("agency_administrator", "Agency administrator"),
                            ("partnership_manager", "Partnership manager"),
                            ("service_account", "Service account"),
                            ("system", "System"),
                        ],
                        max_length=30,
                    ),
                ),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "permissions": [
                    ("view_erasure", "See whether a case is to be erased, and what holds it"),
                    ("ask_erasure", "Ask that a case be erased"),
                    ("approve_erasure", "Approve the erasure of a case that somebody else asked for"),
                    ("refuse_erasure", "Refuse the erasure of a case, or take it back"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("court", "Criminal or civil proceedings need it"),
                            ("review", "A domestic abuse related death review, or a safeguarding review, needs it"),
                            ("inquiry", "An inquest or a public inquiry needs it"),
                            ("complaint", "A complaint, a claim or a request about it is open"),
                        ],
                        max_length=20,
                        verbose_name="why must it be kept?",
                    ),
                ),
                ("placed_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
            ],
            options={
                "permissions": [("place_hold", "Place a legal hold on a case"), ("lift_hold", "Lift a legal hold")],
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="case",
            options={
                "default_permissions": (),
                "permissions": [
                    ("view_case", "Know that the case exists"),
                    ("hold_case", "Hold the case: every category"),
                    ("view_identity", "See who it is about"),
                    ("view_contact_details", "See safe contact details"),
                    ("view_location", "See addresses and places"),
                    ("view_incident", "See what happened"),
                    ("view_risk", "See risk"),
                    ("view_narrative", "See contact notes"),
                    ("view_household", "See children and others at home"),
                    ("view_alleged", "See the alleged perpetrator"),
                    ("view_needs", "See support needs"),
                    ("open_case", "Open a case from an intake"),
                    ("erase_case", "Erase a case, as it was approved"),
                    ("judge_risk", "Judge the level of risk"),
                    ("complete_step", "Settle a next step"),
                    ("answer_step", "Settle the next step of another agency that waits for one's own"),
                    ("hand_over_work", "Pass on what somebody leaves behind"),
                    ("import_burglaries", "Take in published burglaries"),
                    ("load_reference", "Load reference data"),
                    ("attach_victims", "Attach invented victims, in a demonstration"),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="case",
            name="case_has_a_known_status",
        ),
        migrations.RemoveConstraint(
            model_name="case",
            name="case_is_open_when_somebody_opened_it",
        ),
        migrations.AlterField(
            model_name="case",
            name="status",
            field=models.CharField(
                choices=[("intake", "Intake"), ("open", "Open"), ("erased", "Erased")], default="intake", max_length=10
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["intake", "open", "erased"])), name="case_has_a_known_status"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("opened_at__isnull", False), ("opened_by__isnull", False), ("status", "open")),
                    models.Q(("opened_at__isnull", True), ("opened_by__isnull", True), ("status", "intake")),
                    ("status", "erased"),
                    _connector="OR",
                ),
                name="case_is_open_when_somebody_opened_it",
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="erasures", to="casework.case"
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="casework.case"
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="lifted_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="placed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["asked", "approved", "refused"])), name="erasure_has_a_known_status"
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("ground__in", ["retention_over", "right_upheld", "unlawful", "ordered"])),
                name="erasure_has_a_known_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "asked_as__in",
                        [
                            "caseworker",
                            "partner_worker",
                            "supervisor",
                            "senior_practitioner",
                            "auditor",
                            "audit_lead",
                            "agency_administrator",
                            "partnership_manager",
                            "service_account",
                            "system",
                        ],
                    )
                ),
                name="erasure_is_asked_in_a_known_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "answered_as__in",
                        [
                            "",
                            "caseworker",
                            "partner_worker",
                            "supervisor",
                            "senior_practitioner",
                            "auditor",
                            "audit_lead",
                            "agency_administrator",
                            "partnership_manager",
                            "service_account",
                            "system",
                        ],
                    )
                ),
                name="erasure_is_answered_in_a_known_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="erasure_says_what_it_rests_on"
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_as", ""),
                        ("answered_at__isnull", True),
                        ("answered_by__isnull", True),
                        ("status", "asked"),
                    ),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        models.Q(("status", "asked"), _negated=True),
                        models.Q(("answered_as", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="erasure_is_answered_when_by_whom_and_as_what_or_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "approved"), _negated=True),
                    models.Q(("answered_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_approves_an_erasure_that_they_asked_for",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("erased_at__isnull", True), ("status", "approved"), _connector="OR"),
                name="erasure_is_carried_out_only_when_it_is_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "refused"), _negated=True),
                fields=("case",),
                name="erasure_is_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["court", "review", "inquiry", "complaint"])),
                name="hold_has_a_known_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                    models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                    _connector="OR",
                ),
                name="hold_is_lifted_when_and_by_whom_or_neither",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at__isnull", True)),
                fields=("case", "reason"),
                name="hold_stands_once_for_each_reason",
            ),
        ),
        migrations.RunSQL(SQL, BACK),
    ]
