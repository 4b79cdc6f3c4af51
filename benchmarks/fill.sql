-- Run past the triggers: `made` numbers the new cases, `partner` says who is let into which. Ids are those numbers.
CREATE TEMP VIEW front_door AS
    SELECT a.id, a.name, a.group_id, a.partnership_id, w.id AS worker_id
    FROM accounts_agency a JOIN accounts_user w ON w.agency_id = a.id AND w.role = 'caseworker'
    WHERE a.kind = 'front_door';
CREATE TEMP VIEW permission AS
    SELECT p.id, p.codename FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id
    WHERE t.app_label = 'casework';

INSERT INTO casework_case
    (id, reference, partnership_id, agency_id, kind, status, owner_id, received_at, opened_at, opened_by_id)
SELECT n, case_ref, f.partnership_id, f.id, CASE WHEN n % 3 = 0 THEN 'burglary' ELSE 'domestic_abuse' END, 'open',
       f.worker_id, now() - interval '2 years' + n * interval '5 seconds', now(), f.worker_id
FROM made JOIN front_door f ON f.name = made.holder ORDER BY n;
CREATE TEMP VIEW held AS
    SELECT n, contact_ref, victim, folded, c.received_at, f.* FROM made JOIN casework_case c ON c.id = n
    JOIN front_door f ON f.id = c.agency_id;

INSERT INTO casework_person (id, public_id, partnership_id)
SELECT n, gen_random_uuid(), partnership_id FROM held;
INSERT INTO casework_party (id, public_id, case_id, person_id, role, name, folded_name, date_of_birth, language,
                            access_needs, support_needs)
SELECT n, gen_random_uuid(), n, n, 'victim', victim, folded, date '1940-01-01' + n % 25000 * 7919 % 25000, 'English', '',
       'Time to talk'
FROM made;
-- As large as a ciphertext and no more than that: `complete` seals the cases that are opened.
CREATE OR REPLACE FUNCTION pg_temp.sealed(n int) RETURNS bytea LANGUAGE sql AS
    $$ SELECT '\x01'::bytea || sha256(n::text::bytea) || sha256(n::text::bytea) $$;
INSERT INTO casework_casekey (id, case_id, wrapped, version, made_at)
SELECT n, n, substring(pg_temp.sealed(n) from 1 for 61), '1', now() FROM made;
INSERT INTO casework_contactroute (id, public_id, case_id, party_id, kind, value, when_safe, mark, safety, confirmed_at,
                                   confirmed_by_id, expires_at, monitored, initiator, voicemail, caller_id, letters,
                                   knows)
SELECT n, gen_random_uuid(), n, n, 'phone', pg_temp.sealed(n), pg_temp.sealed(n), sha256(n::text::bytea), 'safe', now(),
       worker_id, now() + interval '28 days', '', '', '', '', '', ''
FROM held;
INSERT INTO casework_address (id, public_id, case_id, party_id, kind, lines, postcode, known_to_alleged)
SELECT n, gen_random_uuid(), n, n, 'home', pg_temp.sealed(n), pg_temp.sealed(n), 'unknown' FROM made;
INSERT INTO casework_risklevel (id, case_id, level, why, judged_at, judged_by_id)
SELECT n, n, 'medium', 'As said', now(), worker_id FROM held;
INSERT INTO casework_nextstep (id, public_id, case_id, kind, note, owner_agency_id, owner_id, due_at, due_source,
                               urgent_at, rung, climbs_at, opened_at, opened_by_id, outcome)
SELECT n, gen_random_uuid(), n, 'call_back', '', id, CASE WHEN n % 50 = 0 THEN worker_id END,
       now() + n * interval '1 second', 'worker', now() + n * interval '1 second',
       CASE WHEN n % 50 = 0 THEN 'worker' ELSE 'duty' END, now() + n * interval '1 second' + interval '1 day', now(),
       worker_id, ''
FROM held;
INSERT INTO casework_contact (id, reference, case_id, status, started_at, started_by_id, draft, channel, happened_at,
                              caller, said, danger, kind, logged_at, logged_by_id, next_step_id, no_step_reason)
SELECT n, contact_ref, n, 'logged', now(), worker_id, NULL, 'phone', now(), 'victim', repeat('What was said. ', 20),
       'no', 'domestic_abuse', now(), worker_id, n, ''
FROM held;
INSERT INTO casework_groupgrant (content_object_id, group_id, permission_id, received_at)
SELECT n, group_id, p.id, CASE p.codename WHEN 'view_case' THEN received_at END
FROM held, permission p WHERE p.codename IN ('view_case', 'hold_case') ORDER BY n;

-- What the largest front door shared. One share in ten has run out.
CREATE TEMP TABLE let_in AS
SELECT n, r.agency_id, worker_id, received_at,
       now() + CASE WHEN n / r.every % 10 = 7 THEN interval '-1 day' ELSE interval '1 year' END AS until
FROM held JOIN partner r ON n % r.every = r.beginning AND n / r.every < r.most WHERE held.name = 'front door';
INSERT INTO casework_consentrecord (public_id, case_id, state, purpose, categories, how, reason, capacity,
                                    recorded_at, recorded_by_id)
SELECT DISTINCT ON (n) gen_random_uuid(), n, 'given', 'safety_support', '{identity,contact,risk}'::text[],
       'by_telephone', '', 'not_noted', now(), worker_id
FROM let_in ORDER BY n;
INSERT INTO casework_sharingdecision (public_id, case_id, recipient_id, purpose, basis_id, consent_id, override_reason,
                                      override_narrative, told_victim, beyond_agreement, justification, necessity,
                                      categories, until, decided_at, decided_by_id, began_at)
SELECT gen_random_uuid(), n, agency_id, 'safety_support', (SELECT min(id) FROM casework_lawfulbasis), c.id, '', '',
       '', '', '', 'To help', '{identity,contact,risk}', l.until, l.received_at, l.worker_id, l.received_at
FROM let_in l JOIN casework_consentrecord c ON c.case_id = n ORDER BY n;
INSERT INTO casework_groupgrant (content_object_id, group_id, permission_id, sharing_id, received_at, valid_until)
SELECT d.case_id, a.group_id, p.id, d.id, CASE p.codename WHEN 'view_case' THEN c.received_at END, d.until
FROM made JOIN casework_sharingdecision d ON d.case_id = n JOIN casework_case c ON c.id = n
     JOIN accounts_agency a ON a.id = d.recipient_id, permission p
WHERE p.codename IN ('view_case', 'view_identity', 'view_contact_details', 'view_risk') ORDER BY n;
INSERT INTO referrals_referral (reference, case_id, service_id, sender_id, status, decision_id, follow_up_id,
    owner_agency_id, due_at, due_source, urgency, asked, case_kind, borough, language, access_needs, drafted_at,
    drafted_by_id, sent_at, sent_by_id, answered_at, answered_by_id, decline_reason, decline_note, outcome, told,
    climbs_at, level, question, added, withdraw_reason, alternative, outcome_code, as_wanted,
    chosen_against, chosen_because, changes)
SELECT 'R' || d.id, n, s.service, held.id, 'accepted', d.id, n, d.recipient_id, now() + n * interval '1 second', 'service_level',
       'routine', 'Support with safety', 'domestic_abuse', 'Benchley', 'English', '', now(), worker_id, now(),
       worker_id, now(), worker_id, '', '', '', 'nobody',
       now() + n * interval '1 second', 'standard', '', '', '', '', '', '', '', '', '{}'
FROM held JOIN casework_sharingdecision d ON d.case_id = n
     JOIN (SELECT id AS service, agency_id FROM referrals_service) s ON s.agency_id = d.recipient_id;

-- A worker is barred from some cases, and one in a thousand is sealed for one worker of the front door.
INSERT INTO casework_bar (public_id, case_id, worker_id, reason, barred_at, barred_by_id)
SELECT gen_random_uuid(), n, w.id, 'knows_them', now(), held.worker_id
FROM held JOIN accounts_user w ON n % 25000 = w.id % 100 * 30;
INSERT INTO casework_sealmember (case_id, worker_id, reason, named_at, named_by_id)
SELECT n, worker_id, 'other', now(), worker_id FROM held WHERE n % 1000 = 500;

SELECT setval(pg_get_serial_sequence(name, 'id'), (SELECT max(n) FROM made))
FROM unnest(ARRAY['casework_case', 'casework_person', 'casework_party', 'casework_contactroute', 'casework_address',
                  'casework_risklevel', 'casework_nextstep', 'casework_contact', 'casework_casekey']) AS name;
