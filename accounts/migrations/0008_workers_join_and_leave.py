"""Workers are invited, move and leave; an agency leaves."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

# A default that is new for each row gives everybody who is there one, without a change that would need its event.
PUBLIC_ID = """
ALTER TABLE accounts_user ADD COLUMN public_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid();
ALTER TABLE accounts_user ALTER COLUMN public_id DROP DEFAULT;
"""
# The trigger's argument names the column with the agency that gets somebody, or something. An agency that is just
# leaving is waited for. A worker who is ended gets nothing.
TAKES_PART = """
CREATE FUNCTION accounts_agency_takes_part() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given jsonb := to_jsonb(NEW);
BEGIN
    PERFORM 1 FROM accounts_agency WHERE id = (given ->> TG_ARGV[0])::bigint AND left_at IS NULL FOR SHARE;
    IF NOT FOUND AND coalesce((given ->> 'is_active')::boolean, true) THEN
        RAISE EXCEPTION 'an agency that has left gets nothing new'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agency_that_has_left_gets_nothing_new';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_the_seal_is_watched"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(max_length=100)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("caseworker", "Front-door caseworker"),
                            ("partner_worker", "Partner worker"),
                            ("supervisor", "Supervisor"),
                            ("senior_practitioner", "Senior practitioner"),
                            ("auditor", "Auditor"),
                            ("audit_lead", "Audit lead"),
                            ("agency_administrator", "Agency administrator"),
                            ("partnership_manager", "Partnership manager"),
                            ("service_account", "Service account"),
                            ("system", "System"),
                        ],
                        max_length=30,
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("taken_back_at", models.DateTimeField(null=True)),
            ],
            options={
                "permissions": [
                    ("invite_worker", "Invite a worker, and take an invitation back"),
                    ("send_invitation", "Send the mail of an invitation"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="agency",
            options={
                "default_permissions": (),
                "permissions": [
                    ("add_agency", "Add an agency"),
                    ("end_agency", "End an agency's part in the partnership"),
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="user",
            options={
                "default_permissions": (),
                "permissions": [
                    ("add_worker", "Add a worker"),
                    ("change_password", "Change one's own password"),
                    ("change_role", "Give a worker another role"),
                    ("end_worker", "End a worker's account"),
                    ("release_worker", "Let a worker move to another agency"),
                ],
            },
        ),
        migrations.AddField(
            model_name="agency",
            name="left_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="agency",
            name="left_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="goes_to",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="left_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="left_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="placed_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(PUBLIC_ID, "ALTER TABLE accounts_user DROP COLUMN public_id")],
            [
                migrations.AddField(
                    model_name="user",
                    name="public_id",
                    field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                )
            ],
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_at__isnull", True), ("left_by__isnull", True)),
                    models.Q(("left_at__isnull", False), ("left_by__isnull", False)),
                    _connector="OR",
                ),
                name="agency_has_left_when_and_by_whom_or_neither",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("left_at__isnull", True), models.Q(("kind", "front_door"), _negated=True), _connector="OR"
                ),
                name="agency_that_is_the_front_door_stays",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_at__isnull", True), ("left_by__isnull", True)),
                    models.Q(("is_active", False), ("left_at__isnull", False), ("left_by__isnull", False)),
                    _connector="OR",
                ),
                name="user_has_left_when_and_by_whom_or_is_there",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("goes_to__isnull", True), ("left_at__isnull", False), _connector="OR"),
                name="user_goes_elsewhere_after_leaving",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="taken_back_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="worker",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "caseworker",
                            "partner_worker",
                            "supervisor",
                            "senior_practitioner",
                            "auditor",
                            "audit_lead",
                            "agency_administrator",
                            "partnership_manager",
                            "service_account",
                            "system",
                        ],
                    )
                ),
                name="invitation_is_to_a_known_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("role", "system"), _negated=True), name="invitation_is_to_a_persons_role"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                name="invitation_email_is_lower_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at__isnull", True), ("worker__isnull", True)),
                    models.Q(("accepted_at__isnull", False), ("worker__isnull", False)),
                    _connector="OR",
                ),
                name="invitation_is_accepted_when_and_by_whom_or_neither",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("taken_back_at__isnull", True), ("taken_back_by__isnull", True)),
                    models.Q(("taken_back_at__isnull", False), ("taken_back_by__isnull", False)),
                    _connector="OR",
                ),
                name="invitation_is_taken_back_when_and_by_whom_or_neither",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepted_at__isnull", True), ("taken_back_at__isnull", True), _connector="OR"),
                name="invitation_is_accepted_or_taken_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at__isnull", True), ("taken_back_at__isnull", True)),
                fields=("agency", "email"),
                name="invitation_is_one_at_a_time",
            ),
        ),
        migrations.RunSQL(TAKES_PART, "DROP FUNCTION accounts_agency_takes_part() CASCADE"),
    ]
