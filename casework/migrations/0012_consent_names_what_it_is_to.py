"""Consent is to named categories, and what is decided by it shares no others."""

import django.contrib.postgres.fields
from django.db import migrations, models

# What was recorded before named none, and was taken for all.
CATEGORIES = ["identity", "contact", "location", "incident", "risk", "narrative", "household", "alleged", "needs"]
SQL = """
CREATE FUNCTION casework_consent_covers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM casework_consentrecord c
               WHERE c.id = NEW.consent_id AND c.state = 'given' AND NOT NEW.categories <@ c.categories) THEN
        RAISE EXCEPTION 'a decision relies on consent to all that it shares'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_shares_no_more_than_they_agreed_to';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER decision_shares_no_more_than_they_agreed_to BEFORE INSERT ON casework_sharingdecision
    FOR EACH ROW EXECUTE FUNCTION casework_consent_covers();
"""
BACK = """
DROP TRIGGER decision_shares_no_more_than_they_agreed_to ON casework_sharingdecision;
DROP FUNCTION casework_consent_covers();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0011_the_deadly_fields_are_sealed")]
    operations = [
        migrations.AddField(
            model_name="consentrecord",
            name="categories",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), size=None, default=CATEGORIES
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("categories__contained_by", CATEGORIES), ("categories__len__gt", 0)),
                name="consent_names_known_categories",
            ),
        ),
        migrations.RunSQL(SQL, BACK),
    ]
