"""Cases close: with an outcome, with nobody waiting, and with a second person where one is needed."""

from pathlib import Path

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


SQL = (Path(__file__).parent / "0030_cases_close.sql").read_text()
BACK = "DROP FUNCTION casework_closed_case_is_at_rest() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_holders_are_asked"),
        ("casework", "0029_shifts_hand_over"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Closing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("supported", "Supported by a service"),
                            ("advice", "Advice only"),
                            ("accommodation", "Placed in safe accommodation"),
                            ("sanctuary", "Their home was made safer"),
                            ("order", "A court order was obtained"),
                            ("moved_area", "Moved, and handed over to another area"),
                            ("back_together", "Back with the person concerned, which is never held against them"),
                            ("visited", "Visited by the police"),
                            ("no_visit", "Wanted no visit"),
                            ("not_wanted", "Wanted no further help"),
                            ("unreachable", "Could not be reached"),
                            ("deceased", "They have died"),
                            ("mistake", "Opened by mistake"),
                        ],
                        max_length=20,
                        verbose_name="how it ended",
                    ),
                ),
                (
                    "advice",
                    models.CharField(
                        choices=[
                            ("given", "Given, and by a safe way"),
                            ("had_already", "They have it from another service"),
                            ("not_wanted", "They did not want it"),
                            ("not_reached", "Could not be given: they were not reached"),
                            ("not_applicable", "There is nobody to give it to"),
                        ],
                        max_length=20,
                        verbose_name="safety advice",
                    ),
                ),
                (
                    "tried",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("gp", "Their doctor"),
                            ("school", "A school or nursery"),
                            ("midwife", "A midwife or health visitor"),
                            ("welfare_check", "A welfare check by the police"),
                            ("other_service", "A service that sees them"),
                        ],
                        max_length=20,
                        verbose_name="another way to them that was considered",
                    ),
                ),
                ("words", models.CharField(max_length=500, verbose_name="in a sentence")),
                ("needs_second", models.BooleanField(verbose_name="needs a second person")),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("agreed", models.BooleanField(null=True)),
                ("why_not", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "permissions": [
                    ("close_case", "Close a case, or ask that it be closed"),
                    ("answer_closing", "Agree that a case closes, or say why not"),
                    ("reopen_case", "Open a closed case again"),
                ],
                "default_permissions": (),
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
        migrations.RemoveConstraint(
            model_name="nextstep",
            name="step_has_a_known_outcome",
        ),
        migrations.RemoveConstraint(
            model_name="nextstep",
            name="step_has_a_known_kind",
        ),
        migrations.AddField(
            model_name="case",
            name="closed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="closed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="status",
            field=models.CharField(
                choices=[("intake", "Intake"), ("open", "Open"), ("closed", "Closed"), ("erased", "Erased")],
                default="intake",
                max_length=10,
            ),
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
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["intake", "open", "closed", "erased"])),
                name="case_has_a_known_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("opened_at__isnull", False), ("opened_by__isnull", False), ("status__in", ["open", "closed"])
                    ),
                    models.Q(("opened_at__isnull", True), ("opened_by__isnull", True), ("status", "intake")),
                    ("status", "erased"),
                    _connector="OR",
                ),
                name="case_is_open_when_somebody_opened_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("closed_by__isnull", False), ("status", "closed")),
                    models.Q(
                        models.Q(("status", "closed"), _negated=True),
                        ("closed_at__isnull", True),
                        ("closed_by__isnull", True),
                    ),
                    ("status", "erased"),
                    _connector="OR",
                ),
                name="case_is_closed_when_somebody_closed_it",
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
                        ["", "done", "overtaken", "visit_accepted", "visit_declined", "unreachable", "not_agreed"],
                    )
                ),
                name="step_has_a_known_outcome",
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="closings", to="casework.case"
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="step",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="closing", to="casework.nextstep"
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "supported",
                            "advice",
                            "accommodation",
                            "sanctuary",
                            "order",
                            "moved_area",
                            "back_together",
                            "visited",
                            "no_visit",
                            "not_wanted",
                            "unreachable",
                            "deceased",
                            "mistake",
                        ],
                    )
                ),
                name="closing_has_a_known_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("advice__in", ["given", "had_already", "not_wanted", "not_reached", "not_applicable"])
                ),
                name="closing_says_what_of_safety",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="closing_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(("tried__in", ["", "gp", "school", "midwife", "welfare_check", "other_service"])),
                name="closing_names_a_known_other_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreed__isnull", True), ("answered_at__isnull", True), ("answered_by__isnull", True)),
                    models.Q(("agreed__isnull", False), ("answered_at__isnull", False), ("answered_by__isnull", False)),
                    _connector="OR",
                ),
                name="closing_is_answered_when_by_whom_and_how_or_not_at_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("needs_second", False),
                    ("answered_by__isnull", True),
                    models.Q(("answered_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="closing_that_needs_a_second_person_is_answered_by_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("needs_second", True), ("step__isnull", False)),
                    models.Q(("needs_second", False), ("step__isnull", True)),
                    _connector="OR",
                ),
                name="closing_waits_as_a_step_for_a_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreed", False), _negated=True),
                    models.Q(("why_not", ""), _negated=True),
                    _connector="OR",
                ),
                name="closing_that_is_turned_down_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at__isnull", True)),
                fields=("case",),
                name="closing_is_asked_once_at_a_time",
            ),
        ),
        migrations.RunSQL(SQL, BACK),
    ]
