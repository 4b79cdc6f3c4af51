"""What waits belongs to somebody who is there: what is given, at the same moment, to a worker who leaves, passes on."""

from django.db import migrations

# The trigger's argument names the column with the agency whose work it is. Asked at commit: who is just leaving is
# waited for, and who leaves waits for us, and then passes on what we gave. To the duty queue, which of a sealed case is
# nobody whom the seal names: there, to one of those. Definer: whoever gives it need not see who is named.
SQL = """
CREATE FUNCTION casework_owner_is_there() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given jsonb := to_jsonb(NEW);
    the_agency bigint := (given ->> TG_ARGV[0])::bigint;
    the_case bigint := coalesce(given ->> 'case_id', given ->> 'id')::bigint;
    heir bigint;
BEGIN
    PERFORM 1 FROM accounts_user WHERE id = NEW.owner_id AND is_active AND agency_id = the_agency FOR SHARE;
    IF FOUND THEN
        RETURN NULL;
    END IF;
    SELECT s.worker_id INTO heir FROM casework_sealmember s JOIN accounts_user u ON u.id = s.worker_id
    WHERE s.case_id = the_case AND s.ended_at IS NULL AND u.is_active AND u.agency_id = the_agency
    ORDER BY s.id LIMIT 1;
    EXECUTE format('UPDATE %I SET owner_id = $1 WHERE id = $2 AND owner_id = $3', TG_TABLE_NAME)
        USING heir, (given ->> 'id')::bigint, NEW.owner_id;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_workers_join_and_leave"),
        ("casework", "0016_a_walled_off_workstream"),
    ]
    operations = [
        migrations.AlterModelOptions(
            name="case",
            options={
                "default_permissions": (),
                "permissions": [
                    ("view_case", "Know that the case exists"),
                    ("hold_case", "Hold the case: every category"),
                    ("view_identity", "See who it is about"),
                    ("view_contact_details", "See safe contact details"),
                    ("view_location", "See addresses and places"),
                    ("view_incident", "See what happened"),
                    ("view_risk", "See risk"),
                    ("view_narrative", "See contact notes"),
                    ("view_household", "See children and others at home"),
                    ("view_alleged", "See the alleged perpetrator"),
                    ("view_needs", "See support needs"),
                    ("open_case", "Open a case from an intake"),
                    ("judge_risk", "Judge the level of risk"),
                    ("complete_step", "Settle a next step"),
                    ("answer_step", "Settle the next step of another agency that waits for one's own"),
                    ("hand_over_work", "Pass on what somebody leaves behind"),
                    ("import_burglaries", "Take in published burglaries"),
                    ("load_reference", "Load reference data"),
                    ("attach_victims", "Attach invented victims, in a demonstration"),
                ],
            },
        ),
        migrations.RunSQL(SQL, "DROP FUNCTION casework_owner_is_there() CASCADE"),
    ]
