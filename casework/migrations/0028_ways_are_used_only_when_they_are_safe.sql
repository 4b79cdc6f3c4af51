-- What `casework.safe_contact` decides, asked again by the database of whatever it can read: not the times, which are
-- sealed. Definer: who uses a way may see neither what was said of others nor the override. The row is locked, so that a
-- newer word on it waits, or is seen.
CREATE FUNCTION casework_way_may_be_used() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE the_route casework_contactroute;
BEGIN
    SELECT * INTO the_route FROM casework_contactroute WHERE id = NEW.route_id FOR SHARE;
    IF the_route.case_id = NEW.case_id AND the_route.superseded_at IS NULL AND the_route.kind <> 'none'
       AND NOT EXISTS (SELECT 1 FROM casework_party WHERE id = the_route.party_id AND role = 'alleged')
       AND NOT EXISTS (SELECT 1 FROM casework_contactroute WHERE party_id = the_route.party_id AND kind = 'none'
                       AND superseded_at IS NULL)
       AND (EXISTS (SELECT 1 FROM casework_routeoverride o WHERE o.id = NEW.override_id AND o.route_id = the_route.id
                    AND o.given_at <= NEW.started_at AND o.until > NEW.started_at AND o.ended_at IS NULL)
            OR (NEW.override_id IS NULL AND the_route.safety = 'safe' AND the_route.doubted_at IS NULL
                AND the_route.expires_at > NEW.started_at AND the_route.monitored <> 'yes'
                AND the_route.initiator <> 'victim_only'))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a way is used only when it is safe, or a supervisor says so'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'attempt_is_by_a_way_that_may_be_used';
END $$;

CREATE TRIGGER attempt_is_by_a_way_that_may_be_used BEFORE INSERT ON casework_contactattempt
    FOR EACH ROW EXECUTE FUNCTION casework_way_may_be_used();

-- Whoever tried: what they found out holds for everybody. Definer, because a partner changes no way themself.
CREATE FUNCTION casework_way_is_doubted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE casework_contactroute SET doubted_at = NEW.ended_at WHERE id = NEW.route_id AND doubted_at IS NULL;
    RETURN NULL;
END $$;

CREATE TRIGGER attempt_that_went_wrong_puts_its_way_in_doubt AFTER UPDATE OF outcome ON casework_contactattempt
    FOR EACH ROW WHEN (OLD.outcome = '' AND NEW.outcome IN ('not_safe', 'somebody_else', 'word_failed', 'wrong_number'))
    EXECUTE FUNCTION casework_way_is_doubted();
