-- Of every burglary that is there already: how far the offer of its visit has come, from the step that stood for it.
INSERT INTO casework_visit (public_id, case_id, status, reported_at, screen, is_urgent, due_at, due_source, offered_at,
    offered_by_id, offered_how, advised, answered_at, answered_by_id, why_not, visitor, visitor_name, visitor_number,
    times_missed, evidence, measures, aftercare, found, overlap)
SELECT gen_random_uuid(), s.case_id,
       CASE s.outcome WHEN '' THEN 'reported' WHEN 'visit_accepted' THEN 'accepted' WHEN 'visit_declined' THEN 'declined'
                      ELSE 'unreachable' END,
       s.opened_at, '[]', false, s.due_at, s.due_source,
       CASE WHEN s.outcome IN ('visit_accepted', 'visit_declined') THEN s.done_at END,
       CASE WHEN s.outcome IN ('visit_accepted', 'visit_declined') THEN s.done_by_id END,
       CASE WHEN s.outcome IN ('visit_accepted', 'visit_declined') THEN 'phone' ELSE '' END,
       false, s.done_at, s.done_by_id, CASE s.outcome WHEN 'visit_declined' THEN 'other' ELSE '' END,
       '', '', '', 0, '{}', '{}', '{}', '', ''
FROM (SELECT DISTINCT ON (case_id) * FROM casework_nextstep WHERE kind = 'offer_visit'
      ORDER BY case_id, done_at DESC NULLS FIRST, id DESC) s;

-- A burglary closes only when a visit was offered and that offer was answered, whoever closes it and by whichever way.
-- Definer: whoever closes a case need not see what was said of its visit.
CREATE FUNCTION casework_burglary_is_answered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.kind = 'burglary' OR EXISTS (SELECT 1 FROM casework_visit WHERE case_id = NEW.id)
        OR EXISTS (SELECT 1 FROM casework_contact WHERE case_id = NEW.id AND kind = 'burglary' AND status = 'logged'))
       AND NOT EXISTS (SELECT 1 FROM casework_visit WHERE case_id = NEW.id AND answered_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'a burglary closes only when the offer of a visit was answered'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'burglary_closes_only_with_an_answer_to_its_visit';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER burglary_closes_only_with_an_answer_to_its_visit BEFORE INSERT OR UPDATE OF status ON casework_case
    FOR EACH ROW WHEN (NEW.status = 'closed') EXECUTE FUNCTION casework_burglary_is_answered();

-- Nor does the visit of a case that is closed go back to where its offer waits for an answer. Definer, as above.
CREATE FUNCTION casework_visit_stays_answered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM casework_case WHERE id = NEW.case_id AND status = 'closed') THEN
        RAISE EXCEPTION 'a burglary closes only when the offer of a visit was answered'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_of_a_closed_case_stays_answered';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER visit_of_a_closed_case_stays_answered BEFORE INSERT OR UPDATE OF answered_at ON casework_visit
    FOR EACH ROW WHEN (NEW.answered_at IS NULL) EXECUTE FUNCTION casework_visit_stays_answered();
