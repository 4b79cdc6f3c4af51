-- Run past the triggers: `made` numbers the new referrals, one in each case. Ids are those numbers.
CREATE TEMP VIEW front_door AS
    SELECT a.id, a.group_id, a.partnership_id, w.id AS worker_id
    FROM accounts_agency a JOIN accounts_user w ON w.agency_id = a.id AND w.role = 'caseworker'
    WHERE a.kind = 'front_door' AND a.name = 'front door';
CREATE TEMP VIEW permission AS
    SELECT p.id, p.codename FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id
    WHERE t.app_label = 'casework';
-- To whom: one in five to the big agency, one in a hundred to the middle one, sixty to the small one, the rest to others.
CREATE TEMP TABLE sent AS
SELECT n, case_ref, contact_ref, s.id AS service_id, a.id AS agency_id, a.group_id AS theirs, w.id AS their_worker,
       (ARRAY['sent', 'acknowledged', 'accepted', 'engaged', 'completed'])[1 + n / 7 % 5] AS status,
       now() - interval '10 days' + n::bigint * 7919 % 1000003 * interval '1 second' AS due_at
FROM made
JOIN accounts_agency a ON a.name = CASE WHEN n % 5 = 0 THEN 'big' WHEN n % 100 = 1 THEN 'middle'
    WHEN n % 100 = 2 AND n < 10006000 THEN 'small' ELSE 'also middle ' || 1 + n % 39 END
JOIN referrals_service s ON s.agency_id = a.id
JOIN accounts_user w ON w.agency_id = a.id AND w.role = 'partner_worker';

INSERT INTO casework_case
    (id, reference, partnership_id, agency_id, kind, status, owner_id, received_at, opened_at, opened_by_id)
SELECT n, case_ref, f.partnership_id, f.id, 'domestic_abuse', 'open', f.worker_id,
       now() - interval '2 years' + (n - 10000000) * interval '5 seconds', now(), f.worker_id
FROM made, front_door f ORDER BY n;
INSERT INTO casework_groupgrant (content_object_id, group_id, permission_id, received_at)
SELECT n, f.group_id, p.id, CASE p.codename WHEN 'view_case' THEN c.received_at END
FROM made JOIN casework_case c ON c.id = n, front_door f, permission p
WHERE p.codename IN ('view_case', 'hold_case') ORDER BY n;
INSERT INTO casework_consentrecord (id, public_id, case_id, state, purpose, categories, how, reason, capacity,
                                    recorded_at, recorded_by_id)
SELECT n, gen_random_uuid(), n, 'given', 'safety_support', '{identity,contact,risk}'::text[], 'by_telephone', '',
       'not_noted', now(), worker_id
FROM made, front_door ORDER BY n;
INSERT INTO casework_sharingdecision (id, public_id, case_id, recipient_id, purpose, basis_id, consent_id,
                                      override_reason, override_narrative, told_victim, beyond_agreement, justification,
                                      necessity, categories, until, decided_at, decided_by_id, began_at, ended_at,
                                      ended_by_id)
SELECT n, gen_random_uuid(), n, agency_id, 'safety_support', (SELECT min(id) FROM casework_lawfulbasis), n, '', '', '',
       '', '', 'To help', '{identity,contact,risk}', now() + interval '1 year', now(), worker_id,
       CASE WHEN status NOT IN ('sent', 'acknowledged') THEN now() END,
       CASE status WHEN 'completed' THEN now() END, CASE status WHEN 'completed' THEN their_worker END
FROM sent, front_door ORDER BY n;
INSERT INTO casework_groupgrant (content_object_id, group_id, permission_id, sharing_id, received_at, valid_until)
SELECT n, theirs, p.id, n, CASE p.codename WHEN 'view_case' THEN now() END,
       now() + CASE status WHEN 'completed' THEN interval '-1 second' ELSE interval '1 year' END
FROM sent, permission p
WHERE status NOT IN ('sent', 'acknowledged')
  AND p.codename IN ('view_case', 'view_identity', 'view_contact_details', 'view_risk') ORDER BY n;
INSERT INTO casework_nextstep (id, public_id, case_id, kind, note, owner_agency_id, owner_id, due_at, due_source,
                               urgent_at, rung, climbs_at, waits_for_id, opened_at, opened_by_id, outcome)
SELECT n, gen_random_uuid(), n, 'follow_up_referral', '', id, worker_id, due_at, 'service_level', due_at, 'worker',
       due_at + interval '1 day', agency_id, now(), worker_id, ''
FROM sent, front_door ORDER BY n;
INSERT INTO referrals_referral (id, reference, case_id, service_id, sender_id, status, decision_id, follow_up_id,
    owner_agency_id, owner_id, due_at, due_source, urgency, asked, case_kind, borough, language, access_needs,
    drafted_at, drafted_by_id, sent_at, sent_by_id, answered_at, answered_by_id, ended_at, ended_by_id, outcome,
    outcome_code, as_wanted, told, climbs_at, answer_by, acknowledged_at, acknowledged_by_id, engaged_at, engaged_by_id,
    changes)
SELECT n, contact_ref, n, service_id, id, status, n, n, agency_id,
       CASE WHEN status <> 'sent' THEN their_worker END, due_at, 'service_level', 'routine', 'Support with safety',
       'domestic_abuse', 'Benchley', 'English', '', now(), worker_id, now(), worker_id,
       CASE WHEN is_answered THEN now() END, CASE WHEN is_answered THEN their_worker END,
       CASE WHEN is_ended THEN now() END, CASE WHEN is_ended THEN their_worker END,
       CASE WHEN is_ended THEN 'Helped' ELSE '' END, CASE WHEN is_ended THEN 'supported' ELSE '' END,
       CASE WHEN is_ended THEN 'yes' ELSE '' END, 'nobody', CASE WHEN NOT is_ended THEN due_at END, due_at,
       CASE WHEN status <> 'sent' THEN now() END, CASE WHEN status <> 'sent' THEN their_worker END,
       CASE WHEN status = 'engaged' THEN now() END, CASE WHEN status = 'engaged' THEN their_worker END, '{}'
FROM sent, front_door, LATERAL (SELECT status NOT IN ('sent', 'acknowledged') AS is_answered,
                                       status = 'completed' AS is_ended) AS is_so
ORDER BY n;

SELECT setval(pg_get_serial_sequence(name, 'id'), (SELECT max(n) FROM made))
FROM unnest(ARRAY['casework_case', 'casework_consentrecord', 'casework_sharingdecision', 'casework_nextstep',
                  'referrals_referral']) AS name;
