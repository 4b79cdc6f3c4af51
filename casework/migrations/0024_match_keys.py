"""Keys by which a party is found when the same person comes again; and other names are found by their sound, too."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0023_routes_say_when_they_are_safe")]

    operations = [
        migrations.CreateModel(
            name="MatchKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("telephone", "A telephone number"),
                            ("birth", "A date of birth"),
                            ("names", "How two parts of a name sound, and the year of birth"),
                            ("place", "A postcode, and how a part of a name begins or sounds"),
                        ],
                        max_length=10,
                    ),
                ),
                ("key", models.BinaryField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.case"
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="casework.party"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(kind__in=["telephone", "birth", "names", "place"]),
                        name="match_key_has_a_known_kind",
                    ),
                    models.UniqueConstraint(fields=("key", "party"), name="match_key_is_of_each_party_once"),
                ],
            },
        ),
        migrations.RunSQL(
            "CREATE INDEX alias_name_keys ON casework_alias USING gin (name_keys(folded_name))",
            "DROP INDEX alias_name_keys",
        ),
    ]
