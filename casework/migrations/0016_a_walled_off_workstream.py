"""The workstream for people who want to change their behaviour, and the wall around it."""

from django.conf import settings
from django.db import migrations, models


# Which side of the wall a case is on follows from who holds it: that of the service for people who want to change their
# behaviour, or everybody else's. Definer: who is let in does not see the case yet.
SQL = """
CREATE FUNCTION casework_is_across(the_case bigint, the_agency bigint) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (holder.kind = 'behaviour') <> (other.kind = 'behaviour')
    FROM casework_case c JOIN accounts_agency holder ON holder.id = c.agency_id, accounts_agency other
    WHERE c.id = the_case AND other.id = the_agency
$$;

CREATE FUNCTION casework_nothing_crosses() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    said jsonb := to_jsonb(NEW);
    the_case bigint := coalesce(said ->> 'case_id', said ->> 'content_object_id')::bigint;
    the_agency bigint := CASE TG_TABLE_NAME
        WHEN 'casework_groupgrant' THEN (SELECT id FROM accounts_agency WHERE group_id = (said ->> 'group_id')::int)
        WHEN 'casework_sharingdecision' THEN (said ->> 'recipient_id')::bigint
        WHEN 'casework_emergencyaccess' THEN
            (SELECT agency_id FROM accounts_user WHERE id = (said ->> 'worker_id')::bigint)
        ELSE (SELECT agency_id FROM referrals_service WHERE id = (said ->> 'service_id')::bigint) END;
BEGIN
    IF casework_is_across(the_case, the_agency) THEN
        RAISE EXCEPTION 'nothing crosses the wall'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_crosses_the_wall';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER nothing_crosses_the_wall BEFORE INSERT ON casework_groupgrant
    FOR EACH ROW EXECUTE FUNCTION casework_nothing_crosses();
CREATE TRIGGER nothing_crosses_the_wall BEFORE INSERT ON casework_sharingdecision
    FOR EACH ROW EXECUTE FUNCTION casework_nothing_crosses();
CREATE TRIGGER nothing_crosses_the_wall BEFORE INSERT ON casework_emergencyaccess
    FOR EACH ROW EXECUTE FUNCTION casework_nothing_crosses();

-- At commit, because a contact says what kind of case it is before the case changes hands.
CREATE FUNCTION casework_case_keeps_to_its_side() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM casework_case c JOIN accounts_agency a ON a.id = c.agency_id
        WHERE c.id = NEW.id AND c.kind <> '' AND (c.kind = 'behaviour') <> (a.kind = 'behaviour'))
    OR EXISTS (
        SELECT 1 FROM casework_groupgrant g JOIN accounts_agency a ON a.group_id = g.group_id
        WHERE g.content_object_id = NEW.id AND casework_is_across(NEW.id, a.id)
          AND (g.valid_until IS NULL OR g.valid_until > statement_timestamp()))
    THEN
        RAISE EXCEPTION 'a case keeps to its side of the wall'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_keeps_to_its_side_of_the_wall';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER case_keeps_to_its_side_of_the_wall
    AFTER INSERT OR UPDATE OF kind, agency_id ON casework_case DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION casework_case_keeps_to_its_side();
"""
REVERSE = """
DROP TRIGGER case_keeps_to_its_side_of_the_wall ON casework_case;
DROP TRIGGER nothing_crosses_the_wall ON casework_emergencyaccess;
DROP TRIGGER nothing_crosses_the_wall ON casework_sharingdecision;
DROP TRIGGER nothing_crosses_the_wall ON casework_groupgrant;
DROP FUNCTION casework_case_keeps_to_its_side(), casework_nothing_crosses(), casework_is_across(bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_the_senior_and_the_wall"),
        ("casework", "0015_two_sides"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="case",
            name="case_has_a_known_kind",
        ),
        migrations.RemoveConstraint(
            model_name="contact",
            name="contact_is_about_a_known_kind",
        ),
        migrations.RemoveConstraint(
            model_name="party",
            name="party_has_a_known_role",
        ),
        migrations.RemoveConstraint(
            model_name="twosided",
            name="pair_is_of_known_sides",
        ),
        migrations.AlterField(
            model_name="case",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("domestic_abuse", "Domestic abuse"),
                    ("burglary", "Burglary"),
                    ("other", "Other"),
                    ("behaviour", "Help for somebody who wants to change their own behaviour"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="contact",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("domestic_abuse", "Domestic abuse"),
                    ("burglary", "Burglary"),
                    ("other", "Other"),
                    ("behaviour", "Help for somebody who wants to change their own behaviour"),
                ],
                max_length=20,
                verbose_name="what it is about",
            ),
        ),
        migrations.AlterField(
            model_name="party",
            name="role",
            field=models.CharField(
                choices=[
                    ("victim", "Victim"),
                    ("alleged", "Alleged perpetrator"),
                    ("child", "Child"),
                    ("witness", "Witness"),
                    ("referrer", "Referrer"),
                    ("participant", "Person who wants to change"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="twosided",
            name="side",
            field=models.CharField(
                choices=[
                    ("victim_is_alleged", "The victim of the first case is the alleged perpetrator of the second"),
                    ("victim_wants_to_change", "The victim of the first case asked elsewhere for help to change"),
                    (
                        "alleged_wants_to_change",
                        "The alleged perpetrator of the first case asked elsewhere for help to change",
                    ),
                ],
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["", "domestic_abuse", "burglary", "other", "behaviour"])),
                name="case_has_a_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["", "domestic_abuse", "burglary", "other", "behaviour"])),
                name="contact_is_about_a_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["victim", "alleged", "child", "witness", "referrer", "participant"])),
                name="party_has_a_known_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="twosided",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("side__in", ["victim_is_alleged", "victim_wants_to_change", "alleged_wants_to_change"])
                ),
                name="pair_is_of_known_sides",
            ),
        ),
        migrations.RunSQL(SQL, REVERSE),
    ]
