-- Who works where, in which role, is changed by these functions only: no login has the right to. They ask who acts,
-- whatever the program asked before. That each change has its event, a trigger asks at commit.

-- The worker whom the acting user may end or change: they look after them, or their agency has left. Locks both, in one order: two who end each other do not both succeed, and who is just giving work to
-- somebody (a foreign key) is waited for, so that what they gave is passed on too.
CREATE OR REPLACE FUNCTION worker_to_change(the_worker bigint) RETURNS accounts_user LANGUAGE plpgsql VOLATILE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who accounts_user;
BEGIN
    PERFORM 1 FROM accounts_user WHERE id IN (the_worker, ctx_user()) ORDER BY id FOR UPDATE;
    SELECT * INTO who FROM accounts_user WHERE id = the_worker;
    IF NOT FOUND OR the_worker = ctx_user()
       OR NOT (looks_after(who.agency_id, who.role) OR ends_agency(who.agency_id)
               AND EXISTS (SELECT 1 FROM accounts_agency WHERE id = who.agency_id AND left_at IS NOT NULL))
    THEN
        RAISE EXCEPTION 'this worker is not yours to change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN who;
END $$;

-- Whether the acting user may end the part that this agency takes: a manager of its partnership, of another agency.
CREATE OR REPLACE FUNCTION ends_agency(the_agency bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM accounts_user u JOIN accounts_agency own ON own.id = u.agency_id
        JOIN accounts_agency a ON a.partnership_id = own.partnership_id AND a.id <> own.id
        WHERE u.id = ctx_user() AND u.is_active AND u.role = 'partnership_manager' AND a.id = the_agency)
$$;

-- A worker leaves, at once: nothing that they could come in with, or be answered from, stays, nor whom they invited.
-- False where they have left.
CREATE OR REPLACE FUNCTION worker_leaves(the_worker bigint, goes_to bigint, the_moment timestamptz) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who accounts_user := worker_to_change(the_worker);
BEGIN
    IF NOT who.is_active THEN
        RETURN false;
    END IF;
    UPDATE accounts_user SET is_active = false, password = '!', left_at = the_moment, left_by_id = ctx_user(),
        goes_to_id = goes_to, placed_at = clock_timestamp() WHERE id = who.id;
    DELETE FROM accounts_user_groups WHERE user_id = who.id;
    DELETE FROM accounts_onceonly WHERE user_id = who.id;
    UPDATE accounts_invitation SET taken_back_at = the_moment, taken_back_by_id = ctx_user()
    WHERE accepted_at IS NULL AND taken_back_at IS NULL
      AND (made_by_id = who.id OR email = who.email AND agency_id = who.agency_id);
    RETURN true;
END $$;

-- A worker of another role begins anew, too. False where they have left, or have this role.
CREATE OR REPLACE FUNCTION worker_changes_role(the_worker bigint, the_role text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who accounts_user := worker_to_change(the_worker);
BEGIN
    IF NOT looks_after(who.agency_id, the_role) THEN
        RAISE EXCEPTION 'this role is not yours to give' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT who.is_active OR who.role = the_role THEN
        RETURN false;
    END IF;
    UPDATE accounts_user SET role = the_role, placed_at = clock_timestamp() WHERE id = who.id;
    DELETE FROM accounts_onceonly WHERE user_id = who.id;
    RETURN true;
END $$;

-- The invitation of this name, for whoever was sent its link; the program judges the link.
CREATE OR REPLACE FUNCTION invitation_named(the_name uuid) RETURNS SETOF accounts_invitation LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
    $$ SELECT * FROM accounts_invitation WHERE public_id = the_name $$;

-- Somebody joins by an open invitation: anew, or as who they were if they have left. Their id; NULL where that address
-- is somebody's who works already, or who belongs to another partnership.
CREATE OR REPLACE FUNCTION worker_joins(the_invitation bigint, the_password text, the_moment timestamptz,
                                        lasts interval) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked accounts_invitation;
    who accounts_user;
    joined bigint;
BEGIN
    SELECT * INTO asked FROM accounts_invitation
    WHERE id = the_invitation AND accepted_at IS NULL AND taken_back_at IS NULL AND sent_at > the_moment - lasts
    FOR UPDATE;
    IF NOT FOUND OR NOT EXISTS (SELECT 1 FROM accounts_agency WHERE id = asked.agency_id AND left_at IS NULL) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO who FROM accounts_user WHERE email = asked.email FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO accounts_user (public_id, email, name, agency_id, role, password, is_active, is_superuser,
                                   joined_at, placed_at)
        VALUES (gen_random_uuid(), asked.email, asked.name, asked.agency_id, asked.role, the_password, true, false,
                the_moment, clock_timestamp())
        RETURNING id INTO joined;
    ELSE
        UPDATE accounts_user u SET agency_id = asked.agency_id, role = asked.role, password = the_password,
            is_active = true, left_at = NULL, left_by_id = NULL, goes_to_id = NULL, placed_at = clock_timestamp()
        FROM accounts_agency before, accounts_agency after
        WHERE u.id = who.id AND NOT u.is_active AND before.id = u.agency_id AND after.id = asked.agency_id
          AND before.partnership_id = after.partnership_id AND u.role <> 'system'
        RETURNING u.id INTO joined;
    END IF;
    IF joined IS NOT NULL THEN
        DELETE FROM accounts_onceonly WHERE user_id = joined;
        INSERT INTO accounts_user_groups (user_id, group_id)
            SELECT joined, group_id FROM accounts_agency WHERE id = asked.agency_id;
        UPDATE accounts_invitation SET accepted_at = the_moment, worker_id = joined WHERE id = asked.id;
    END IF;
    RETURN joined;
END $$;

-- An agency leaves the partnership; its invitations are void. False where it has left already, NULL where it holds
-- cases, whoever may know of them. That the front door stays is a constraint.
CREATE OR REPLACE FUNCTION agency_leaves(the_agency bigint, the_moment timestamptz) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT ends_agency(the_agency) THEN
        RAISE EXCEPTION 'this agency is not yours to end' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM 1 FROM accounts_agency WHERE id = the_agency AND left_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT 1 FROM casework_case WHERE agency_id = the_agency) THEN
        RETURN NULL;
    END IF;
    UPDATE accounts_agency SET left_at = the_moment, left_by_id = ctx_user() WHERE id = the_agency;
    UPDATE accounts_invitation SET taken_back_at = the_moment, taken_back_by_id = ctx_user()
    WHERE agency_id = the_agency AND accepted_at IS NULL AND taken_back_at IS NULL;
    RETURN true;
END $$;

-- The cases in which something waits for this worker, whoever holds them: ids only, and for the system, who passes it on.
CREATE OR REPLACE FUNCTION cases_left_by(the_worker bigint) RETURNS SETOF bigint LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT waiting.id FROM (
        SELECT id FROM casework_case WHERE owner_id = the_worker
        UNION SELECT case_id FROM casework_nextstep WHERE owner_id = the_worker AND done_at IS NULL
        UNION SELECT case_id FROM casework_sealmember WHERE worker_id = the_worker AND ended_at IS NULL
        UNION SELECT case_id FROM casework_emergencyaccess
              WHERE worker_id = the_worker AND closed_at IS NULL AND reviewed_at IS NULL
    ) AS waiting
    WHERE EXISTS (SELECT 1 FROM accounts_user WHERE id = ctx_user() AND role = 'system')
    ORDER BY waiting.id
$$;
