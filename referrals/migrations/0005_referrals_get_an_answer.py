"""Referrals say how far they have come, run a clock while they live, and climb when they are late."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# No guard asks for an event: nothing becomes of a referral by this. What ran no clock begins one at its due time.
FILL = """
ALTER TABLE referrals_referral DISABLE TRIGGER USER;
UPDATE referrals_referral SET climbs_at = due_at WHERE ended_at IS NULL;
UPDATE referrals_referral SET acknowledged_at = answered_at, acknowledged_by_id = answered_by_id;
UPDATE referrals_referral SET answer_by = due_at, acknowledge_by = due_at WHERE status = 'sent';
UPDATE referrals_referral SET withdraw_reason = 'not_needed' WHERE status = 'withdrawn';
UPDATE referrals_referral SET outcome_code = 'supported', as_wanted = 'not_known' WHERE status = 'completed';
UPDATE referrals_referral SET decline_reason = 'other' WHERE decline_reason = 'duplicate';
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE referrals_referral ENABLE TRIGGER USER;
"""
# The live referrals whose time to climb has come, or whose wait for a place is over, whoever holds their cases: ids
# only. For the system, who lets them climb and gives them back.
LATE = """
CREATE FUNCTION referrals_that_are_late(the_moment timestamptz, waiting boolean)
    RETURNS TABLE (referral bigint, of_case bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT id, case_id FROM referrals_referral
    WHERE climbs_at <= the_moment AND (status = 'waitlisted') = waiting ORDER BY climbs_at, id LIMIT 500
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0016_late_referrals_are_told"),
        ("casework", "0039_minutes_are_counted"),
        ("referrals", "0004_referrals_are_handed_over"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReferralStandard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("source", models.CharField(max_length=200, verbose_name="who says so")),
                ("valid_from", models.DateField(verbose_name="from which day")),
                ("valid_until", models.DateField(help_text="The first day on which it holds no longer.", null=True)),
                ("acknowledge", models.PositiveSmallIntegerField(verbose_name="acknowledged within")),
                (
                    "acknowledge_in",
                    models.CharField(
                        choices=[
                            ("minute", "minute"),
                            ("hour", "hour"),
                            ("day", "day"),
                            ("working_hour", "working_hour"),
                            ("working_day", "working_day"),
                            ("month", "month"),
                        ],
                        max_length=20,
                        verbose_name="counted in",
                    ),
                ),
                (
                    "first_contact",
                    models.PositiveSmallIntegerField(verbose_name="first safe attempt to reach them within"),
                ),
                (
                    "first_contact_in",
                    models.CharField(
                        choices=[
                            ("minute", "minute"),
                            ("hour", "hour"),
                            ("day", "day"),
                            ("working_hour", "working_hour"),
                            ("working_day", "working_day"),
                            ("month", "month"),
                        ],
                        max_length=20,
                        verbose_name="counted in",
                    ),
                ),
                (
                    "escalate",
                    models.PositiveSmallIntegerField(verbose_name="climbs to the supervisors so long after it was due"),
                ),
                (
                    "escalate_in",
                    models.CharField(
                        choices=[
                            ("minute", "minute"),
                            ("hour", "hour"),
                            ("day", "day"),
                            ("working_hour", "working_hour"),
                            ("working_day", "working_day"),
                            ("month", "month"),
                        ],
                        max_length=20,
                        verbose_name="counted in",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="referral",
            options={
                "default_permissions": (),
                "permissions": [
                    ("view_referral", "See a referral"),
                    ("draft_referral", "Draft a referral"),
                    ("send_referral", "Send a referral"),
                    ("accept_referral", "Accept a referral"),
                    ("decline_referral", "Decline a referral"),
                    ("withdraw_referral", "Withdraw a referral"),
                    (
                        "progress_referral",
                        "Say how it goes on with a referral: taken note of, asked, waiting, in touch",
                    ),
                    ("complete_referral", "Complete a referral"),
                    ("climb_referrals", "Tell more and more people of a referral that is late"),
                    ("expire_waits", "Give a referral back whose wait for a place was in vain"),
                    ("view_scorecard", "See how quickly and how partners answer"),
                    ("hand_over_referrals", "Pass on the referrals that somebody leaves behind"),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_has_a_known_status",
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_has_a_known_urgency",
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_has_a_known_decline_reason",
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_one_live_per_case_and_service",
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_that_has_an_answer_says_when",
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_is_ended_when_somebody_ended_it",
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_that_is_completed_says_its_outcome",
        ),
        migrations.RemoveIndex(
            model_name="referral",
            name="referral_inbox",
        ),
        migrations.RemoveIndex(
            model_name="referral",
            name="referral_outbox",
        ),
        migrations.AddField(
            model_name="referral",
            name="acknowledge_by",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="referral",
            name="acknowledged_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="referral",
            name="acknowledged_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="added",
            field=models.CharField(blank=True, max_length=500, verbose_name="what the sender added"),
        ),
        migrations.AddField(
            model_name="referral",
            name="alternative",
            field=models.CharField(
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
        migrations.AddField(
            model_name="referral",
            name="answer_by",
            field=models.DateTimeField(null=True, verbose_name="answer due"),
        ),
        migrations.AddField(
            model_name="referral",
            name="answer_left",
            field=models.DurationField(help_text="While more is asked, for how long it can be answered.", null=True),
        ),
        migrations.AddField(
            model_name="referral",
            name="as_wanted",
            field=models.CharField(
                blank=True,
                choices=[
                    ("yes", "What they wanted"),
                    ("partly", "A part of what they wanted"),
                    ("no", "Not what they wanted"),
                    ("not_known", "Not known what they wanted"),
                ],
                max_length=10,
                verbose_name="was it what they wanted",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="climbs_at",
            field=models.DateTimeField(help_text="When it climbs to the next, while it lives.", null=True),
        ),
        migrations.AddField(
            model_name="referral",
            name="duplicate_of",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="engaged_at",
            field=models.DateTimeField(null=True, verbose_name="in touch since"),
        ),
        migrations.AddField(
            model_name="referral",
            name="engaged_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="level",
            field=models.CharField(
                blank=True, help_text="Whose standards hold: see `urgency_of`.", max_length=20, verbose_name="standard"
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="outcome_code",
            field=models.CharField(
                blank=True,
                choices=[
                    ("supported", "Supported"),
                    ("advice", "Advice only"),
                    ("accommodation", "Placed in safe accommodation"),
                    ("sanctuary", "Home made safer"),
                    ("order", "Court order obtained"),
                    ("marac", "Heard at MARAC"),
                    ("visited", "Visited"),
                    ("moved", "Moved away, or passed to another area"),
                    ("refused", "They refused it"),
                    ("back_together", "Back with the person who harmed them"),
                    ("died", "They died"),
                ],
                max_length=20,
                verbose_name="what came of it",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="previous",
            field=models.ForeignKey(
                help_text="What was referred or declined before.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="referrals.referral",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="question",
            field=models.CharField(blank=True, max_length=500, verbose_name="what more they ask"),
        ),
        migrations.AddField(
            model_name="referral",
            name="told",
            field=models.CharField(
                choices=[
                    ("nobody", "In time"),
                    ("owner", "Whoever has it was reminded"),
                    ("duty", "Everybody who may answer was told"),
                    ("supervisor", "Their supervisors were told"),
                    ("sender", "The sender's supervisors were told"),
                ],
                default="nobody",
                max_length=10,
                verbose_name="who was told that it is late",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="waits_until",
            field=models.DateTimeField(null=True, verbose_name="waits for a place until"),
        ),
        migrations.AddField(
            model_name="referral",
            name="withdraw_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("not_needed", "It is not needed any more"),
                    ("not_wanted", "They do not want it"),
                    ("answered_elsewhere", "Another service does it"),
                    ("share_ended", "What was shared with it has ended"),
                    ("wrong_person", "It is about the wrong person"),
                    ("wrong_service", "It went to the wrong service"),
                ],
                max_length=20,
                verbose_name="why it was taken back",
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="levels",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="By the code of a standard, where it keeps to another than that.",
                verbose_name="its own service levels",
            ),
        ),
        migrations.AlterField(
            model_name="referral",
            name="decline_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_capacity", "No capacity"),
                    ("outside_area", "Outside our area"),
                    ("outside_age_or_gender", "Not for their age or gender"),
                    ("outside_remit", "They need what we do not offer"),
                    ("risk_too_high", "Risk too high for this service"),
                    ("risk_too_low", "Risk too low for this service"),
                    ("no_funding", "No recourse to public funds, or no other funding"),
                    ("access_lacking", "We lack the access or adaptation they need"),
                    ("language_lacking", "We lack their language, or what is by and for them"),
                    ("family_size", "Too many children, or a son who is too old"),
                    ("other_side", "We work with the other person, or somebody linked to them"),
                    ("insufficient_information", "Not enough information"),
                    ("victim_declined", "They do not want it"),
                    ("victim_uncontactable", "They could not be reached"),
                    ("unsafe", "Where they are is not safe for this"),
                    ("staff_safety", "Not safe for our workers"),
                    ("other", "Other"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="referral",
            name="outcome",
            field=models.CharField(blank=True, max_length=500, verbose_name="in their words"),
        ),
        migrations.AlterField(
            model_name="referral",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("sent", "Sent"),
                    ("acknowledged", "Acknowledged"),
                    ("asked", "More is asked"),
                    ("waitlisted", "On a waiting list"),
                    ("accepted", "Accepted"),
                    ("contacting", "Being contacted"),
                    ("engaged", "In touch"),
                    ("completed", "Completed"),
                    ("declined", "Declined"),
                    ("duplicate", "Sent twice"),
                    ("unable", "Could not be reached"),
                    ("expired", "Waited in vain"),
                    ("withdrawn", "Withdrawn"),
                    ("recalled", "Recalled"),
                ],
                default="draft",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="referral",
            name="urgency",
            field=models.CharField(
                choices=[
                    ("routine", "Routine"),
                    ("urgent", "Urgent"),
                    ("now", "Somebody is in danger now: it is handed over by telephone"),
                ],
                default="routine",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(
                    ("status__in", ["accepted", "acknowledged", "asked", "contacting", "engaged", "sent", "waitlisted"])
                ),
                fields=["owner_agency", "due_at", "id"],
                name="referral_inbox",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(
                    (
                        "status__in",
                        ["accepted", "acknowledged", "asked", "contacting", "draft", "engaged", "sent", "waitlisted"],
                    )
                ),
                fields=["sender", "due_at", "id"],
                name="referral_outbox",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("climbs_at__isnull", False)), fields=["climbs_at", "id"], name="referral_climbs"
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "draft",
                            "sent",
                            "acknowledged",
                            "asked",
                            "waitlisted",
                            "accepted",
                            "contacting",
                            "engaged",
                            "completed",
                            "declined",
                            "duplicate",
                            "unable",
                            "expired",
                            "withdrawn",
                            "recalled",
                        ],
                    )
                ),
                name="referral_has_a_known_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("urgency__in", ["routine", "urgent", "now"])), name="referral_has_a_known_urgency"
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "decline_reason__in",
                        [
                            "",
                            "no_capacity",
                            "outside_area",
                            "outside_age_or_gender",
                            "outside_remit",
                            "risk_too_high",
                            "risk_too_low",
                            "no_funding",
                            "access_lacking",
                            "language_lacking",
                            "family_size",
                            "other_side",
                            "insufficient_information",
                            "victim_declined",
                            "victim_uncontactable",
                            "unsafe",
                            "staff_safety",
                            "other",
                        ],
                    )
                ),
                name="referral_has_a_known_decline_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["accepted", "acknowledged", "asked", "contacting", "draft", "engaged", "sent", "waitlisted"],
                    )
                ),
                fields=("case", "service"),
                name="referral_one_live_per_case_and_service",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status__in", ["declined", "completed", "unable", "accepted", "contacting", "engaged"]),
                        _negated=True,
                    ),
                    ("answered_at__isnull", False),
                    _connector="OR",
                ),
                name="referral_that_has_an_answer_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        (
                            "status__in",
                            ["completed", "declined", "duplicate", "expired", "recalled", "unable", "withdrawn"],
                        ),
                    ),
                    models.Q(
                        ("ended_at__isnull", True),
                        ("ended_by__isnull", True),
                        (
                            "status__in",
                            [
                                "accepted",
                                "acknowledged",
                                "asked",
                                "contacting",
                                "draft",
                                "engaged",
                                "sent",
                                "waitlisted",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="referral_is_ended_when_somebody_ended_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status", "completed"),
                        models.Q(("outcome_code", ""), _negated=True),
                        models.Q(("as_wanted", ""), _negated=True),
                    ),
                    models.Q(models.Q(("status", "completed"), _negated=True), ("as_wanted", ""), ("outcome_code", "")),
                    _connector="OR",
                ),
                name="referral_that_is_completed_says_its_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome_code__in",
                        [
                            "",
                            "supported",
                            "advice",
                            "accommodation",
                            "sanctuary",
                            "order",
                            "marac",
                            "visited",
                            "moved",
                            "refused",
                            "back_together",
                            "died",
                        ],
                    )
                ),
                name="referral_has_a_known_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("as_wanted__in", ["", "yes", "partly", "no", "not_known"])),
                name="referral_was_what_they_wanted_in_a_known_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "withdraw_reason__in",
                        [
                            "",
                            "not_needed",
                            "not_wanted",
                            "answered_elsewhere",
                            "share_ended",
                            "wrong_person",
                            "wrong_service",
                        ],
                    )
                ),
                name="referral_is_taken_back_for_a_known_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status__in", ["withdrawn", "recalled"]), models.Q(("withdraw_reason", ""), _negated=True)
                    ),
                    models.Q(
                        models.Q(("status__in", ["withdrawn", "recalled"]), _negated=True), ("withdraw_reason", "")
                    ),
                    _connector="OR",
                ),
                name="referral_that_is_taken_back_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("alternative__in", ["", "gp", "school", "midwife", "welfare_check", "other_service"])
                ),
                name="referral_names_a_known_other_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level", "high"), ("status", "unable"), _negated=True),
                    models.Q(("alternative", ""), _negated=True),
                    _connector="OR",
                ),
                name="referral_at_high_risk_considers_another_way_to_them",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("told__in", ["nobody", "owner", "duty", "supervisor", "sender"])),
                name="referral_climbs_to_somebody_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("climbs_at__isnull", False),
                        (
                            "status__in",
                            [
                                "accepted",
                                "acknowledged",
                                "asked",
                                "contacting",
                                "draft",
                                "engaged",
                                "sent",
                                "waitlisted",
                            ],
                        ),
                    ),
                    models.Q(
                        ("climbs_at__isnull", True),
                        (
                            "status__in",
                            ["completed", "declined", "duplicate", "expired", "recalled", "unable", "withdrawn"],
                        ),
                    ),
                    _connector="OR",
                ),
                name="referral_runs_a_clock_while_it_lives",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer_left__isnull", False), ("status", "asked"), models.Q(("question", ""), _negated=True)
                    ),
                    models.Q(models.Q(("status", "asked"), _negated=True), ("answer_left__isnull", True)),
                    _connector="OR",
                ),
                name="referral_of_which_more_is_asked_stops_its_clock",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "waitlisted"), _negated=True), ("waits_until__isnull", False), _connector="OR"
                ),
                name="referral_waits_for_a_place_until_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("duplicate_of__isnull", False), ("status", "duplicate")),
                    models.Q(models.Q(("status", "duplicate"), _negated=True), ("duplicate_of__isnull", True)),
                    _connector="OR",
                ),
                name="referral_that_was_sent_twice_names_the_other",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "engaged"), _negated=True), ("engaged_at__isnull", False), _connector="OR"
                ),
                name="referral_says_since_when_they_are_in_touch",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("engaged_at__isnull", True), ("engaged_by__isnull", True)),
                    models.Q(("engaged_at__isnull", False), ("engaged_by__isnull", False)),
                    _connector="OR",
                ),
                name="referral_is_in_touch_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("acknowledged_at__isnull", True), ("acknowledged_by__isnull", True)),
                    models.Q(("acknowledged_at__isnull", False), ("acknowledged_by__isnull", False)),
                    _connector="OR",
                ),
                name="referral_is_acknowledged_when_and_by_whom_or_neither",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "acknowledged"), _negated=True),
                    ("acknowledged_at__isnull", False),
                    _connector="OR",
                ),
                name="referral_that_is_acknowledged_says_when",
            ),
        ),
        migrations.AddField(
            model_name="referralstandard",
            name="partnership",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.partnership"
            ),
        ),
        migrations.AddConstraint(
            model_name="referralstandard",
            constraint=models.UniqueConstraint(
                fields=("code", "partnership", "valid_from"),
                name="referral_standard_begins_once_a_day",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="referralstandard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="referral_standard_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralstandard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("acknowledge_in__in", ["minute", "hour", "day", "working_hour", "working_day", "month"])
                ),
                name="referral_standard_acknowledges_in_a_known_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralstandard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_contact_in__in", ["minute", "hour", "day", "working_hour", "working_day", "month"])
                ),
                name="referral_standard_contacts_in_a_known_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralstandard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("escalate_in__in", ["minute", "hour", "day", "working_hour", "working_day", "month"])
                ),
                name="referral_standard_climbs_in_a_known_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralstandard",
            constraint=models.CheckConstraint(
                condition=models.Q(("escalate__gt", 0)), name="referral_standard_climbs_in_the_end"
            ),
        ),
        migrations.RunSQL(LATE, "DROP FUNCTION referrals_that_are_late(timestamptz, boolean)"),
    ]
