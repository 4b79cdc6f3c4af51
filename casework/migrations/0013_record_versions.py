"""What each record of a case held before it was changed."""

from pathlib import Path

from django.db import migrations, models

SQL = (Path(__file__).parent / "0013_record_versions.sql").read_text()
REVERSE = "DROP TABLE casework_recordversion; DROP FUNCTION casework_keep_version() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("casework", "0012_consent_names_what_it_is_to"), ("audit", "0002_guards")]
    operations = [
        migrations.RunSQL(
            SQL,
            REVERSE,
            state_operations=[
                migrations.CreateModel(
                    name="RecordVersion",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField(editable=False)),
                        ("act", models.CharField(choices=[], max_length=10)),
                        ("record", models.CharField(max_length=63)),
                        ("row_id", models.BigIntegerField()),
                        ("case_id", models.BigIntegerField()),
                        ("held", models.JSONField()),
                    ],
                    options={"managed": False, "default_permissions": ()},
                )
            ],
        )
    ]
