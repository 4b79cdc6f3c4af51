"""Names that are written otherwise are found by keys, for their pieces are too many among a million names."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "0014_names_are_found_by_their_sound.sql").read_text()
REVERSE = """
DROP INDEX party_name_keys;
DROP FUNCTION name_keys(text), sound_of(text);
CREATE INDEX party_folded_name_pieces ON casework_party USING gin (folded_name gin_trgm_ops);
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0013_record_versions")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
