CREATE OR REPLACE FUNCTION audit_required() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    changed jsonb := to_jsonb(COALESCE(NEW, OLD));
    the_case bigint := (changed ->> NULLIF(TG_ARGV[0], ''))::bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS > 1 AND changed - TG_ARGV[1]::text[] = to_jsonb(OLD) - TG_ARGV[1]::text[] THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM audit_event
        WHERE at = now() AND xid = pg_current_xact_id() AND (the_case IS NULL OR case_id = the_case))
    THEN
        RAISE EXCEPTION 'a change of % needs its event', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'change_needs_its_event';
    END IF;
    RETURN NULL;
END $$;
