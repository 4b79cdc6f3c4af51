"""The log: partitioned by month, append-only; time, transaction and database user set by the database."""

import uuid
from pathlib import Path

from django.db import migrations, models

SQL = (Path(__file__).parent / "0001_the_log.sql").read_text()


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
            ],
            options={"db_table": "audit_event", "managed": False, "default_permissions": ()},
        ),
        migrations.RunSQL(
            SQL,
            "DROP TABLE audit_event;"
            "DROP FUNCTION audit_refuse(), audit_stamped_by_the_database(), audit_make_partitions(int),"
            " audit_make_partition(date);",
        ),
    ]
