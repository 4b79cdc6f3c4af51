-- Names that are nearly the same are found by their three-letter pieces.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX party_folded_name_pieces ON casework_party USING gin (folded_name gin_trgm_ops);

-- Grants alive at this second. statement_timestamp(), because now() stands still for a whole transaction and
-- a grant would outlive its second in a long one.
CREATE VIEW casework_live_group_grant WITH (security_invoker = true, check_option = cascaded) AS
    SELECT id, permission_id, content_object_id, group_id, sharing_id, received_at, valid_until
    FROM casework_groupgrant
    WHERE valid_until IS NULL OR valid_until > statement_timestamp();

-- To remove a live grant is to end it.
CREATE FUNCTION casework_grant_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE casework_groupgrant SET valid_until = statement_timestamp() WHERE id = OLD.id;
    RETURN OLD;
END $$;

CREATE TRIGGER grant_ends INSTEAD OF DELETE ON casework_live_group_grant
    FOR EACH ROW EXECUTE FUNCTION casework_grant_ends();

-- A grant that comes: an ended twin of the same decision makes way; without a decision it can only be the
-- holder's own; the row that lists the case carries the case's time. Definer: who is let in does not see the case yet.
CREATE FUNCTION casework_grant_comes() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    lists boolean := EXISTS (
        SELECT 1 FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id
        WHERE p.id = NEW.permission_id AND t.app_label = 'casework' AND p.codename = 'view_case');
BEGIN
    DELETE FROM casework_groupgrant
    WHERE content_object_id = NEW.content_object_id AND group_id = NEW.group_id
      AND permission_id = NEW.permission_id AND sharing_id IS NOT DISTINCT FROM NEW.sharing_id
      AND valid_until <= statement_timestamp();
    IF NEW.sharing_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM casework_case c JOIN accounts_agency a ON a.id = c.agency_id
        WHERE c.id = NEW.content_object_id AND a.group_id = NEW.group_id)
    THEN
        RAISE EXCEPTION 'a grant needs its sharing decision'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_needs_its_sharing_decision';
    END IF;
    IF NEW.sharing_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM casework_sharingdecision d JOIN accounts_agency a ON a.id = d.recipient_id
        WHERE d.id = NEW.sharing_id AND d.case_id = NEW.content_object_id AND a.group_id = NEW.group_id
          AND d.ended_at IS NULL AND NEW.valid_until <= d.until)
    THEN
        RAISE EXCEPTION 'a grant needs a sharing decision of its own case, recipient and time'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_keeps_to_its_sharing_decision';
    END IF;
    NEW.received_at := CASE WHEN lists THEN (SELECT received_at FROM casework_case WHERE id = NEW.content_object_id) END;
    RETURN NEW;
END $$;

-- A grant that is there changes in one way only: it ends.
CREATE FUNCTION casework_grant_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.content_object_id, NEW.group_id, NEW.permission_id, NEW.sharing_id, NEW.received_at)
       IS DISTINCT FROM (OLD.content_object_id, OLD.group_id, OLD.permission_id, OLD.sharing_id, OLD.received_at)
       OR NEW.valid_until IS NULL OR NEW.valid_until > OLD.valid_until
    THEN
        RAISE EXCEPTION 'a grant can only end'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_can_only_end';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER grant_changes BEFORE UPDATE ON casework_groupgrant
    FOR EACH ROW EXECUTE FUNCTION casework_grant_changes();

CREATE TRIGGER grant_comes BEFORE INSERT ON casework_groupgrant
    FOR EACH ROW EXECUTE FUNCTION casework_grant_comes();

-- An open case always has a next step that is open. Asked at commit; the case's row is locked, so that two
-- transactions which each settle one of two steps cannot both see the other's still open. NO KEY: a full lock would
-- wait for everybody whose foreign key has just been checked, and two such transactions would wait for each other.
-- Definer: whoever answers a step may not see the others.
CREATE FUNCTION casework_case_needs_a_step() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    the_case bigint;
BEGIN
    IF TG_TABLE_NAME = 'casework_case' THEN the_case := NEW.id; ELSE the_case := OLD.case_id; END IF;
    PERFORM 1 FROM casework_case WHERE id = the_case AND status = 'open' FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (SELECT 1 FROM casework_nextstep WHERE case_id = the_case AND done_at IS NULL) THEN
        RAISE EXCEPTION 'an open case needs a next step'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_that_is_open_has_a_next_step';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER case_that_is_open_has_a_next_step
    AFTER INSERT OR UPDATE OF status ON casework_case DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.status = 'open') EXECUTE FUNCTION casework_case_needs_a_step();

CREATE CONSTRAINT TRIGGER case_that_is_open_keeps_a_next_step
    AFTER UPDATE OR DELETE ON casework_nextstep DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION casework_case_needs_a_step();
