INSERT INTO casework_incident (case_id, partnership_id, crime_id, crime_reference, force, month, place, area_code,
                               area_name)
SELECT id, partnership_id, 'crime ' || id, '', 'met', '2026-01-01', 'On or near High Street', '', ''
FROM casework_case WHERE reference = ANY (%(cases)s) ON CONFLICT DO NOTHING;
INSERT INTO casework_party (id, public_id, case_id, person_id, role, name, folded_name, language, access_needs,
                            support_needs)
SELECT -2 * c.id - (role = 'child')::int, gen_random_uuid(), c.id, c.id, role, 'Somebody Else', 'else somebody', '', '', ''
FROM casework_case c, unnest(ARRAY['alleged', 'child']) role WHERE reference = ANY (%(cases)s) ON CONFLICT DO NOTHING;
INSERT INTO casework_groupgrant (content_object_id, group_id, permission_id, sharing_id, valid_until)
SELECT c.id, a.group_id, p.id, d.id, d.until
FROM casework_case c JOIN casework_sharingdecision d ON d.case_id = c.id JOIN accounts_agency a ON a.id = d.recipient_id,
     auth_permission p JOIN django_content_type t ON t.id = p.content_type_id AND t.app_label = 'casework'
WHERE c.reference = ANY (%(cases)s) AND d.began_at IS NOT NULL AND p.codename = ANY (%(permissions)s)
ON CONFLICT DO NOTHING;
-- And a decision to share it all, which its recipient has yet to accept.
INSERT INTO casework_sharingdecision (public_id, case_id, recipient_id, purpose, basis_id, consent_id, override_reason,
                                      override_narrative, told_victim, beyond_agreement, justification, necessity,
                                      categories, until, decided_at, decided_by_id)
SELECT DISTINCT ON (d.case_id, d.recipient_id) gen_random_uuid(), d.case_id, d.recipient_id, d.purpose, d.basis_id,
       d.consent_id, '', '', '', '', '', 'To help', %(categories)s, now() + interval '1 year', now(), d.decided_by_id
FROM casework_sharingdecision d JOIN casework_case c ON c.id = d.case_id
WHERE c.reference = ANY (%(cases)s) AND d.began_at IS NOT NULL
