"""Agencies hand in to the front door, and follow what they handed in."""

import casework.models.references
import casework.models.sealed
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_other_areas_and_news"),
        ("casework", "0042_passed_on_to_another_area"),
        ("referrals", "0009_information_is_asked_for"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HandIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reference",
                    models.CharField(
                        default=casework.models.references.new_reference, editable=False, max_length=13, unique=True
                    ),
                ),
                ("begun_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True, verbose_name="to be received by")),
                ("borough", models.CharField(blank=True, max_length=100, verbose_name="where they live")),
                ("received_at", models.DateTimeField(null=True)),
                ("question", casework.models.sealed.SealedText(verbose_name="what is asked back")),
                ("asked_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "kept_here",
                    models.CharField(blank=True, max_length=300, verbose_name="why it is not passed on to its area"),
                ),
                (
                    "told",
                    models.CharField(
                        choices=[
                            ("not_received", "Not yet received: it is still yours"),
                            ("received", "Received"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined by the service that was asked: the front door looks for another"),
                            ("engaged", "Accepted, and in touch with them"),
                            ("not_engaged", "Accepted, and not in touch with them"),
                            ("closed", "Closed"),
                        ],
                        default="not_received",
                        max_length=20,
                        verbose_name="what they heard last",
                    ),
                ),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        help_text="Who handed it in.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.agency",
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
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="hand_in", to="casework.case"
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "hand-in",
                "permissions": [
                    ("view_hand_in", "Follow what was handed in to the front door"),
                    ("hand_in", "Hand something in to the front door"),
                    ("take_hand_in", "Receive what was handed in, and ask back"),
                    ("tell_hander_in", "Tell whoever handed something in how it stands"),
                ],
                "default_permissions": (),
                "indexes": [models.Index(fields=["agency", "-begun_at", "-id"], name="hand_in_of_agency")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "told__in",
                                [
                                    "not_received",
                                    "received",
                                    "accepted",
                                    "declined",
                                    "engaged",
                                    "not_engaged",
                                    "closed",
                                ],
                            )
                        ),
                        name="hand_in_was_told_of_a_known_standing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("due_at__isnull", True),
                                ("sent_at__isnull", True),
                                ("sent_by__isnull", True),
                                ("told_at__isnull", True),
                            ),
                            models.Q(
                                ("due_at__isnull", False),
                                ("sent_at__isnull", False),
                                ("sent_by__isnull", False),
                                ("told_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="hand_in_is_sent_when_by_whom_and_to_be_received_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("received_at__isnull", True), ("received_by__isnull", True)),
                            models.Q(
                                ("received_at__isnull", False),
                                ("received_by__isnull", False),
                                ("sent_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="hand_in_is_received_after_it_was_sent_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked_at__isnull", True), ("asked_by__isnull", True)),
                            models.Q(
                                ("asked_at__isnull", False), ("asked_by__isnull", False), ("received_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="hand_in_is_asked_about_by_who_received_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("asked_at__lte", models.F("answered_at")),
                            ),
                            _connector="OR",
                        ),
                        name="hand_in_is_answered_after_it_was_asked_about",
                    ),
                    models.CheckConstraint(
                        condition=RawSQL(
                            "(question IS NULL OR (substring(question from 1 for 1) = '\\x01'::bytea AND octet_length(question) > 29))",
                            [],
                            output_field=models.BooleanField(),
                        ),
                        name="hand_in_question_is_sealed",
                    ),
                ],
            },
        ),
    ]
