"""A refusal of somebody to whom the case is shut, by a bar or a seal, is marked as an attempt when it is written."""

from django.db import migrations

# By the database, because whoever writes it may not know that there is a bar: the program asks and writes the same for
# a case that is shut as for none. `shut_to` comes with the second lock, after this; until then nothing is refused.
SQL = """
CREATE FUNCTION casework_attempt_is_marked() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce(NEW.case_id, 0) = ANY (shut_to(NEW.actor_id)) THEN
        NEW.reason := 'shut';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER attempt_is_marked BEFORE INSERT ON audit_event FOR EACH ROW
    WHEN (NEW.outcome IN ('refused', 'not_found')) EXECUTE FUNCTION casework_attempt_is_marked();

CREATE INDEX audit_event_attempts ON audit_event (at, id) WHERE reason = 'shut';
"""
BACK = "DROP INDEX audit_event_attempts; DROP FUNCTION casework_attempt_is_marked() CASCADE"


class Migration(migrations.Migration):
    dependencies = [("casework", "0017_owners_are_there"), ("audit", "0003_what_is_said_once")]
    operations = [migrations.RunSQL(SQL, BACK)]
