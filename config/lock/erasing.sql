-- Carry out an approved erasure. What stands in braces is made from the declaration of every field: erasing.py. Run as a
-- whole after each migrate. Definer: the only one who gets past what keeps versions, words that were said, and rights.
CREATE OR REPLACE FUNCTION erase_case(the_erasure bigint, the_moment timestamptz) RETURNS void LANGUAGE plpgsql
VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    the_request casework_erasure;
    the_case casework_case;
    the_people bigint[];
    the_names text[];
    the_pairs bigint[];
BEGIN
    SELECT * INTO the_request FROM casework_erasure WHERE id = the_erasure FOR UPDATE;
    SELECT * INTO the_case FROM casework_case WHERE id = the_request.case_id FOR UPDATE;
    IF the_request.status IS DISTINCT FROM 'approved' OR the_request.erased_at IS NOT NULL
       OR the_request.answered_by_id = the_request.asked_by_id
       OR the_request.answered_by_id IS DISTINCT FROM ctx_user()
       OR the_request.asked_as NOT IN ({roles}) OR NOT EXISTS (
           SELECT 1 FROM accounts_user WHERE id = the_request.answered_by_id AND is_active
           AND agency_id = the_case.agency_id AND role = the_request.answered_as AND role IN ({roles}))
       OR NOT ctx_owns(the_case.id) OR is_shut_to(the_case.id, ctx_user())
    THEN
        RAISE EXCEPTION 'a case is erased as two people in their posts decided'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF casework_is_held(the_case.id) THEN
        RAISE EXCEPTION 'a legal hold stands on this case'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_hold_beats_erasure';
    END IF;
    IF EXISTS (SELECT 1 FROM referrals_referral WHERE case_id = the_case.id AND status IN ({live}))
       OR EXISTS (SELECT 1 FROM casework_sharingdecision WHERE case_id = the_case.id AND ended_at IS NULL)
       OR EXISTS (SELECT 1 FROM casework_emergencyaccess WHERE case_id = the_case.id AND reviewed_at IS NULL)
       OR EXISTS (SELECT 1 FROM oversight_caseaudit WHERE case_id = the_case.id AND status = 'drawn')
    THEN
        RAISE EXCEPTION 'what still runs in a case ends before it is erased'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_is_erased_when_nothing_runs_in_it';
    END IF;
    the_people := array(SELECT person_id FROM casework_party WHERE case_id = the_case.id);
    the_pairs := array(SELECT id FROM casework_twosided WHERE the_case.id IN (first_id, second_id));
    the_names := the_case.reference || array(
        SELECT reference FROM referrals_referral WHERE case_id = the_case.id
        UNION ALL SELECT reference FROM casework_contact WHERE case_id = the_case.id
        UNION ALL SELECT reference FROM casework_twosided WHERE id = ANY (the_pairs));
    UPDATE casework_nextstep
    SET done_at = the_moment, done_by_id = the_request.answered_by_id, outcome = 'overtaken'
    WHERE case_id = the_case.id AND done_at IS NULL;
    {gone}
    DELETE FROM casework_person p
    WHERE id = ANY (the_people) AND NOT EXISTS (SELECT 1 FROM casework_party WHERE person_id = p.id)
      AND NOT EXISTS (SELECT 1 FROM casework_personjudgement WHERE p.id IN (first_was_id, second_was_id));
    DELETE FROM accounts_onceonly WHERE case_id = the_case.id
        OR (subject_type = 'twosided' AND subject_id = ANY (the_pairs));
    UPDATE accounts_notice SET dropped_at = the_moment
    WHERE reference = ANY (the_names) AND sent_at IS NULL AND dropped_at IS NULL;
    {emptied}
    UPDATE casework_case SET status = 'erased', owner_id = NULL WHERE id = the_case.id;
    {versions}
    UPDATE casework_erasure SET erased_at = the_moment WHERE id = the_request.id;
END $$;
