"""Two sides of one story: the pairs, what is judged of them, and the one who learns of them."""

import casework.models.references
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Whoever is named can be: a senior practitioner, who is there, of the front door of that partnership.
SQL = """
CREATE FUNCTION casework_senior_is_named() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM accounts_user u JOIN accounts_agency a ON a.id = u.agency_id
        WHERE u.id = NEW.worker_id AND u.is_active AND u.role = 'senior_practitioner'
          AND a.kind = 'front_door' AND a.partnership_id = NEW.partnership_id)
    THEN
        RAISE EXCEPTION 'only a senior practitioner of the front door is named'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'named_senior_is_one_of_the_front_door';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER named_senior_is_one_of_the_front_door BEFORE INSERT ON casework_namedsenior
    FOR EACH ROW EXECUTE FUNCTION casework_senior_is_named();
"""
REVERSE = """
DROP TRIGGER named_senior_is_one_of_the_front_door ON casework_namedsenior;
DROP FUNCTION casework_senior_is_named();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_audits_of_cases"),
        ("casework", "0014_names_are_found_by_their_sound"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TwoSided",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reference",
                    models.CharField(
                        default=casework.models.references.new_reference, editable=False, max_length=13, unique=True
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[
                            (
                                "victim_is_alleged",
                                "The victim of the first case is the alleged perpetrator of the second",
                            )
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "why",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None),
                ),
                ("found_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.case"
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.partnership"
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.case"
                    ),
                ),
                (
                    "told_to",
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
                    ("find_two_sides", "Find one person on both sides of a story"),
                    ("tell_of_two_sides", "Tell the named senior practitioner of two-sided cases"),
                    ("view_two_sides", "See the two-sided cases"),
                    ("judge_two_sides", "Write down what was found of two-sided cases"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SidesJudgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("different_people", "They are different people"),
                            ("primary_victim", "They are the primary victim: the other harms"),
                            ("not_primary_victim", "They are not the primary victim: they harm the other"),
                            ("not_clear_yet", "Not clear yet: both go on, kept apart"),
                        ],
                        max_length=30,
                    ),
                ),
                ("words", models.CharField(max_length=1000, verbose_name="why")),
                ("judged_at", models.DateTimeField()),
                (
                    "judged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="judgements", to="casework.twosided"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="NamedSenior",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("named_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "named_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.partnership"
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
                    ("view_senior_practitioner", "See who the named senior practitioner is"),
                    ("name_senior_practitioner", "Name the senior practitioner who learns of two-sided cases"),
                ],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("partnership",),
                        name="partnership_names_one_senior_practitioner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="naming_is_ended_when_and_by_whom_or_neither",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="twosided",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ["victim_is_alleged"])), name="pair_is_of_known_sides"
            ),
        ),
        migrations.AddConstraint(
            model_name="twosided",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("why__contained_by", ["same_person", "same_birth", "same_telephone", "each_names_the_other"]),
                    ("why__len__gt", 0),
                ),
                name="pair_has_known_reasons",
            ),
        ),
        migrations.AddConstraint(
            model_name="twosided",
            constraint=models.CheckConstraint(
                condition=models.Q(("first", models.F("second")), _negated=True), name="pair_is_of_two_cases"
            ),
        ),
        migrations.AddConstraint(
            model_name="twosided",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("told_at__isnull", True), ("told_to__isnull", True)),
                    models.Q(("told_at__isnull", False), ("told_to__isnull", False)),
                    _connector="OR",
                ),
                name="pair_is_told_when_and_to_whom_or_neither",
            ),
        ),
        migrations.AddConstraint(
            model_name="twosided",
            constraint=models.UniqueConstraint(fields=("first", "second", "side"), name="pair_is_found_once"),
        ),
        migrations.AddConstraint(
            model_name="sidesjudgement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finding__in", ["different_people", "primary_victim", "not_primary_victim", "not_clear_yet"])
                ),
                name="judgement_of_a_pair_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sidesjudgement",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="judgement_of_a_pair_says_why"
            ),
        ),
        migrations.RunSQL(SQL, REVERSE),
    ]
