"""Who brings services into the directory, changes them, says that they are right, and says how many places they have."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0006_services_are_entries"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="service",
            options={
                "default_permissions": (),
                "permissions": [
                    ("view_service", "See the partner services"),
                    ("add_service", "Add a partner service"),
                    ("import_service", "Bring published services into the directory"),
                    ("edit_service", "Change what a service says of itself"),
                    ("say_capacity", "Say how many places one's own service has"),
                    ("assure_service", "Say that the entry of a service is right"),
                ],
            },
        ),
    ]
