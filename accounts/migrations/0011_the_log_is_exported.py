from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_an_erasure_is_asked_for"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="upkeep",
            options={
                "default_permissions": (),
                "managed": False,
                "permissions": [
                    ("rescue_jobs", "Put work back that a worker left behind when it died"),
                    ("purge_jobs", "Remove work that is done"),
                    ("make_partitions", "Make the log's partitions ahead"),
                    ("clear_sessions", "Remove sessions that have ended"),
                    ("watch_seal", "Raise the alarm when the log is not sealed"),
                    ("export_audit", "Take the sealed log away as files"),
                ],
            },
        ),
    ]
