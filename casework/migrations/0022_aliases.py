"""What else somebody is called."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0021_cases_are_erased"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="also known as")),
                (
                    "folded_name",
                    models.CharField(
                        help_text="The name without accents, case and signs, for finding.", max_length=200
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="aliases", to="casework.case"
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="aliases", to="casework.party"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "aliases",
                "default_permissions": (),
                "indexes": [models.Index(fields=["folded_name"], name="alias_folded_name")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("folded_name", ""), _negated=True), name="alias_has_letters"
                    ),
                    models.UniqueConstraint(fields=("party", "folded_name"), name="alias_is_said_once_of_each_party"),
                ],
            },
        ),
    ]
