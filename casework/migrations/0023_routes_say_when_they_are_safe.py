"""A way to reach somebody says when and how it is safe, and until when that was confirmed."""

import casework.models.sealed
from django.db.models.expressions import RawSQL
from django.db import migrations, models


# No guard asks for an event: nothing of what was said changes. What was confirmed before holds as long as it would now.
FILL = """
ALTER TABLE casework_contactroute DISABLE TRIGGER USER;
UPDATE casework_contactroute r SET expires_at = r.confirmed_at + CASE
    WHEN (SELECT l.level FROM casework_risklevel l WHERE l.case_id = r.case_id ORDER BY l.judged_at DESC, l.id DESC LIMIT 1)
        = 'high' THEN interval '14 days' ELSE interval '28 days' END
WHERE r.safety = 'safe';
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE casework_contactroute ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0022_aliases"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="contactroute",
            name="route_has_a_known_kind",
        ),
        migrations.RemoveConstraint(
            model_name="contactroute",
            name="route_is_sealed_where_it_locates",
        ),
        migrations.AddField(
            model_name="contactroute",
            name="caller_id",
            field=models.CharField(
                blank=True,
                choices=[("withheld", "Withhold our number"), ("show", "Our number may be shown")],
                max_length=20,
                verbose_name="our number",
            ),
        ),
        migrations.AddField(
            model_name="contactroute",
            name="expires_at",
            field=models.DateTimeField(null=True, verbose_name="to be confirmed again by"),
        ),
        migrations.AddField(
            model_name="contactroute",
            name="if_other_answers",
            field=casework.models.sealed.SealedText(verbose_name="if somebody else answers, say"),
        ),
        migrations.AddField(
            model_name="contactroute",
            name="initiator",
            field=models.CharField(
                blank=True,
                choices=[("service", "We may"), ("victim_only", "Only they: never we")],
                max_length=12,
                verbose_name="who may begin",
            ),
        ),
        migrations.AddField(
            model_name="contactroute",
            name="knows",
            field=models.CharField(
                blank=True,
                choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
                max_length=10,
                verbose_name="whom they trust knows of the abuse",
            ),
        ),
        migrations.AddField(
            model_name="contactroute",
            name="letters",
            field=models.CharField(
                blank=True,
                choices=[
                    ("never", "Never"),
                    ("plain_envelope", "In a plain envelope"),
                    ("collect_at_hub", "Kept at a hub, to be collected"),
                ],
                max_length=20,
                verbose_name="letters",
            ),
        ),
        migrations.AddField(
            model_name="contactroute",
            name="monitored",
            field=models.CharField(
                blank=True,
                choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
                max_length=10,
                verbose_name="shared with or watched by somebody",
            ),
        ),
        migrations.AddField(
            model_name="contactroute",
            name="never_times",
            field=casework.models.sealed.SealedText(verbose_name="never at"),
        ),
        migrations.AddField(
            model_name="contactroute",
            name="our_word",
            field=casework.models.sealed.SealedText(
                help_text="Whoever says it is us. Compared, and never shown.", verbose_name="our word"
            ),
        ),
        migrations.AddField(
            model_name="contactroute",
            name="read_back",
            field=models.BooleanField(null=True, verbose_name="read back to them"),
        ),
        migrations.AddField(
            model_name="contactroute",
            name="voicemail",
            field=models.CharField(
                blank=True,
                choices=[
                    ("none", "Leave no message"),
                    ("neutral_only", "A message that says nothing of us"),
                    ("full", "A message may say who rang"),
                ],
                max_length=20,
                verbose_name="voicemail",
            ),
        ),
        migrations.AddField(
            model_name="contactroute",
            name="who_may_answer",
            field=casework.models.sealed.SealedText(verbose_name="who may answer"),
        ),
        migrations.AddField(
            model_name="contactroute",
            name="who_must_not",
            field=casework.models.sealed.SealedText(verbose_name="who must not"),
        ),
        migrations.AddField(
            model_name="contactroute",
            name="windows",
            field=casework.models.sealed.SealedText(verbose_name="safe times"),
        ),
        migrations.AlterField(
            model_name="contactroute",
            name="kind",
            field=models.CharField(
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
                verbose_name="way",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="contactroute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
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
                name="route_has_a_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactroute",
            constraint=models.CheckConstraint(
                condition=models.Q(("monitored__in", ["", "yes", "no", "unknown"])),
                name="route_says_whether_it_is_watched",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactroute",
            constraint=models.CheckConstraint(
                condition=models.Q(("initiator__in", ["", "service", "victim_only"])), name="route_says_who_may_begin"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactroute",
            constraint=models.CheckConstraint(
                condition=models.Q(("voicemail__in", ["", "none", "neutral_only", "full"])),
                name="route_has_a_known_rule_for_voicemail",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactroute",
            constraint=models.CheckConstraint(
                condition=models.Q(("caller_id__in", ["", "withheld", "show"])),
                name="route_has_a_known_rule_for_our_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactroute",
            constraint=models.CheckConstraint(
                condition=models.Q(("letters__in", ["", "never", "plain_envelope", "collect_at_hub"])),
                name="route_has_a_known_rule_for_letters",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactroute",
            constraint=models.CheckConstraint(
                condition=models.Q(("knows__in", ["", "yes", "no", "unknown"])),
                name="route_says_whether_the_trusted_person_knows",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactroute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "letter"), _negated=True), ("value__isnull", True), _connector="OR"
                ),
                name="route_by_letter_holds_no_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactroute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("safety", "safe"), _negated=True), ("expires_at__isnull", False), _connector="OR"
                ),
                name="route_is_safe_only_for_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactroute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_at__isnull", True), ("expires_at__gt", models.F("confirmed_at")), _connector="OR"
                ),
                name="route_expires_after_it_was_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactroute",
            constraint=models.CheckConstraint(
                condition=RawSQL(
                    "(value IS NULL OR (substring(value from 1 for 1) = '\\x01'::bytea AND octet_length(value) > 29)) AND (e164 IS NULL OR (substring(e164 from 1 for 1) = '\\x01'::bytea AND octet_length(e164) > 29)) AND (when_safe IS NULL OR (substring(when_safe from 1 for 1) = '\\x01'::bytea AND octet_length(when_safe) > 29)) AND (note IS NULL OR (substring(note from 1 for 1) = '\\x01'::bytea AND octet_length(note) > 29)) AND (code_word IS NULL OR (substring(code_word from 1 for 1) = '\\x01'::bytea AND octet_length(code_word) > 29)) AND (our_word IS NULL OR (substring(our_word from 1 for 1) = '\\x01'::bytea AND octet_length(our_word) > 29)) AND (windows IS NULL OR (substring(windows from 1 for 1) = '\\x01'::bytea AND octet_length(windows) > 29)) AND (never_times IS NULL OR (substring(never_times from 1 for 1) = '\\x01'::bytea AND octet_length(never_times) > 29)) AND (who_may_answer IS NULL OR (substring(who_may_answer from 1 for 1) = '\\x01'::bytea AND octet_length(who_may_answer) > 29)) AND (who_must_not IS NULL OR (substring(who_must_not from 1 for 1) = '\\x01'::bytea AND octet_length(who_must_not) > 29)) AND (if_other_answers IS NULL OR (substring(if_other_answers from 1 for 1) = '\\x01'::bytea AND octet_length(if_other_answers) > 29))",
                    [],
                    output_field=models.BooleanField(),
                ),
                name="route_is_sealed_where_it_locates",
            ),
        ),
    ]
