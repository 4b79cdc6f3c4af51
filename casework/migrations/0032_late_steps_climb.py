"""Late steps climb, cases change hands, somebody covers for who is away, and partnerships have standards of their own."""

from pathlib import Path

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


SQL = (Path(__file__).parent / "0032_late_steps_climb.sql").read_text()
BACK = "DROP FUNCTION steps_that_climb(timestamptz); DROP FUNCTION casework_step_is_on_duty() CASCADE;"
# No guard asks for an event: whose a step is, and when it is due, is as it was.
FILL = """
ALTER TABLE casework_nextstep DISABLE TRIGGER USER;
UPDATE casework_nextstep SET urgent_at = due_at, climbs_at = due_at + interval '24 hours',
    rung = CASE WHEN owner_id IS NULL THEN 'duty' ELSE 'worker' END;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE casework_nextstep ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_late_steps_climb"),
        ("casework", "0031_notes_are_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("begins_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("noted_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "permissions": [
                    ("note_absence", "Say that somebody is away, and who covers for them"),
                    ("view_workload", "See who has how much, and what is late"),
                    ("offer_case", "Offer a case to a colleague"),
                    ("answer_offer", "Take over a case that one was offered, or say why not"),
                    ("take_case", "Take a case, or a step, that is on duty"),
                    ("climb_steps", "Let late steps climb"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="LadderStandard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("source", models.CharField(max_length=200, verbose_name="who says so")),
                ("valid_from", models.DateField(verbose_name="from which day")),
                ("valid_until", models.DateField(help_text="The first day on which it holds no longer.", null=True)),
                (
                    "head_start",
                    models.PositiveSmallIntegerField(help_text="In the day's list as if it were due so much earlier."),
                ),
                (
                    "to_duty",
                    models.PositiveSmallIntegerField(
                        help_text="So long after it was due.", verbose_name="to the duty queue"
                    ),
                ),
                (
                    "to_supervisor",
                    models.PositiveSmallIntegerField(
                        help_text="So long after it was due.", verbose_name="to the supervisor"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="servicestandard",
            options={
                "default_permissions": (),
                "permissions": [("keep_reference", "Change reference data of the partnership")],
            },
        ),
        migrations.RemoveConstraint(
            model_name="attemptstandard",
            name="attempt_standard_begins_once_a_day",
        ),
        migrations.RemoveConstraint(
            model_name="nextstep",
            name="step_has_a_known_kind",
        ),
        migrations.RemoveConstraint(
            model_name="nextstep",
            name="step_has_a_known_outcome",
        ),
        migrations.RemoveConstraint(
            model_name="servicestandard",
            name="standard_begins_once_a_day",
        ),
        migrations.AddField(
            model_name="attemptstandard",
            name="partnership",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.partnership"
            ),
        ),
        migrations.AddField(
            model_name="nextstep",
            name="climbs_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="nextstep",
            name="rung",
            field=models.CharField(
                choices=[("worker", "Its owner"), ("duty", "The duty queue"), ("supervisor", "The supervisors")],
                default="worker",
                max_length=10,
                verbose_name="who looks at it",
            ),
        ),
        migrations.AddField(
            model_name="nextstep",
            name="urgent_at",
            field=models.DateTimeField(help_text="Null when it is written: when it is due.", null=True),
        ),
        migrations.AddField(
            model_name="servicestandard",
            name="partnership",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.partnership"
            ),
        ),
        migrations.AlterField(
            model_name="attemptstandard",
            name="source",
            field=models.CharField(max_length=200, verbose_name="who says so"),
        ),
        migrations.AlterField(
            model_name="attemptstandard",
            name="valid_from",
            field=models.DateField(verbose_name="from which day"),
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
                    ("other", "Other"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="nextstep",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("done", "Done"),
                    ("overtaken", "Overtaken by events"),
                    ("visit_accepted", "Visit accepted"),
                    ("visit_declined", "Visit declined"),
                    ("unreachable", "Could not be reached"),
                    ("not_agreed", "Not agreed"),
                    ("taken", "Taken over"),
                    ("not_taken", "Not taken over"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="servicestandard",
            name="source",
            field=models.CharField(max_length=200, verbose_name="who says so"),
        ),
        migrations.AlterField(
            model_name="servicestandard",
            name="title",
            field=models.CharField(max_length=200, verbose_name="what"),
        ),
        migrations.AlterField(
            model_name="servicestandard",
            name="valid_from",
            field=models.DateField(verbose_name="from which day"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["case", "-happened_at"], name="contact_of_case"),
        ),
        migrations.AddIndex(
            model_name="contactattempt",
            index=models.Index(fields=["case", "-started_at"], name="attempt_of_case"),
        ),
        migrations.AddIndex(
            model_name="nextstep",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)),
                fields=["owner", "urgent_at", "id"],
                name="step_of_worker",
            ),
        ),
        migrations.AddIndex(
            model_name="nextstep",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True), models.Q(("rung", "worker"), _negated=True)),
                fields=["owner_agency", "urgent_at", "id"],
                name="step_on_duty",
            ),
        ),
        migrations.AddIndex(
            model_name="nextstep",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True), ("rung", "supervisor")),
                fields=["owner_agency", "urgent_at", "id"],
                name="step_of_supervisors",
            ),
        ),
        migrations.AddIndex(
            model_name="nextstep",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)), fields=["climbs_at"], name="step_that_climbs"
            ),
        ),
        migrations.AddIndex(
            model_name="nextstep",
            index=models.Index(fields=["case", "-opened_at"], name="step_opened_in_case"),
        ),
        migrations.AddIndex(
            model_name="nextstep",
            index=models.Index(fields=["case", "-done_at"], name="step_done_in_case"),
        ),
        migrations.AddConstraint(
            model_name="attemptstandard",
            constraint=models.UniqueConstraint(
                fields=("code", "partnership", "valid_from"),
                name="attempt_standard_begins_once_a_day",
                nulls_distinct=False,
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
                            "other",
                        ],
                    )
                ),
                name="step_has_a_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="nextstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "",
                            "done",
                            "overtaken",
                            "visit_accepted",
                            "visit_declined",
                            "unreachable",
                            "not_agreed",
                            "taken",
                            "not_taken",
                        ],
                    )
                ),
                name="step_has_a_known_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="nextstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("rung__in", ["worker", "duty", "supervisor"])), name="step_is_looked_at_by_somebody"
            ),
        ),
        migrations.AddConstraint(
            model_name="nextstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("owner__isnull", False), models.Q(("rung", "worker"), _negated=True), _connector="OR"
                ),
                name="step_without_an_owner_is_on_duty",
            ),
        ),
        migrations.AddConstraint(
            model_name="nextstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("urgent_at__isnull", False), ("urgent_at__lte", models.F("due_at"))),
                name="step_is_urgent_when_it_is_due_or_earlier",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicestandard",
            constraint=models.UniqueConstraint(
                fields=("code", "partnership", "valid_from"), name="standard_begins_once_a_day", nulls_distinct=False
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="covered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="covers",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="noted_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="worker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="absences", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="ladderstandard",
            name="partnership",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.partnership"
            ),
        ),
        migrations.AddIndex(
            model_name="absence",
            index=models.Index(fields=["agency", "until"], name="absence_of_agency"),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("begins_at"))), name="absence_ends_after_it_begins"
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("covered_by__isnull", True),
                    models.Q(("covered_by", models.F("worker")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_covers_for_themselves",
            ),
        ),
        migrations.AddConstraint(
            model_name="ladderstandard",
            constraint=models.UniqueConstraint(
                fields=("code", "partnership", "valid_from"), name="ladder_begins_once_a_day", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="ladderstandard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="ladder_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="ladderstandard",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_supervisor__gte", models.F("to_duty"))),
                name="ladder_reaches_the_supervisor_after_the_duty_queue",
            ),
        ),
        migrations.RunSQL(SQL, BACK),
    ]
