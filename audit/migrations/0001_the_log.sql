CREATE TABLE audit_event (
    id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    db_user text NOT NULL DEFAULT session_user,
    actor_id bigint,
    agency_id bigint,
    action text NOT NULL CHECK (action <> ''),
    outcome text NOT NULL CONSTRAINT event_has_a_known_outcome
        CHECK (outcome IN ('allowed', 'refused', 'not_found', 'failed')),
    reason text NOT NULL,
    purpose text NOT NULL,
    subject_type text NOT NULL,
    subject_id bigint,
    case_id bigint,
    categories text[] NOT NULL,
    shown_ids bigint[] NOT NULL,
    is_deliberate boolean NOT NULL,
    detail jsonb NOT NULL,
    request_id uuid,
    door text NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);

CREATE INDEX audit_event_xid ON audit_event (xid);
CREATE INDEX audit_event_case ON audit_event (case_id, at) WHERE case_id IS NOT NULL;
CREATE INDEX audit_event_shown ON audit_event USING gin (shown_ids) WHERE shown_ids <> '{}';
CREATE INDEX audit_event_actor ON audit_event (actor_id, at);

-- Nobody chooses when, in which transaction or by whom an event was written.
CREATE FUNCTION audit_stamped_by_the_database() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.at, NEW.xid, NEW.db_user) IS DISTINCT FROM (now(), pg_current_xact_id(), session_user::text) THEN
        RAISE EXCEPTION 'time, transaction and database user of an event are set by the database'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_stamped BEFORE INSERT ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_stamped_by_the_database();

-- Nobody changes or removes one.
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();

-- Partitions are named for their month and begin at midnight UTC.
CREATE FUNCTION audit_make_partition(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text := 'audit_event_' || to_char(month, 'YYYY_MM');
BEGIN
    IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF audit_event FOR VALUES FROM (%L) TO (%L)',
                       name, month::timestamp AT TIME ZONE 'UTC',
                       (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
    END IF;
END $$;

CREATE FUNCTION audit_make_partitions(ahead int) RETURNS void LANGUAGE sql AS $$
    SELECT audit_make_partition((date_trunc('month', now() AT TIME ZONE 'UTC') + n * interval '1 month')::date)
    FROM generate_series(0, ahead) AS n;
$$;

SELECT audit_make_partitions(13);
