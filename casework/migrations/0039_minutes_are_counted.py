"""Times may be counted in minutes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0016_late_referrals_are_told"),
        ("casework", "0038_files_are_attached"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="coderule",
            name="code_rule_counts_in_a_known_unit",
        ),
        migrations.AlterField(
            model_name="coderule",
            name="unit",
            field=models.CharField(
                choices=[
                    ("minute", "minute"),
                    ("hour", "hour"),
                    ("day", "day"),
                    ("working_hour", "working_hour"),
                    ("working_day", "working_day"),
                    ("month", "month"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="coderule",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit__in", ["minute", "hour", "day", "working_hour", "working_day", "month"])),
                name="code_rule_counts_in_a_known_unit",
            ),
        ),
    ]
