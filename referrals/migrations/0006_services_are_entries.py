"""A service is its public entry, in the words of Open Referral, beside what only those who refer may know of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.lookups import Exact
from django.utils import timezone

# Changes of a type, not of rows, which would each ask for an event.
SQL = """
ALTER TABLE referrals_service ALTER COLUMN status TYPE varchar(20)
    USING CASE WHEN is_active THEN 'active' ELSE 'inactive' END;
ALTER TABLE referrals_service ALTER COLUMN entry TYPE jsonb
    USING jsonb_build_object('id', gen_random_uuid(), 'name', name, 'status', status, 'description', what_for);
"""
BACK = "ALTER TABLE referrals_service ALTER COLUMN is_active TYPE boolean USING status = 'active'"


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0005_referrals_get_an_answer"),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="added_on",
            field=models.DateField(default=timezone.localdate),
        ),
        migrations.AddField(
            model_name="service",
            name="areas",
            field=ArrayField(
                base_field=models.CharField(max_length=100),
                default=list,
                help_text="Empty: the partnership's own.",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="assured_on",
            field=models.DateField(help_text="When somebody last said that all of it is right.", null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="beds",
            field=models.JSONField(blank=True, default=dict, help_text="How many, by their type."),
        ),
        migrations.AddField(
            model_name="service",
            name="by_and_for",
            field=ArrayField(base_field=models.CharField(max_length=30), default=list, size=None),
        ),
        migrations.AddField(
            model_name="service",
            name="capacity_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="capacity_now",
            field=models.PositiveSmallIntegerField(help_text="Places. Null: not said.", null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="entry",
            field=models.JSONField(default=dict),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="service",
            name="imported",
            field=models.CharField(
                blank=True, help_text="The digest of the document it was last read from.", max_length=64
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="languages",
            field=ArrayField(
                base_field=models.CharField(max_length=60),
                default=list,
                help_text="Empty: English, or not said.",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="maximum_age",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="minimum_age",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="outside_area_only",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="service",
            name="pets",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="risk_bands",
            field=ArrayField(
                base_field=models.CharField(max_length=20), default=list, help_text="Empty: any.", size=None
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="secure_contact",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="service",
            name="status",
            field=models.CharField(
                choices=[
                    ("active", "Active"),
                    ("inactive", "Not offered at present"),
                    ("defunct", "No longer there"),
                    ("temporarily closed", "Closed for a time"),
                ],
                default="active",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="takes_men",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="takes_nrpf",
            field=models.BooleanField(help_text="People without recourse to public funds. Null: not said.", null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="takes_sons_until",
            field=models.PositiveSmallIntegerField(help_text="An age. Null: not said.", null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="takes_women",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="waiting_days",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="waitlist_length",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="wheelchair",
            field=models.BooleanField(null=True),
        ),
        migrations.RunSQL(SQL, BACK),
        migrations.RemoveField(
            model_name="service",
            name="is_active",
        ),
        migrations.AlterField(
            model_name="service",
            name="name",
            field=models.CharField(max_length=200),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["active", "inactive", "defunct", "temporarily closed"])),
                name="service_has_a_known_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("entry__has_keys", ["id", "name", "status"]),
                    Exact(KeyTextTransform("name", "entry"), models.F("name")),
                    Exact(KeyTextTransform("status", "entry"), models.F("status")),
                ),
                name="service_is_called_what_its_entry_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.UniqueConstraint(
                models.F("agency"), KeyTextTransform("id", "entry"), name="service_is_entered_once_per_agency"
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minimum_age__isnull", True),
                    ("maximum_age__isnull", True),
                    ("minimum_age__lte", models.F("maximum_age")),
                    _connector="OR",
                ),
                name="service_is_for_ages_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("risk_bands__contained_by", ["standard", "medium", "high", "insufficient"])),
                name="service_takes_known_levels_of_risk",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("by_and_for__contained_by", ["black_and_minoritised", "deaf", "disabled", "lgbt"])),
                name="service_is_by_and_for_known_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("capacity_at__isnull", True), ("capacity_now__isnull", True)),
                    models.Q(("capacity_at__isnull", False), ("capacity_now__isnull", False)),
                    _connector="OR",
                ),
                name="service_says_its_places_and_when_or_neither",
            ),
        ),
    ]
