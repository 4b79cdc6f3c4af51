"""What other apps' tables are guarded with, too: what was said once is not taken back."""

from django.db import migrations

# The trigger's arguments name the columns. What is empty may be filled in, once.
SQL = """
CREATE FUNCTION audit_said_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
    said text;
BEGIN
    FOREACH said IN ARRAY TG_ARGV LOOP
        IF coalesce(before ->> said, '') <> '' AND before -> said <> after -> said THEN
            RAISE EXCEPTION '% of % is said once', said, TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'what_is_said_once_stays';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_guards")]
    operations = [migrations.RunSQL(SQL, "DROP FUNCTION audit_said_once() CASCADE")]
