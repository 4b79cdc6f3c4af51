"""A seal names two workers or more who are there, one of them with a supervisor's powers."""

from django.db import migrations

# The trigger's arguments are the roles with a supervisor's powers. It stands on the seals' own table, and on that of
# workers, who leave or change their role. Definer: whoever changes a worker need not see the case.
SQL = """
CREATE FUNCTION casework_seal_is_held() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM casework_sealmember s JOIN accounts_user u ON u.id = s.worker_id
        WHERE s.ended_at IS NULL AND s.case_id IN (
            SELECT m.case_id FROM casework_sealmember m WHERE m.ended_at IS NULL
              AND CASE TG_TABLE_NAME WHEN 'accounts_user' THEN m.worker_id = (to_jsonb(NEW) ->> 'id')::bigint
                                     ELSE m.case_id = (to_jsonb(NEW) ->> 'case_id')::bigint END)
        GROUP BY s.case_id
        HAVING count(*) FILTER (WHERE u.is_active) < 2
            OR count(*) FILTER (WHERE u.is_active AND u.role = ANY (TG_ARGV)) = 0)
    THEN
        RAISE EXCEPTION 'a seal names two workers or more, one of them a supervisor'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'seal_names_two_workers_and_a_supervisor';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0006_emergency_access")]
    operations = [migrations.RunSQL(SQL, "DROP FUNCTION casework_seal_is_held() CASCADE")]
