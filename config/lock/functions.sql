-- What the policies ask. Run as a whole after each migrate; every property of a function stands in its definition,
-- because CREATE OR REPLACE drops the ones that are left out.

-- Who acts. nullif: when a transaction with a local setting has ended, the session reads '' and no longer NULL.
CREATE OR REPLACE FUNCTION ctx_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT nullif(current_setting('app.user_id', true), '')::bigint $$;
CREATE OR REPLACE FUNCTION ctx_agency() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT nullif(current_setting('app.agency_id', true), '')::bigint $$;
CREATE OR REPLACE FUNCTION ctx_group() RETURNS int LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT nullif(current_setting('app.group_id', true), '')::int $$;
CREATE OR REPLACE FUNCTION ctx_case() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT nullif(current_setting('app.case_id', true), '')::bigint $$;

-- Who holds a case. Definer: the system acts for the holder, and may not see the case before.
CREATE OR REPLACE FUNCTION holder_of(the_case bigint) RETURNS bigint LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
    $$ SELECT agency_id FROM casework_case WHERE id = the_case $$;

-- Tell who acts, until the transaction ends. Who does not exist, or has left, is nobody. The system acts, on the case
-- that is named, for the agency of its own partnership that holds it.
CREATE OR REPLACE FUNCTION act_as(the_user bigint, the_case bigint) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    agency bigint;
    its_group int;
BEGIN
    SELECT a.id, a.group_id INTO agency, its_group
    FROM public.accounts_user u JOIN public.accounts_agency own ON own.id = u.agency_id
    JOIN public.accounts_agency a ON a.partnership_id = own.partnership_id
        AND a.id = CASE WHEN u.role = 'system' THEN coalesce(public.holder_of(the_case), own.id) ELSE own.id END
    WHERE u.id = the_user AND u.is_active;
    PERFORM set_config('app.user_id', CASE WHEN FOUND THEN the_user::text ELSE '' END, true),
            set_config('app.agency_id', coalesce(agency::text, ''), true),
            set_config('app.group_id', coalesce(its_group::text, ''), true),
            set_config('app.case_id', coalesce(the_case::text, ''), true);
END $$;

-- The ids of casework's permissions: they differ from database to database, and are made after the tables.
CREATE OR REPLACE FUNCTION ctx_permissions(names text[]) RETURNS int[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT array_agg(p.id) FROM public.auth_permission p
    JOIN public.django_content_type t ON t.id = p.content_type_id
    WHERE t.app_label = 'casework' AND p.codename = ANY (names)
$$;

-- Whether the acting agency holds this case. Definer: the grants' own policies ask it, and would ask themselves.
CREATE OR REPLACE FUNCTION ctx_owns(the_case bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM casework_groupgrant g
        WHERE g.content_object_id = the_case AND g.group_id = ctx_group()
          AND g.permission_id = ANY (ctx_permissions('{hold_case}'))
          AND (g.valid_until IS NULL OR g.valid_until > statement_timestamp()))
$$;

-- The case into which the acting user let themself. One at most: a worker's next emergency access waits until the last
-- one is reviewed, and a review ends it. What permissions it gives is made from the table of categories (apply.py). Definer: the policies ask it of every
-- table, and that of emergency accesses would ask itself. What is shut stays shut: a policy of its own says so.
CREATE OR REPLACE FUNCTION ctx_emergency_case() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT case_id FROM casework_emergencyaccess
    WHERE worker_id = ctx_user() AND reviewed_at IS NULL AND closed_at IS NULL AND until > statement_timestamp()
$$;
-- The cases that are shut to somebody, whatever they were granted: barred to them or to their agency, or sealed
-- for others. Definer: whoever could read the bars would learn of the cases. Never NULL: <> ALL (NULL) hides all.
-- To the system nothing is shut: it is nobody, and what a seal's own members do to a case, it finishes for them.
CREATE OR REPLACE FUNCTION shut_to(the_user bigint) RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(case_id), '{}') FROM (
        SELECT b.case_id FROM casework_bar b
        WHERE b.lifted_at IS NULL
          AND (b.worker_id = the_user OR b.agency_id = (SELECT agency_id FROM accounts_user WHERE id = the_user))
        UNION
        SELECT s.case_id FROM casework_sealmember s
        WHERE s.ended_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM casework_sealmember mine
            WHERE mine.case_id = s.case_id AND mine.worker_id = the_user AND mine.ended_at IS NULL)
    ) AS shut
    WHERE NOT EXISTS (SELECT 1 FROM accounts_user WHERE id = the_user AND role = 'system')
$$;

-- Whether a case can be shut to anybody at all: a bar or a seal is in force, whatever `shut_to` makes of it. Asked for
-- each row before `shut_to`, which grows with everybody's bars and seals. Definer, as above. Not PARALLEL SAFE: to
-- start further processes for a page costs more than they save.
CREATE OR REPLACE FUNCTION may_be_shut(the_case bigint) RETURNS boolean LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM casework_bar WHERE case_id = the_case AND lifted_at IS NULL)
        OR EXISTS (SELECT 1 FROM casework_sealmember WHERE case_id = the_case AND ended_at IS NULL)
$$;

-- Whether one case is shut to somebody, who need not be the one who acts: for single rows. Definer, as above.
CREATE OR REPLACE FUNCTION is_shut_to(the_case bigint, the_user bigint) RETURNS boolean LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN may_be_shut(the_case) THEN the_case = ANY (shut_to(the_user)) ELSE false END
$$;

-- The case of this reference, if the acting user may let themself into it: of their partnership, on their
-- side of the wall, not erased, and not shut to them.
-- One statement with one answer for what is shut and for what is not. Definer: they cannot see the case yet.
CREATE OR REPLACE FUNCTION emergency_case(the_reference text) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.id FROM casework_case c JOIN accounts_agency a ON a.id = ctx_agency()
    WHERE c.reference = the_reference AND c.partnership_id = a.partnership_id AND c.id <> ALL (shut_to(ctx_user()))
      AND NOT casework_is_across(c.id, a.id) AND c.status <> 'erased'
$$;

-- In whose name the log is exported: the oldest partnership's system actor. Definer: the sealer reads no people.
CREATE OR REPLACE FUNCTION system_actor() RETURNS TABLE (id bigint, agency_id bigint, role text, is_active boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT u.id, u.agency_id, u.role, u.is_active FROM accounts_user u
    WHERE u.role = 'system' AND u.is_active ORDER BY u.id LIMIT 1
$$;

-- The reference of a case, for the audit lead of its partnership: attempts reach them alone, and of a case that they do
-- not find they learn its name only. Not where they are barred themselves. Definer: they see no cases by it.
CREATE OR REPLACE FUNCTION attempted(the_case bigint) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.reference FROM casework_case c
    JOIN accounts_agency a ON a.partnership_id = c.partnership_id
    JOIN accounts_user lead ON lead.agency_id = a.id AND lead.id = ctx_user() AND lead.role = 'audit_lead'
    WHERE c.id = the_case AND NOT EXISTS (
        SELECT 1 FROM casework_bar b WHERE b.case_id = c.id AND b.lifted_at IS NULL
          AND (b.worker_id = lead.id OR b.agency_id = lead.agency_id))
$$;

-- The workers of a partnership who are called like one of these, or declared one of these marks, each with the number of
-- that name or mark among those given. Definer: what somebody declared is theirs, and found only by who knows it.
-- One by one (OFFSET 0) and by the indexes, also where the statistics do not know yet how many work there.
CREATE OR REPLACE FUNCTION staff_alike(the_partnership bigint, names text[], marks bytea[])
    RETURNS TABLE (worker bigint, the_name int, the_mark int) LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
    SELECT u.id, n.nth::int, NULL::int FROM unnest(names) WITH ORDINALITY AS n (said, nth)
    CROSS JOIN LATERAL (SELECT * FROM accounts_user WHERE staff_folded(name) = staff_folded(n.said) OFFSET 0) AS u
    JOIN accounts_agency a ON a.id = u.agency_id AND a.partnership_id = the_partnership
    WHERE u.is_active AND u.role NOT IN ('system', 'service_account')
    UNION ALL
    SELECT u.id, NULL, m.nth::int FROM unnest(marks) WITH ORDINALITY AS m (said, nth)
    CROSS JOIN LATERAL (
        SELECT * FROM casework_staffmark WHERE mark = m.said AND withdrawn_at IS NULL OFFSET 0) AS s
    JOIN accounts_user u ON u.id = s.worker_id
    JOIN accounts_agency a ON a.id = u.agency_id AND a.partnership_id = the_partnership
    WHERE u.is_active
$$;

-- The partnership of which the acting user is the named senior practitioner; NULL for everybody else.
CREATE OR REPLACE FUNCTION ctx_senior_of() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT n.partnership_id FROM public.casework_namedsenior n
    JOIN public.accounts_user u ON u.id = n.worker_id JOIN public.accounts_agency a ON a.id = u.agency_id
    WHERE n.worker_id = ctx_user() AND n.ended_at IS NULL AND u.is_active AND u.role = 'senior_practitioner'
      AND a.partnership_id = n.partnership_id
$$;

-- The pairs of cases, of which the one given is either, in which one person seems to stand on both sides: as victim
-- here and as alleged perpetrator there, or as either here and as somebody who asks for help to change there. Ids and codes only. Definer: the job that asks sees no party, and nobody may.
CREATE OR REPLACE FUNCTION opposite_sides(the_case bigint)
    RETURNS TABLE (first_id bigint, second_id bigint, side text, why text[]) LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH mine AS (
        SELECT p.*, c.partnership_id FROM casework_party p JOIN casework_case c ON c.id = p.case_id
        WHERE p.case_id = the_case AND p.role IN ('victim', 'alleged', 'participant')
    ),
    alike AS (
        SELECT m.id AS mine_id, t.id AS theirs_id, 'same_person' AS reason
        FROM mine m JOIN casework_party t ON t.person_id = m.person_id
        UNION
        SELECT m.id, t.id, 'same_birth' FROM mine m
        JOIN casework_party t ON t.folded_name = m.folded_name AND t.date_of_birth = m.date_of_birth
        WHERE m.folded_name <> ''
        UNION
        SELECT m.id, r.party_id, 'same_telephone' FROM mine m
        JOIN casework_contactroute own ON own.party_id = m.id AND own.e164 IS NOT NULL
        JOIN casework_contactroute r ON r.mark = own.mark AND r.e164 IS NOT NULL
        UNION
        SELECT m.id, t.id, 'each_names_the_other' FROM mine m
        JOIN mine other ON other.role <> m.role AND other.folded_name <> ''
        JOIN casework_party t ON t.folded_name = m.folded_name AND t.role = other.role
        JOIN casework_party u ON u.case_id = t.case_id AND u.role = m.role AND u.folded_name = other.folded_name
        WHERE m.folded_name <> ''
    )
    SELECT CASE sides.mine WHEN m.role THEN m.case_id ELSE t.case_id END,
           CASE sides.mine WHEN m.role THEN t.case_id ELSE m.case_id END,
           sides.name, array_agg(DISTINCT a.reason ORDER BY a.reason)
    FROM alike a JOIN mine m ON m.id = a.mine_id JOIN casework_party t ON t.id = a.theirs_id
    JOIN casework_case c ON c.id = t.case_id AND c.partnership_id = m.partnership_id
    JOIN (VALUES ('victim', 'alleged', 'victim_is_alleged'), ('victim', 'participant', 'victim_wants_to_change'),
                 ('alleged', 'participant', 'alleged_wants_to_change')) AS sides (mine, theirs, name)
        ON (m.role, t.role) IN ((sides.mine, sides.theirs), (sides.theirs, sides.mine))
    WHERE t.case_id <> the_case
    GROUP BY 1, 2, 3
$$;

-- The cases in which somebody may be whom a case is about, and which are kept from the worker who took a contact of it:
-- held by others who share nothing with them of who it is, or sealed for others; never those that are barred to them, nor
-- across the wall, nor where somebody said already whether they are one person. With who holds each, and in what two
-- parties agree: two things at least. Codes only. Definer: the job that asks sees no party, and nobody may.
CREATE OR REPLACE FUNCTION kept_from(the_case bigint, the_worker bigint)
    RETURNS TABLE (case_id bigint, agency_id bigint, reference text, why text[]) LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH alike AS (
        SELECT mine.id AS mine, theirs.id AS theirs, theirs.case_id, array_remove(ARRAY[
            CASE WHEN bool_or(k.kind = 'telephone') THEN 'telephone' END,
            CASE WHEN bool_or(k.kind = 'birth') THEN 'birth' END,
            CASE WHEN similarity(mine.folded_name, theirs.folded_name) >= 0.45 THEN 'name' END,
            CASE WHEN bool_or(k.kind = 'place') THEN 'place' END], NULL) AS why
        FROM casework_party mine
        JOIN casework_matchkey ours ON ours.party_id = mine.id
        JOIN casework_matchkey k ON k.key = ours.key AND k.case_id <> the_case
        JOIN casework_party theirs ON theirs.id = k.party_id AND theirs.person_id <> mine.person_id
        WHERE mine.case_id = the_case AND mine.role IN ('victim', 'participant')
          AND theirs.role IN ('victim', 'participant')
        GROUP BY mine.id, theirs.id
    )
    SELECT c.id, c.agency_id, c.reference, a.why
    FROM alike a JOIN casework_case c ON c.id = a.case_id
    JOIN accounts_user u ON u.id = the_worker JOIN accounts_agency own ON own.id = u.agency_id
    WHERE cardinality(a.why) >= 2 AND c.partnership_id = own.partnership_id AND c.status <> 'erased'
      AND NOT casework_is_across(c.id, own.id)
      AND NOT EXISTS (
          SELECT 1 FROM casework_bar b WHERE b.case_id = c.id AND b.lifted_at IS NULL
          AND (b.worker_id = u.id OR b.agency_id = own.id))
      AND (is_shut_to(c.id, u.id) OR NOT EXISTS (
          SELECT 1 FROM casework_groupgrant g WHERE g.content_object_id = c.id AND g.group_id = own.group_id
          AND g.permission_id = ANY (ctx_permissions('{hold_case,view_identity}'))
          AND (g.valid_until IS NULL OR g.valid_until > statement_timestamp())))
      AND NOT EXISTS (
          SELECT 1 FROM casework_personjudgement j WHERE j.undone_at IS NULL
          AND j.first_id = least(a.mine, a.theirs) AND j.second_id = greatest(a.mine, a.theirs))
$$;

-- The other cases of the partnership in which the pair that a case names is flagged: referred to MARAC since a day. Who is
-- linked as one person, or agrees in two things at least and is not judged apart; with an alleged perpetrator who is
-- linked, called alike, born on the same day or reached in the same way, or of whom this case says nothing at all. Ids
-- only. Definer: the job that asks sees no party, and nobody may.
CREATE OR REPLACE FUNCTION flagged_like(the_case bigint, the_day date)
    RETURNS SETOF bigint LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH flagged AS (
        SELECT DISTINCT c.id FROM casework_maracreferral m JOIN casework_case c ON c.id = m.case_id
        JOIN casework_case own ON own.id = the_case AND own.partnership_id = c.partnership_id
        WHERE m.referred_on >= the_day AND c.id <> the_case AND c.status <> 'erased'
          AND NOT casework_is_across(c.id, own.agency_id)
    ),
    pairs AS (
        SELECT mine.id AS mine, theirs.id AS theirs, theirs.case_id, mine.role, mine.person_id = theirs.person_id AS linked,
               mine.folded_name <> '' AND similarity(mine.folded_name, theirs.folded_name) >= 0.45 AS named,
               mine.date_of_birth = theirs.date_of_birth AS born
        FROM casework_party mine
        JOIN casework_party theirs ON theirs.role = mine.role AND theirs.case_id IN (SELECT id FROM flagged)
        WHERE mine.case_id = the_case AND mine.role IN ('victim', 'alleged')
    ),
    alike AS (
        SELECT p.case_id, p.role FROM pairs p
        WHERE p.linked OR (p.role = 'alleged' AND (p.named OR p.born OR EXISTS (
            SELECT 1 FROM casework_contactroute r JOIN casework_contactroute o ON o.mark = r.mark
            WHERE r.party_id = p.theirs AND o.party_id = p.mine)))
        OR (p.role = 'victim' AND 2 <= p.named::int + (
                SELECT count(DISTINCT k.kind) FROM casework_matchkey k JOIN casework_matchkey o ON o.key = k.key
                WHERE k.party_id = p.theirs AND o.party_id = p.mine AND k.kind IN ('telephone', 'birth', 'place'))
            AND NOT EXISTS (
                SELECT 1 FROM casework_personjudgement j WHERE j.undone_at IS NULL
                AND j.first_id = least(p.mine, p.theirs) AND j.second_id = greatest(p.mine, p.theirs)))
    )
    SELECT id FROM flagged f WHERE EXISTS (SELECT 1 FROM alike a WHERE a.case_id = f.id AND a.role = 'victim')
      AND (EXISTS (SELECT 1 FROM alike a WHERE a.case_id = f.id AND a.role = 'alleged')
           OR NOT EXISTS (
               SELECT 1 FROM casework_party p WHERE p.case_id = the_case AND p.role = 'alleged'
               AND (p.folded_name <> '' OR p.date_of_birth IS NOT NULL
                    OR EXISTS (SELECT 1 FROM casework_contactroute r WHERE r.party_id = p.id))))
$$;

-- Put parties, and all who are joined with them, where the judgements that hold put them: with the one of them who was
-- there first, as the person whom that one was by itself. Gives whom it moved. Definer: some of them may stand in cases
-- that are shut to whoever judged, and must not be left behind. No value moves.
CREATE OR REPLACE FUNCTION stand_where_judged(the_parties bigint[])
    RETURNS TABLE (party bigint, case_id bigint, before bigint, after bigint) LANGUAGE sql VOLATILE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE joined (start, party) AS (
        SELECT p.id, p.id FROM casework_party p WHERE p.id = ANY (the_parties) AND ctx_owns(p.case_id)
        UNION
        SELECT n.start, CASE WHEN j.first_id = n.party THEN j.second_id ELSE j.first_id END
        FROM joined n JOIN casework_personjudgement j ON n.party IN (j.first_id, j.second_id)
        WHERE j.finding = 'same' AND j.undone_at IS NULL
    ),
    stands AS (
        SELECT DISTINCT n.party, coalesce(
            (SELECT CASE WHEN j.first_id = f.party THEN j.first_was_id ELSE j.second_was_id END
             FROM casework_personjudgement j WHERE f.party IN (j.first_id, j.second_id) ORDER BY j.id LIMIT 1),
            (SELECT p.person_id FROM casework_party p WHERE p.id = f.party)) AS person
        FROM joined n JOIN (SELECT start, min(party) AS party FROM joined GROUP BY 1) f USING (start)
    ),
    was AS (SELECT p.id, p.person_id FROM casework_party p JOIN stands s ON s.party = p.id FOR UPDATE OF p)
    UPDATE casework_party p SET person_id = s.person
    FROM stands s JOIN was ON was.id = s.party
    WHERE p.id = s.party AND p.person_id <> s.person
    RETURNING p.id, p.case_id, was.person_id, p.person_id
$$;

-- Pass a case of the front door's, whose contact said so, to the service for people who want to change their behaviour:
-- its holder, its grants, and whose its next steps are. Definer: from one side of the wall nobody writes on the other.
CREATE OR REPLACE FUNCTION hand_over_to_behaviour(the_case bigint) RETURNS void LANGUAGE plpgsql VOLATILE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    service accounts_agency;
BEGIN
    SELECT s.* INTO service
    FROM casework_case c JOIN accounts_agency s ON s.partnership_id = c.partnership_id AND s.kind = 'behaviour'
    WHERE c.id = the_case AND c.kind = 'behaviour' AND c.agency_id = ctx_agency() AND c.agency_id <> s.id
      AND ctx_owns(c.id);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only a case that is held here is handed over' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE casework_case SET agency_id = service.id, owner_id = NULL WHERE id = the_case;
    UPDATE casework_groupgrant SET valid_until = statement_timestamp()
    WHERE content_object_id = the_case AND (valid_until IS NULL OR valid_until > statement_timestamp());
    INSERT INTO casework_groupgrant (content_object_id, group_id, permission_id)
    SELECT the_case, service.group_id, unnest(ctx_permissions('{view_case,hold_case}'));
    UPDATE casework_nextstep SET owner_agency_id = service.id, owner_id = NULL
    WHERE case_id = the_case AND done_at IS NULL;
    UPDATE casework_emergencyaccess SET closed_at = statement_timestamp()
    WHERE case_id = the_case AND closed_at IS NULL AND reviewed_at IS NULL AND until > statement_timestamp();
END $$;

-- The events about a case that may be read: ids only, which the policy of the log then judges. Definer, because
-- under row-level security no index serves a search inside an array.
CREATE OR REPLACE FUNCTION events_about(the_case bigint) RETURNS SETOF uuid LANGUAGE sql STABLE PARALLEL SAFE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT id FROM audit_event WHERE case_id = the_case OR shown_ids @> ARRAY[the_case]
$$;

-- Whether somebody, or their agency, was ever let into a case. For the functions below alone.
CREATE OR REPLACE FUNCTION was_let_in(the_user bigint, the_case bigint) RETURNS boolean LANGUAGE sql STABLE
    PARALLEL SAFE AS $$
    SELECT EXISTS (SELECT 1 FROM public.casework_groupgrant g WHERE g.content_object_id = the_case AND g.group_id = (
            SELECT a.group_id FROM public.accounts_user u JOIN public.accounts_agency a ON a.id = u.agency_id
            WHERE u.id = the_user))
        OR EXISTS (SELECT 1 FROM public.casework_emergencyaccess e WHERE e.case_id = the_case AND e.worker_id = the_user)
$$;

-- The parties whose folded name, or another of their names, is nearly this one, in cases into which somebody or their agency was ever let: ids only,
-- which the policies then judge. Definer, because under row-level security no index serves it.
CREATE OR REPLACE FUNCTION named_like(the_user bigint, the_name text, at_least real) RETURNS SETOF bigint LANGUAGE sql
    STABLE PARALLEL SAFE ROWS 50 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT p.id FROM casework_party p
    WHERE name_keys(p.folded_name) && name_keys(the_name) AND p.folded_name <> the_name
      AND similarity(p.folded_name, the_name) >= at_least AND was_let_in(the_user, p.case_id)
    UNION
    SELECT p.party_id FROM casework_alias p
    WHERE name_keys(p.folded_name) && name_keys(the_name)
      AND similarity(p.folded_name, the_name) >= at_least AND was_let_in(the_user, p.case_id)
$$;

-- The incidents of a partnership within so many metres of a point, in months that touch these days: ids only, which the
-- policies then judge. Definer, because under row-level security no index serves it.
CREATE OR REPLACE FUNCTION burglaries_near(the_partnership bigint, the_spot point, metres float8, first_day date,
                                           last_day date)
    RETURNS SETOF bigint LANGUAGE sql STABLE PARALLEL SAFE ROWS 50
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT i.id FROM casework_incident i
    WHERE i.spot <@ circle(the_spot, metres) AND i.partnership_id = the_partnership
      AND coalesce(i.happened_on, i.month) BETWEEN date_trunc('month', first_day)::date AND last_day
$$;

-- The cases of a partnership in which a home of these marks was burgled since then: ids only, as above.
CREATE OR REPLACE FUNCTION burgled_before(the_partnership bigint, the_marks bytea[], since timestamptz)
    RETURNS SETOF bigint LANGUAGE sql STABLE PARALLEL SAFE ROWS 5
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT a.case_id FROM casework_address a
    JOIN casework_party p ON p.id = a.party_id AND p.role = 'victim'
    JOIN casework_visit v ON v.case_id = a.case_id AND v.reported_at >= since
    JOIN casework_case c ON c.id = a.case_id AND c.partnership_id = the_partnership
    WHERE a.mark = ANY (the_marks) AND a.kind IN ('home', 'shared_with_alleged')
$$;

-- Which of these homes, by their number in the list, stand on no list of neighbours of this case: its own; those of any
-- case in which somebody may be hidden from somebody; and all of them for who does not hold the case, or while there are
-- addresses of before marks were kept, of which nobody can say whose they are. Numbers only, and none says why. Definer: whoever draws up the list must not learn of those cases.
CREATE OR REPLACE FUNCTION kept_off_list(the_case bigint, the_marks bytea[])
    RETURNS SETOF int LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT m.nth::int FROM unnest(the_marks) WITH ORDINALITY AS m (mark, nth)
    WHERE NOT ctx_owns(the_case) OR EXISTS (SELECT 1 FROM casework_address WHERE mark IS NULL) OR EXISTS (
        SELECT 1 FROM casework_address a JOIN casework_case c ON c.id = a.case_id
        WHERE a.mark = m.mark AND (
            c.id = the_case OR c.kind IN ('domestic_abuse', 'behaviour') OR a.kind IN ('refuge_office', 'safe')
            OR EXISTS (SELECT 1 FROM casework_contact t WHERE t.case_id = c.id AND t.kind = 'domestic_abuse')
            OR EXISTS (SELECT 1 FROM casework_sealmember s WHERE s.case_id = c.id AND s.ended_at IS NULL)
            OR EXISTS (SELECT 1 FROM casework_party p WHERE p.case_id = c.id AND p.role = 'alleged')))
$$;
