-- A change without an event of the same transaction is refused at commit, even from a shell. The event must be
-- about the same case where the row belongs to one: the trigger's argument names the column that holds it, and
-- is empty where there is none. Definer, so that it can read the log whoever writes.
CREATE FUNCTION audit_required() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    changed jsonb := to_jsonb(COALESCE(NEW, OLD));
    the_case bigint := (changed ->> NULLIF(TG_ARGV[0], ''))::bigint;
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM audit_event
        WHERE at = now() AND xid = pg_current_xact_id() AND (the_case IS NULL OR case_id = the_case))
    THEN
        RAISE EXCEPTION 'a change of % needs its event', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'change_needs_its_event';
    END IF;
    RETURN NULL;
END $$;

DROP INDEX audit_event_xid;
CREATE INDEX audit_event_xid ON audit_event (xid, case_id);

-- Any status changes only along its table of transitions: the arguments are "from>to" pairs.
CREATE FUNCTION audit_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> OLD.status AND NOT (OLD.status || '>' || NEW.status) = ANY (TG_ARGV) THEN
        RAISE EXCEPTION 'no verb leads from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'status_changes_along_its_table';
    END IF;
    RETURN NEW;
END $$;

-- Nobody empties the log either. A partition can be addressed by itself, so the guard stands on each.
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE OR REPLACE FUNCTION audit_make_partition(month date) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    name text := 'audit_event_' || to_char(month, 'YYYY_MM');
BEGIN
    IF to_regclass('public.' || name) IS NULL THEN
        EXECUTE format('CREATE TABLE public.%I PARTITION OF public.audit_event FOR VALUES FROM (%L) TO (%L)',
                       name, month::timestamp AT TIME ZONE 'UTC',
                       (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
    END IF;
    EXECUTE format('CREATE OR REPLACE TRIGGER audit_never_emptied BEFORE TRUNCATE ON public.%I
                    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()', name);
END $$;

-- Definer: the worker makes them ahead, and may make no other table.
CREATE OR REPLACE FUNCTION audit_make_partitions(ahead int) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT audit_make_partition((date_trunc('month', now() AT TIME ZONE 'UTC') + n * interval '1 month')::date)
    FROM generate_series(0, least(ahead, 36)) AS n;
$$;

SELECT audit_make_partitions(13);
