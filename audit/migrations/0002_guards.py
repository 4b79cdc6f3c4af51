"""What other apps' tables are guarded with: no change without its event, no status but along its table."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "0002_guards.sql").read_text()
REVERSE = """
DROP TRIGGER audit_never_emptied ON audit_event;
DROP FUNCTION audit_required(), audit_status_moves();
DROP INDEX audit_event_xid;
CREATE INDEX audit_event_xid ON audit_event (xid);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_the_log")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
