"""Files are attached to cases, cleaned and sealed."""

import casework.models.sealed
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0037_safety_plans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("identity", "identity"),
                            ("contact", "contact"),
                            ("location", "location"),
                            ("incident", "incident"),
                            ("risk", "risk"),
                            ("narrative", "narrative"),
                            ("household", "household"),
                            ("alleged", "alleged"),
                            ("needs", "needs"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("jpeg", "Picture (JPEG)"),
                            ("png", "Picture (PNG)"),
                            ("pdf", "Document (PDF)"),
                            ("text", "Plain text"),
                        ],
                        max_length=10,
                        verbose_name="kind of file",
                    ),
                ),
                ("title", casework.models.sealed.SealedText(verbose_name="what it is")),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("digest", models.CharField(max_length=64)),
                (
                    "scanned",
                    models.CharField(
                        choices=[
                            ("not_scanned", "Not scanned yet: nobody outside can open it"),
                            ("clean", "Nothing harmful was found"),
                            ("harmful", "Harmful: nobody can open it"),
                        ],
                        max_length=12,
                        verbose_name="scanned",
                    ),
                ),
                ("scanned_at", models.DateTimeField(null=True)),
                ("content", casework.models.sealed.SealedBytes(verbose_name="the file")),
                ("added_at", models.DateTimeField(verbose_name="added")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="casework.case"
                    ),
                ),
            ],
            options={
                "permissions": [
                    ("view_attachment", "See which files are attached, and open them"),
                    ("add_attachment", "Attach a file"),
                    ("scan_attachment", "Have a file scanned again"),
                ],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "category__in",
                                (
                                    "identity",
                                    "contact",
                                    "location",
                                    "incident",
                                    "risk",
                                    "narrative",
                                    "household",
                                    "alleged",
                                    "needs",
                                ),
                            )
                        ),
                        name="attachment_is_of_a_known_category",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "jpeg",
                                    "png",
                                    "pdf",
                                    "text",
                                ],
                            )
                        ),
                        name="attachment_is_of_a_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "scanned__in",
                                [
                                    "not_scanned",
                                    "clean",
                                    "harmful",
                                ],
                            )
                        ),
                        name="attachment_is_scanned_or_not",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scanned", "not_scanned"), ("scanned_at__isnull", True)),
                            models.Q(
                                models.Q(("scanned", "not_scanned"), _negated=True),
                                ("scanned_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="attachment_that_is_scanned_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("content__isnull", False), ("title__isnull", False)),
                        name="attachment_has_content_and_a_title",
                    ),
                    models.CheckConstraint(
                        condition=RawSQL(
                            "(content IS NULL OR (substring(content from 1 for 1) = '\\x01'::bytea AND octet_length(content) > 29)) AND (title IS NULL OR (substring(title from 1 for 1) = '\\x01'::bytea AND octet_length(title) > 29))",
                            [],
                            output_field=models.BooleanField(),
                        ),
                        name="attachment_is_sealed",
                    ),
                ],
            },
        ),
    ]
