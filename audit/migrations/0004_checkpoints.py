"""Checkpoints: what the log was at each seal; since when something waits to be sealed; a month may leave the table."""

from pathlib import Path

from django.db import migrations, models

SQL = (Path(__file__).parent / "0004_checkpoints.sql").read_text()
REVERSE = """
DROP FUNCTION audit_detach_partition(date), audit_unsealed_since();
DROP TABLE audit_checkpoint;
DROP FUNCTION audit_checkpoint_follows();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_what_is_said_once")]
    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[("size", models.BigIntegerField(primary_key=True, serialize=False))],
            options={"db_table": "audit_checkpoint", "managed": False, "default_permissions": ()},
        ),
        migrations.RunSQL(SQL, REVERSE),
    ]
