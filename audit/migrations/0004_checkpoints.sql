-- What the log was, so far, at each seal. Written by the sealer alone, kept for ever, and copied outside.
CREATE TABLE audit_checkpoint (
    size bigint PRIMARY KEY,
    first bigint NOT NULL UNIQUE,
    at timestamptz NOT NULL,
    low bigint NOT NULL,
    high bigint NOT NULL,
    since timestamptz,
    root bytea NOT NULL,
    edge bytea NOT NULL,
    leaves bytea NOT NULL,
    note text NOT NULL,
    CONSTRAINT checkpoint_seals_something CHECK (first >= 0 AND size > first AND low >= 0 AND high > low),
    CONSTRAINT checkpoint_keeps_whole_hashes
        CHECK (length(root) = 32 AND length(edge) % 32 = 0 AND length(leaves) = 32 * (size - first))
);

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- Each goes on where the one before ended, in size and in transactions, so that there is no gap and no fork. Only
-- after a restore, in a server that counts transactions anew, it begins again at 0, with events since a moment.
CREATE FUNCTION audit_checkpoint_follows() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last record;
BEGIN
    SELECT size, high, since, at INTO last FROM audit_checkpoint ORDER BY size DESC LIMIT 1;
    IF NEW.first <> coalesce(last.size, 0)
        OR NOT ((NEW.low, NEW.since) IS NOT DISTINCT FROM (coalesce(last.high, 0), last.since)
                OR (NEW.low = 0 AND last.size IS NOT NULL
                    AND coalesce(NEW.since > coalesce(last.since, '-infinity'), false)))
    THEN
        RAISE EXCEPTION 'a checkpoint goes on where the one before ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'checkpoint_follows_the_one_before';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER checkpoint_follows_the_one_before BEFORE INSERT ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION audit_checkpoint_follows();

-- Since when something waits to be sealed; nothing, when all is. Definer: whoever raises the alarm reads no event.
CREATE FUNCTION audit_unsealed_since() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    WITH last AS (SELECT high, since FROM audit_checkpoint ORDER BY size DESC LIMIT 1)
    SELECT at FROM audit_event
    WHERE xid >= coalesce((SELECT high FROM last), 0)::text::xid8
      AND at > coalesce((SELECT since FROM last), '-infinity')
    ORDER BY xid LIMIT 1;
$$;

-- A month leaves the log's table, never the database. What a partition has from its parent, it gets for itself.
CREATE FUNCTION audit_detach_partition(month date) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    name text := 'audit_event_' || to_char(month, 'YYYY_MM');
    waits boolean;
BEGIN
    IF (month + interval '1 month 1 day')::timestamp AT TIME ZONE 'UTC' > now() THEN
        RAISE EXCEPTION '% is not over for a day', to_char(month, 'YYYY-MM') USING ERRCODE = 'check_violation';
    END IF;
    EXECUTE format('LOCK TABLE public.%I IN ACCESS EXCLUSIVE MODE', name);
    EXECUTE format('SELECT EXISTS (
        WITH last AS (SELECT high, since FROM public.audit_checkpoint ORDER BY size DESC LIMIT 1)
        SELECT 1 FROM public.%I WHERE xid >= coalesce((SELECT high FROM last), 0)::text::xid8
            AND at > coalesce((SELECT since FROM last), ''-infinity''))', name) INTO waits;
    IF waits THEN
        RAISE EXCEPTION 'events of % are not sealed', to_char(month, 'YYYY-MM') USING ERRCODE = 'check_violation';
    END IF;
    EXECUTE format('ALTER TABLE public.audit_event DETACH PARTITION public.%I', name);
    EXECUTE format('CREATE OR REPLACE TRIGGER audit_append_only BEFORE INSERT OR UPDATE OR DELETE ON public.%I
                    FOR EACH ROW EXECUTE FUNCTION audit_refuse()', name);
    EXECUTE format('CREATE OR REPLACE TRIGGER audit_never_emptied BEFORE TRUNCATE ON public.%I
                    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()', name);
END $$;
