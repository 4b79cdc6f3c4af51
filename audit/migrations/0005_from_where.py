"""An event says from which network it came, as a code, and for which agency its writer acted."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "0005_from_where.sql").read_text()
REVERSE = """
CREATE OR REPLACE FUNCTION audit_stamped_by_the_database() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.at, NEW.xid, NEW.db_user) IS DISTINCT FROM (now(), pg_current_xact_id(), session_user::text) THEN
        RAISE EXCEPTION 'time, transaction and database user of an event are set by the database'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
ALTER TABLE audit_event DROP COLUMN network, DROP COLUMN acting_for_id;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_checkpoints")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
