-- What every record of a case held, each time it came or changed: one row for each, as JSON, in the transaction that
-- changed it. Sealed columns stand in it as they stand in their table: encrypted. Which tables are kept, and who may
-- see which version, is made after each migrate: config/guards.py, config/lock.
CREATE TABLE casework_recordversion (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    act text NOT NULL CONSTRAINT version_says_what_was_done CHECK (act IN ('added', 'changed', 'removed', 'found')),
    record text NOT NULL,
    row_id bigint NOT NULL,
    case_id bigint NOT NULL,
    held jsonb NOT NULL
);

CREATE INDEX record_version_of_case ON casework_recordversion (case_id, record, row_id, id);

-- Nobody changes, removes or empties them.
CREATE TRIGGER versions_are_kept BEFORE UPDATE OR DELETE ON casework_recordversion
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER versions_are_never_emptied BEFORE TRUNCATE ON casework_recordversion
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- Arguments: the column that names the case, or the record whose case it is; that record's table, if so; and the
-- columns that are left out. Definer: no login adds a version by itself, and none leaves one out. Times are written in
-- UTC, so that what is the same reads the same.
CREATE FUNCTION casework_keep_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    holds jsonb := to_jsonb(COALESCE(NEW, OLD)) - TG_ARGV[2]::text[];
    the_case bigint := (holds ->> TG_ARGV[0])::bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NULL;
    END IF;
    IF TG_ARGV[1] <> '' THEN
        EXECUTE format('SELECT case_id FROM public.%I WHERE id = $1', TG_ARGV[1]) INTO the_case USING the_case;
    END IF;
    INSERT INTO casework_recordversion (act, record, row_id, case_id, held)
    VALUES (CASE TG_OP WHEN 'INSERT' THEN 'added' WHEN 'UPDATE' THEN 'changed' ELSE 'removed' END,
            TG_TABLE_NAME, (holds ->> 'id')::bigint, the_case, holds);
    RETURN NULL;
END $$;
