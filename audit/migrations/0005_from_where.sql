-- From which network, as a code, and for which agency the database let its writer in. Both may be empty, and those of
-- older events are.
ALTER TABLE audit_event ADD COLUMN network text, ADD COLUMN acting_for_id bigint;

-- Nobody chooses when, in which transaction, by whom or for whom an event was written.
CREATE OR REPLACE FUNCTION audit_stamped_by_the_database() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.at, NEW.xid, NEW.db_user) IS DISTINCT FROM (now(), pg_current_xact_id(), session_user::text)
        OR NEW.acting_for_id IS NOT NULL
    THEN
        RAISE EXCEPTION 'time, transaction, database user and acting agency of an event are set by the database'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.acting_for_id := nullif(current_setting('app.agency_id', true), '')::bigint;
    RETURN NEW;
END $$;
