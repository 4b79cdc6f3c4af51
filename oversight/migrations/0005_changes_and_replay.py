"""The permissions to see what an act changed, and what an agency could know at a past moment."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("oversight", "0004_attempts")]

    operations = [
        migrations.AlterModelOptions(
            name="casehistory",
            options={
                "default_permissions": (),
                "managed": False,
                "permissions": [
                    ("view_case_history", "Read who saw and did what in a case"),
                    ("export_case_history", "Take the history of a case away as a file"),
                    ("view_changes", "See what an act changed in a case, as far as one sees the case"),
                    ("view_replay", "Ask what an agency could know of a case at a past moment, and what it had seen"),
                    ("export_replay", "Take that answer away as a file"),
                ],
            },
        ),
    ]
