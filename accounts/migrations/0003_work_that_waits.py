"""Notices, the permissions of upkeep, and what the arguments of jobs may be."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# The library's own table: whoever puts work off, by whatever way, leaves no value there. The pattern is audit.log.CODE.
ONLY_IDS_AND_CODES = """
ALTER TABLE procrastinate_jobs ADD CONSTRAINT job_is_given_only_ids_and_codes CHECK (NOT jsonb_path_exists(
    args, '$.** ? (@.type() == "string" && !(@ like_regex "^[a-z][a-z0-9_.:-]{0,59}$"))'
))
"""
ANYTHING = "ALTER TABLE procrastinate_jobs DROP CONSTRAINT job_is_given_only_ids_and_codes"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_once_only"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.CreateModel(
            name="Upkeep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "permissions": [
                    ("rescue_jobs", "Put work back that a worker left behind when it died"),
                    ("purge_jobs", "Remove work that is done"),
                    ("make_partitions", "Make the log's partitions ahead"),
                    ("clear_sessions", "Remove sessions that have ended"),
                ],
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("referral_sent", "A referral to their agency waits for an answer"),
                            ("referral_accepted", "Their referral was accepted"),
                            ("referral_declined", "Their referral was declined"),
                        ],
                        max_length=30,
                    ),
                ),
                ("reference", models.CharField(max_length=13)),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "permissions": [("send_notice", "Send a notice")],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["referral_sent", "referral_accepted", "referral_declined"])),
                        name="notice_has_a_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reference__regex", "^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}$")),
                        name="notice_names_a_public_reference_and_nothing_else",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sent_at__isnull", True), ("dropped_at__isnull", True), _connector="OR"),
                        name="notice_is_sent_or_dropped",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ONLY_IDS_AND_CODES, ANYTHING),
    ]
