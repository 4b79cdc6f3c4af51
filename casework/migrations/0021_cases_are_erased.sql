-- An erasure that is approved and not carried out yet is there inside its own transaction only: by the last trigger here.
-- While it is, and at no other time, the guards of what is kept let `erase_case()` pass (config/lock/erasing.py).
-- Definer: a guard asks it whoever writes.
CREATE FUNCTION casework_is_being_erased(the_case bigint) RETURNS boolean LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM casework_erasure
                   WHERE case_id = the_case AND status = 'approved' AND erased_at IS NULL)
$$;

CREATE FUNCTION casework_is_held(the_case bigint) RETURNS boolean LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM casework_legalhold WHERE case_id = the_case AND lifted_at IS NULL)
$$;

-- A legal hold beats it at each stage; carrying it out asks once more.
CREATE FUNCTION casework_hold_beats_erasure() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.status IN ('asked', 'approved') AND casework_is_held(NEW.case_id) THEN
        RAISE EXCEPTION 'a legal hold stands on this case'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_hold_beats_erasure';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER legal_hold_beats_erasure BEFORE INSERT OR UPDATE OF status ON casework_erasure
    FOR EACH ROW EXECUTE FUNCTION casework_hold_beats_erasure();

CREATE FUNCTION casework_erasure_is_carried_out() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF casework_is_being_erased(NEW.case_id) THEN
        RAISE EXCEPTION 'an erasure is carried out in the transaction of its approval'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'erasure_that_is_approved_is_carried_out';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER erasure_that_is_approved_is_carried_out
    AFTER INSERT OR UPDATE ON casework_erasure DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION casework_erasure_is_carried_out();

-- The status says so only of a case that is being erased.
CREATE FUNCTION casework_case_is_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT casework_is_being_erased(NEW.id) THEN
        RAISE EXCEPTION 'a case is erased by an approved erasure only'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_is_erased_by_its_erasure';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER case_is_erased_by_its_erasure BEFORE INSERT OR UPDATE OF status ON casework_case
    FOR EACH ROW WHEN (NEW.status = 'erased') EXECUTE FUNCTION casework_case_is_erased();

-- Put on every record's table by config/guards.py. A row that comes waits for the lock of an erasing that runs; one that
-- changes waits for the row, for an erasing writes every row of its case. Definer: whoever writes may not see the case.
CREATE FUNCTION casework_erased_takes_nothing() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM casework_case WHERE id = NEW.case_id FOR KEY SHARE;
    END IF;
    IF EXISTS (SELECT 1 FROM casework_case WHERE id = NEW.case_id AND status = 'erased')
       AND NOT casework_is_being_erased(NEW.case_id)
    THEN
        RAISE EXCEPTION 'a case that is erased takes nothing more'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_that_is_erased_takes_nothing_more';
    END IF;
    RETURN NEW;
END $$;

-- Versions are kept, as before, but for those of a case that is being erased.
CREATE FUNCTION casework_version_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF casework_is_being_erased(OLD.case_id) THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'versions are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

DROP TRIGGER versions_are_kept ON casework_recordversion;
CREATE TRIGGER versions_are_kept BEFORE UPDATE OR DELETE ON casework_recordversion
    FOR EACH ROW EXECUTE FUNCTION casework_version_is_kept();

-- Made anew after this, with its exception: config/guards.py.
DROP TRIGGER IF EXISTS what_is_said_once_stays ON casework_emergencyaccess;
DROP TRIGGER IF EXISTS what_is_said_once_stays ON oversight_caseaudit;
