"""Every decision names the consent that it relied on; what it rests on is asked by a trigger."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

# Asked as a decision is made, by its own time. It only ever narrows afterwards: it ends earlier, and nothing else.
SQL = """
CREATE FUNCTION casework_decision_rests() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said casework_consentrecord;
    basis casework_lawfulbasis;
    holder bigint := (SELECT agency_id FROM casework_case WHERE id = NEW.case_id);
    broken text;
BEGIN
    SELECT * INTO said FROM casework_consentrecord WHERE id = NEW.consent_id;
    SELECT * INTO basis FROM casework_lawfulbasis WHERE id = NEW.basis_id;
    broken := CASE
        WHEN said.case_id IS DISTINCT FROM NEW.case_id OR said.purpose <> NEW.purpose
             OR said.recipient_id <> NEW.recipient_id
            THEN 'decision_names_a_consent_of_its_own'
        WHEN basis.rests_on_consent AND (said.state <> 'given' OR said.withdrawn_at IS NOT NULL
             OR said.until <= NEW.decided_at)
            THEN 'decision_by_consent_needs_it_given'
        WHEN (said.state IN ('refused', 'withdrawn') OR said.withdrawn_at IS NOT NULL) AND NEW.override_reason = ''
            THEN 'decision_against_their_will_is_overridden'
        WHEN NEW.authorised_by_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM accounts_user u
                WHERE u.id = NEW.authorised_by_id AND u.role = 'supervisor' AND u.agency_id = holder)
            THEN 'decision_is_overridden_by_a_supervisor_of_the_holder'
        WHEN NEW.agreement_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM casework_sharingagreement a
                WHERE a.id = NEW.agreement_id AND a.ended_at IS NULL AND NEW.categories <@ a.categories
                  AND (NEW.decided_at AT TIME ZONE 'Europe/London')::date >= a.valid_from
                  AND (NEW.decided_at AT TIME ZONE 'Europe/London')::date < a.review_on
                  AND 2 = (SELECT count(DISTINCT p.agency_id) FROM casework_agreementparty p
                           WHERE p.agreement_id = a.id AND p.agency_id IN (holder, NEW.recipient_id)))
            THEN 'decision_keeps_to_its_agreement'
        WHEN NEW.agreement_id IS NULL AND NOT basis.is_emergency AND (NEW.beyond_agreement = '' OR NOT EXISTS (
                SELECT 1 FROM accounts_user u
                WHERE u.id = NEW.decided_by_id AND u.role = 'supervisor' AND u.agency_id = holder))
            THEN 'decision_beyond_agreements_is_a_supervisors'
    END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a decision to share must rest on what it says: %', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER decision_rests_on_what_it_says BEFORE INSERT ON casework_sharingdecision
    FOR EACH ROW EXECUTE FUNCTION casework_decision_rests();

CREATE FUNCTION casework_decision_narrows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.until > OLD.until THEN
        RAISE EXCEPTION 'a share is only shortened'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_is_only_shortened';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER decision_is_only_shortened BEFORE UPDATE OF until ON casework_sharingdecision
    FOR EACH ROW EXECUTE FUNCTION casework_decision_narrows();
"""
BACK = """
DROP TRIGGER decision_rests_on_what_it_says ON casework_sharingdecision;
DROP TRIGGER decision_is_only_shortened ON casework_sharingdecision;
DROP FUNCTION casework_decision_rests();
DROP FUNCTION casework_decision_narrows();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0009_old_decisions_name_their_consent")]
    operations = [
        migrations.RemoveField(model_name="sharingdecision", name="old_consent"),
        migrations.RemoveField(model_name="sharingdecision", name="consent_reason"),
        migrations.AlterField(
            model_name="sharingdecision",
            name="consent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="casework.consentrecord"
            ),
        ),
        migrations.AlterField(
            model_name="sharingdecision",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.RunSQL(SQL, BACK),
    ]
