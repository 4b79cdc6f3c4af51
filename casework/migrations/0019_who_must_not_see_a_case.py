"""A bar has a public name, by which it is lifted; a seal says why. Seals of before say "another grave reason"."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models

REASONS = [
    ("honour_based", "Honour-based abuse"),
    ("staff_linked", "Somebody who works in the partnership is in the case"),
    ("protected", "Somebody in the case is under protection"),
    ("other", "Another grave reason"),
]


class Migration(migrations.Migration):
    dependencies = [("casework", "0018_attempts")]

    operations = [
        migrations.AlterModelOptions(
            name="bar",
            options={
                "default_permissions": (),
                "permissions": [
                    ("view_bars", "See who must not see a case"),
                    ("bar_from_case", "Bar a worker or an agency from a case"),
                    ("lift_bar", "Lift a bar"),
                ],
            },
        ),
        # A default of the database's own is another for each row, and asks for no event, as a change of rows would.
        migrations.AddField(
            model_name="bar",
            name="public_id",
            field=models.UUIDField(db_default=RandomUUID(), default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name="bar",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddField(
            model_name="sealmember",
            name="reason",
            field=models.CharField(choices=REASONS, default="other", max_length=30),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="sealmember",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", [name for name, _ in REASONS])), name="seal_has_a_known_reason"
            ),
        ),
    ]
