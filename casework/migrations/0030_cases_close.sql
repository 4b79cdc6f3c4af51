-- A case that is closed says how it ended, and somebody else agreed where it must not rest on one person; and nobody
-- waits in it. Asked at commit, of both tables. Definer: whoever settles a step may not see the others.
CREATE FUNCTION casework_closed_case_is_at_rest() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    the_case bigint;
    closed timestamptz;
    is_high boolean;
BEGIN
    IF TG_TABLE_NAME = 'casework_case' THEN the_case := NEW.id; ELSE the_case := NEW.case_id; END IF;
    SELECT closed_at INTO closed FROM casework_case WHERE id = the_case AND status = 'closed' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT 1 FROM casework_nextstep WHERE case_id = the_case AND done_at IS NULL) THEN
        RAISE EXCEPTION 'somebody still waits in a closed case'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_that_is_closed_keeps_nobody_waiting';
    END IF;
    is_high := (SELECT level = 'high' FROM casework_risklevel WHERE case_id = the_case
                ORDER BY judged_at DESC, id DESC LIMIT 1);
    IF NOT EXISTS (
        SELECT 1 FROM casework_closing
        WHERE case_id = the_case AND agreed AND answered_at = closed
          AND (needs_second OR NOT (coalesce(is_high, false) OR outcome = 'unreachable')))
    THEN
        RAISE EXCEPTION 'a case closes with an outcome, and with a second person where one is needed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_that_is_closed_says_how_and_who_agreed';
    END IF;
    IF EXISTS (SELECT 1 FROM casework_case WHERE id = the_case AND kind = 'burglary')
       AND NOT EXISTS (
        SELECT 1 FROM casework_nextstep WHERE case_id = the_case AND kind = 'offer_visit'
          AND outcome IN ('visit_accepted', 'visit_declined', 'unreachable'))
    THEN
        RAISE EXCEPTION 'a burglary does not close without the offer of a visit and its answer'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'burglary_that_is_closed_was_offered_a_visit';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER case_that_is_closed_is_at_rest
    AFTER INSERT OR UPDATE OF status ON casework_case DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.status = 'closed') EXECUTE FUNCTION casework_closed_case_is_at_rest();

CREATE CONSTRAINT TRIGGER case_that_is_closed_gets_no_step
    AFTER INSERT OR UPDATE OF done_at ON casework_nextstep DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION casework_closed_case_is_at_rest();
