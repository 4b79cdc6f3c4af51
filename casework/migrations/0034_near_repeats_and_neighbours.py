"""What happened near a burglary is found by where it was; and who lives near it, and was warned, is written down."""

import casework.models.places
import casework.models.sealed
import django.contrib.postgres.indexes
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_holders_are_asked"),
        ("casework", "0033_police_visits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ListedAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lines", models.CharField(max_length=200)),
                ("postcode", models.CharField(max_length=10)),
                ("place", models.CharField(max_length=100)),
                ("spot", casework.models.places.PointField()),
                ("source", models.CharField(max_length=200)),
                ("valid_from", models.DateField()),
            ],
            options={
                "verbose_name_plural": "listed addresses",
                "permissions": [("load_addresses", "Load the public list of addresses")],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Neighbour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("address", casework.models.sealed.SealedText(verbose_name="address")),
                ("listed_at", models.DateTimeField()),
                (
                    "was_told",
                    models.BooleanField(help_text="Empty: nobody has tried yet.", null=True, verbose_name="warned"),
                ),
                ("told_at", models.DateTimeField(null=True)),
            ],
            options={
                "permissions": [
                    ("view_nearby", "See what happened near a burglary, and which homes to warn"),
                    ("list_neighbours", "Draw up which homes to warn"),
                    ("tell_neighbour", "Say whether a home was warned"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="incident",
            options={
                "default_permissions": (),
                "permissions": [("note_crime", "Note the police's number of a crime, and what they have done")],
            },
        ),
        migrations.AlterModelOptions(
            name="visit",
            options={
                "default_permissions": (),
                "permissions": [
                    ("screen_visit", "Ask what makes a victim of a burglary vulnerable"),
                    ("offer_visit", "Offer a police visit"),
                    ("answer_visit", "Say how the offer was answered"),
                    ("schedule_visit", "Say who comes, and when"),
                    ("attend_visit", "Say whether the visit took place"),
                    ("record_visit", "Say what was done at the visit and after it"),
                    ("view_visits", "See offers that are late, and how visits go"),
                    ("ask_overlap", "Ask whether a burglary could be domestic abuse"),
                ],
            },
        ),
        migrations.AddField(
            model_name="address",
            name="mark",
            field=casework.models.sealed.Mark(null=True, of="marked"),
        ),
        migrations.AddField(
            model_name="incident",
            name="happened_on",
            field=models.DateField(
                help_text="Where it is known; of published records it is not.", null=True, verbose_name="day"
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="numbers",
            field=models.JSONField(default=list, verbose_name="the police's numbers, as they were given"),
        ),
        migrations.AddField(
            model_name="incident",
            name="spot",
            field=casework.models.places.PointField(null=True),
        ),
        migrations.AddIndex(
            model_name="address",
            index=models.Index(fields=["mark"], name="address_mark"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=django.contrib.postgres.indexes.GistIndex(fields=["spot"], name="incident_spot"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("crime_reference", ""), _negated=True),
                fields=["crime_reference"],
                name="incident_reference",
            ),
        ),
        migrations.AddField(
            model_name="listedaddress",
            name="partnership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.partnership"
            ),
        ),
        migrations.AddField(
            model_name="neighbour",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="neighbours", to="casework.case"
            ),
        ),
        migrations.AddField(
            model_name="neighbour",
            name="listed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="neighbour",
            name="told_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="listedaddress",
            index=django.contrib.postgres.indexes.GistIndex(fields=["spot"], name="listed_address_spot"),
        ),
        migrations.AddIndex(
            model_name="listedaddress",
            index=models.Index(fields=["partnership", "place"], name="listed_address_place"),
        ),
        migrations.AddConstraint(
            model_name="listedaddress",
            constraint=models.UniqueConstraint(
                fields=("partnership", "lines", "postcode"), name="address_is_listed_once_for_each_partnership"
            ),
        ),
        migrations.AddConstraint(
            model_name="neighbour",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("told_at__isnull", True), ("told_by__isnull", True), ("was_told__isnull", True)),
                    models.Q(("told_at__isnull", False), ("told_by__isnull", False), ("was_told__isnull", False)),
                    _connector="OR",
                ),
                name="neighbour_was_told_when_and_by_whom_or_not_yet",
            ),
        ),
        migrations.AddConstraint(
            model_name="neighbour",
            constraint=models.CheckConstraint(
                condition=models.Q(("address__isnull", False)), name="neighbour_has_an_address"
            ),
        ),
        migrations.AddConstraint(
            model_name="neighbour",
            constraint=models.CheckConstraint(
                condition=RawSQL(
                    "(address IS NULL OR (substring(address from 1 for 1) = '\\x01'::bytea AND octet_length(address) > 29))",
                    [],
                    output_field=models.BooleanField(),
                ),
                name="neighbour_is_sealed",
            ),
        ),
    ]
