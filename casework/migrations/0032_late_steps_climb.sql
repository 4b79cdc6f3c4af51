-- A step that nobody owns is on duty, until somebody owns it who is not late; and it is urgent when it is due where nobody said earlier.
CREATE FUNCTION casework_step_is_on_duty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.urgent_at := coalesce(NEW.urgent_at, NEW.due_at);
    IF NEW.owner_id IS NULL AND NEW.rung = 'worker' THEN
        NEW.rung := 'duty';
    ELSIF TG_OP = 'UPDATE' AND NEW.rung = 'duty' AND OLD.owner_id IS NULL AND NEW.owner_id IS NOT NULL
          AND NEW.due_at > statement_timestamp() THEN
        NEW.rung := 'worker';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER step_without_an_owner_goes_on_duty BEFORE INSERT OR UPDATE ON casework_nextstep
    FOR EACH ROW EXECUTE FUNCTION casework_step_is_on_duty();

-- The late steps whose time to climb has come, whoever holds their cases: ids only. For the system, who lets them climb.
CREATE FUNCTION steps_that_climb(the_moment timestamptz) RETURNS TABLE (step bigint, of_case bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT id, case_id FROM casework_nextstep WHERE done_at IS NULL AND climbs_at <= the_moment
    ORDER BY climbs_at, id LIMIT 500
$$;
