"""Rules that the database keeps: grants that end at their second, and open cases that keep a next step."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "0002_rules.sql").read_text()
REVERSE = """
DROP INDEX party_folded_name_pieces;
DROP TRIGGER case_that_is_open_keeps_a_next_step ON casework_nextstep;
DROP TRIGGER case_that_is_open_has_a_next_step ON casework_case;
DROP TRIGGER grant_comes ON casework_groupgrant;
DROP TRIGGER grant_changes ON casework_groupgrant;
DROP VIEW casework_live_group_grant;
DROP FUNCTION casework_case_needs_a_step(), casework_grant_comes(), casework_grant_changes(), casework_grant_ends();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_records"), ("contenttypes", "0002_remove_content_type_name")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
