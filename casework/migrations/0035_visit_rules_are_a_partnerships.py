"""The questions of the first screen and the rings around a burglary can be a partnership's own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_late_steps_climb"),
        ("casework", "0034_near_repeats_and_neighbours"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="visitrule",
            name="visit_rule_begins_once_a_day",
        ),
        migrations.AddField(
            model_name="visitrule",
            name="partnership",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.partnership"
            ),
        ),
        migrations.AlterField(
            model_name="visitrule",
            name="days",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="visitrule",
            name="hastens",
            field=models.BooleanField(default=False, verbose_name="makes it urgent"),
        ),
        migrations.AlterField(
            model_name="visitrule",
            name="metres",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="visitrule",
            name="source",
            field=models.CharField(max_length=200, verbose_name="who says so"),
        ),
        migrations.AlterField(
            model_name="visitrule",
            name="valid_from",
            field=models.DateField(verbose_name="from which day"),
        ),
        migrations.AddConstraint(
            model_name="visitrule",
            constraint=models.UniqueConstraint(
                fields=("code", "partnership", "valid_from"), name="visit_rule_begins_once_a_day", nulls_distinct=False
            ),
        ),
    ]
