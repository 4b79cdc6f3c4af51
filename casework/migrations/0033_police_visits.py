"""Every burglary has the record of a police visit, and none closes before its offer was answered."""

from pathlib import Path

import casework.models.sealed
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db.models.expressions import RawSQL
import uuid
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text()
BACK = "DROP FUNCTION casework_burglary_is_answered() CASCADE; DROP FUNCTION casework_visit_stays_answered() CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_holders_are_asked"),
        ("casework", "0032_late_steps_climb"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="VisitRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("source", models.CharField(max_length=200, verbose_name="who says so")),
                ("valid_from", models.DateField(verbose_name="from which day")),
                ("valid_until", models.DateField(help_text="The first day on which it holds no longer.", null=True)),
                ("place", models.PositiveSmallIntegerField(default=0)),
                ("question", models.CharField(blank=True, max_length=200)),
                ("hastens", models.BooleanField(default=False)),
                ("metres", models.PositiveIntegerField(blank=True, null=True)),
                ("days", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "partnership",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.partnership",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "partnership", "valid_from"),
                        name="visit_rule_begins_once_a_day",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="visit_rule_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("days__isnull", True),
                                ("metres__isnull", True),
                                models.Q(("question", ""), _negated=True),
                            ),
                            models.Q(
                                ("days__isnull", False), ("hastens", False), ("metres__isnull", False), ("question", "")
                            ),
                            _connector="OR",
                        ),
                        name="visit_rule_is_a_question_or_a_ring",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("reported", "Burglary reported"),
                            ("screened", "Asked what makes them vulnerable"),
                            ("offered", "Offered"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("unreachable", "They could not be reached"),
                            ("scheduled", "Planned"),
                            ("attended", "Attended"),
                            ("evidence", "Evidence gathered"),
                            ("survey", "Security surveyed"),
                            ("aftercare", "Aftercare"),
                            ("closed", "Closed"),
                        ],
                        default="reported",
                        max_length=20,
                        verbose_name="police visit",
                    ),
                ),
                ("reported_at", models.DateTimeField()),
                ("screen", models.JSONField(default=list, verbose_name="what was asked at the first report")),
                ("screened_at", models.DateTimeField(null=True)),
                ("is_urgent", models.BooleanField(default=False, verbose_name="to be offered on the same day")),
                ("due_at", models.DateTimeField(verbose_name="next due")),
                ("due_source", models.CharField(max_length=40)),
                ("offered_at", models.DateTimeField(null=True, verbose_name="visit offered")),
                (
                    "offered_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "Telephone"),
                            ("call_back", "Telephone: we rang them back"),
                            ("web", "Web form"),
                            ("email", "Email"),
                            ("text", "Text message"),
                            ("chat", "Web chat"),
                            ("walk_in", "In person, at a hub"),
                            ("elsewhere", "In person, at a library or hospital"),
                            ("outreach", "Outreach"),
                            ("referral_form", "Professional referral form"),
                            ("police_transfer", "Police transfer"),
                            ("marac", "Meeting about high risk (MARAC)"),
                        ],
                        max_length=20,
                        verbose_name="offered by",
                    ),
                ),
                ("slots", casework.models.sealed.SealedText(verbose_name="when a visit suits them")),
                ("interpreter", models.BooleanField(null=True, verbose_name="interpreter at the visit")),
                ("advised", models.BooleanField(default=False, verbose_name="told how to keep the scene")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "why_not",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_need", "They see no need"),
                            ("distrust", "They do not trust us, or the police"),
                            ("already_repaired", "It is repaired already"),
                            ("moved_out", "They have moved out"),
                            ("other", "Another reason"),
                        ],
                        max_length=20,
                        verbose_name="why they want none",
                    ),
                ),
                ("scheduled_for", models.DateTimeField(null=True, verbose_name="visit planned for")),
                (
                    "visitor",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("police", "Police officer"),
                            ("pcso", "Police community support officer"),
                            ("enforcement_officer", "Enforcement officer of the council"),
                        ],
                        max_length=20,
                        verbose_name="who comes",
                    ),
                ),
                ("visitor_name", models.CharField(blank=True, max_length=100, verbose_name="name of who comes")),
                (
                    "visitor_number",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="number on their warrant or identity card"
                    ),
                ),
                ("check_words", casework.models.sealed.SealedText(verbose_name="words by which the victim knows them")),
                ("attended_at", models.DateTimeField(null=True)),
                ("missed_at", models.DateTimeField(null=True, verbose_name="last missed")),
                ("times_missed", models.PositiveSmallIntegerField(default=0)),
                (
                    "evidence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("forensics", "Crime scene investigation, if it is right here"),
                                ("statement", "Statement of the victim or a witness"),
                                ("entry", "How and where they came in"),
                                ("property", "List of what was taken, with serial numbers, photographs and tracking"),
                                ("house_to_house", "House-to-house enquiries"),
                                ("footage", "Doorbell, dashcam, CCTV or number-plate footage"),
                                ("linked", "Linked offences"),
                            ],
                            max_length=20,
                        ),
                        default=list,
                        size=None,
                        verbose_name="done at the scene",
                    ),
                ),
                (
                    "measures",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("window_locks", "Window locks"),
                                ("timed_lights", "Indoor lights on timers"),
                                ("door_locks", "Double locks or deadlocks on doors"),
                                ("sensor_lights", "Outdoor lights with sensors"),
                                ("marking", "Property marking"),
                                ("watch", "Neighbourhood Watch"),
                            ],
                            max_length=20,
                        ),
                        default=list,
                        size=None,
                        verbose_name="advised",
                    ),
                ),
                (
                    "aftercare",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("boarding", "Emergency boarding or a change of locks"),
                                ("hardening", "Making the home more secure"),
                                ("victim_service", "Victim Support, or London Victim and Witness Service"),
                                ("fraud_alert", "Fraud alert: Cifas, their bank"),
                                ("documents", "New documents"),
                                ("care_act", "Referral to adult social care"),
                                ("landlord", "Repair by their landlord"),
                                ("rehousing", "Somewhere else to live"),
                            ],
                            max_length=20,
                        ),
                        default=list,
                        size=None,
                        verbose_name="aftercare",
                    ),
                ),
                ("found", models.CharField(blank=True, max_length=1000, verbose_name="what was found")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="visit closed")),
                ("crime_recorded_at", models.DateTimeField(null=True, verbose_name="crime recorded")),
                ("forensics_asked_at", models.DateTimeField(null=True, verbose_name="forensics asked for")),
                (
                    "overlap",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes, or perhaps"), ("no", "No"), ("unknown", "They do not know")],
                        max_length=10,
                        verbose_name="could it be somebody they were with",
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
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visit", to="casework.case"
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "screened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "permissions": [
                    ("screen_visit", "Ask what makes a victim of a burglary vulnerable"),
                    ("offer_visit", "Offer a police visit"),
                    ("answer_visit", "Say how the offer was answered"),
                    ("schedule_visit", "Say who comes, and when"),
                    ("attend_visit", "Say whether the visit took place"),
                    ("record_visit", "Say what was done at the visit and after it"),
                    ("view_visits", "See offers that are late, and how visits go"),
                ],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("attended_at__isnull", True), ("closed_at__isnull", True)),
                        fields=["due_at"],
                        name="visit_not_attended",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "reported",
                                    "screened",
                                    "offered",
                                    "accepted",
                                    "declined",
                                    "unreachable",
                                    "scheduled",
                                    "attended",
                                    "evidence",
                                    "survey",
                                    "aftercare",
                                    "closed",
                                ],
                            )
                        ),
                        name="visit_has_a_known_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "offered_how__in",
                                [
                                    "",
                                    "phone",
                                    "call_back",
                                    "web",
                                    "email",
                                    "text",
                                    "chat",
                                    "walk_in",
                                    "elsewhere",
                                    "outreach",
                                    "referral_form",
                                    "police_transfer",
                                    "marac",
                                ],
                            )
                        ),
                        name="visit_is_offered_in_a_known_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("why_not__in", ["", "no_need", "distrust", "already_repaired", "moved_out", "other"])
                        ),
                        name="visit_is_declined_for_a_known_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("visitor__in", ["", "police", "pcso", "enforcement_officer"])),
                        name="visit_has_a_known_visitor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("overlap__in", ["", "yes", "no", "unknown"])),
                        name="visit_has_a_known_answer_about_a_partner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "evidence__contained_by",
                                ["forensics", "statement", "entry", "property", "house_to_house", "footage", "linked"],
                            )
                        ),
                        name="visit_has_known_duties_at_the_scene",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "measures__contained_by",
                                ["window_locks", "timed_lights", "door_locks", "sensor_lights", "marking", "watch"],
                            )
                        ),
                        name="visit_advises_known_measures",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "aftercare__contained_by",
                                [
                                    "boarding",
                                    "hardening",
                                    "victim_service",
                                    "fraud_alert",
                                    "documents",
                                    "care_act",
                                    "landlord",
                                    "rehousing",
                                ],
                            )
                        ),
                        name="visit_has_known_aftercare",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("screened_at__isnull", True), ("screened_by__isnull", True)),
                            models.Q(("screened_at__isnull", False), ("screened_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="visit_is_screened_when_and_by_whom_or_neither",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("offered_at__isnull", True), ("offered_by__isnull", True), ("offered_how", "")),
                            models.Q(
                                ("offered_at__isnull", False),
                                ("offered_by__isnull", False),
                                models.Q(("offered_how", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="visit_is_offered_when_by_whom_and_how_or_not_at_all",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                            models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="visit_is_answered_when_and_to_whom_or_neither",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True), ("status__in", ["reported", "screened", "offered"])
                            ),
                            models.Q(
                                models.Q(("status__in", ["reported", "screened", "offered"]), _negated=True),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="visit_goes_on_only_after_an_answer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["reported", "screened", "unreachable", "aftercare", "closed"]),
                            ("offered_at__isnull", False),
                            _connector="OR",
                        ),
                        name="visit_is_answered_only_when_it_was_offered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "declined"), _negated=True),
                            models.Q(("why_not", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="visit_that_is_declined_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "scheduled"), _negated=True),
                            models.Q(
                                ("check_words__isnull", False),
                                ("scheduled_for__isnull", False),
                                models.Q(("visitor", ""), _negated=True),
                                models.Q(("visitor_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="visit_that_is_planned_says_who_comes_and_how_they_are_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["attended", "evidence", "survey"]), _negated=True),
                            ("attended_at__isnull", False),
                            _connector="OR",
                        ),
                        name="visit_goes_on_only_after_somebody_came",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("missed_at__isnull", True), ("times_missed", 0)),
                            models.Q(("missed_at__isnull", False), ("times_missed__gt", 0)),
                            _connector="OR",
                        ),
                        name="visit_that_was_missed_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("status", "closed")),
                            models.Q(models.Q(("status", "closed"), _negated=True), ("closed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="visit_that_is_closed_says_when",
                    ),
                    models.CheckConstraint(
                        condition=RawSQL(
                            "(slots IS NULL OR (substring(slots from 1 for 1) = '\\x01'::bytea AND octet_length(slots) > 29)) AND (check_words IS NULL OR (substring(check_words from 1 for 1) = '\\x01'::bytea AND octet_length(check_words) > 29))",
                            [],
                            output_field=models.BooleanField(),
                        ),
                        name="visit_seals_times_and_check_words",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL, BACK),
    ]
