"""Bars are proposed: which worker is like whom in a case, and what workers declared of themselves."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


# A name without case, accents and signs, its parts in alphabetical order; the index follows whoever writes a name.
SQL = r"""
CREATE FUNCTION staff_folded(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(word, ' ' ORDER BY word COLLATE "C")
    FROM regexp_split_to_table(
        lower(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f''\u2019]', '', 'g')), '[[:space:][:punct:]]+') AS word
    WHERE word <> ''
$$;
CREATE INDEX user_folded_name ON accounts_user (staff_folded(name));
"""
BACK = "DROP FUNCTION staff_folded(text) CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0019_who_must_not_see_a_case"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(SQL, BACK),
        migrations.CreateModel(
            name="BarProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "why",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None),
                ),
                ("proposed_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "dismissed",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("another_person", "It is somebody else with the same name, number or address"),
                            ("no_conflict", "It is them, and that stands in nobody's way"),
                            ("kept_otherwise", "They are kept from the case in another way"),
                        ],
                        max_length=20,
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
                    "bar",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.bar"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bar_proposals", to="casework.case"
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "permissions": [
                    ("view_proposals", "See which bars are proposed"),
                    ("answer_proposal", "Answer a proposed bar"),
                    ("propose_bar", "Propose a bar"),
                ],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "why__contained_by",
                                [
                                    "victim_name",
                                    "victim_telephone",
                                    "victim_address",
                                    "alleged_name",
                                    "alleged_telephone",
                                    "alleged_address",
                                    "child_name",
                                    "child_telephone",
                                    "child_address",
                                    "witness_name",
                                    "witness_telephone",
                                    "witness_address",
                                    "referrer_name",
                                    "referrer_telephone",
                                    "referrer_address",
                                    "participant_name",
                                    "participant_telephone",
                                    "participant_address",
                                ],
                            ),
                            ("why__len__gt", 0),
                        ),
                        name="bar_proposal_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("dismissed__in", ["another_person", "no_conflict", "kept_otherwise", ""])),
                        name="bar_proposal_is_dismissed_for_a_known_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                                ("bar__isnull", True),
                                ("dismissed", ""),
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                models.Q(
                                    models.Q(("bar__isnull", False), ("dismissed", "")),
                                    models.Q(("bar__isnull", True), models.Q(("dismissed", ""), _negated=True)),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="bar_proposal_is_answered_by_a_bar_or_a_dismissal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_by__isnull", True),
                            models.Q(("answered_by", models.F("worker")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_answers_a_bar_proposed_of_themselves",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("case", "worker"),
                        name="bar_proposal_is_open_once_for_each",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("telephone", "Telephone number"), ("address", "Address")], max_length=10
                    ),
                ),
                ("mark", models.BinaryField()),
                ("declared_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "permissions": [("declare_mark", "Declare a telephone number or an address of one's own")],
                "default_permissions": (),
                "indexes": [
                    models.Index(condition=models.Q(("withdrawn_at__isnull", True)), fields=["mark"], name="staff_mark")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["telephone", "address"])), name="staff_mark_has_a_known_kind"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("worker", "mark"),
                        name="staff_mark_is_declared_once",
                    ),
                ],
            },
        ),
    ]
