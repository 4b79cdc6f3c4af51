"""Referrals and services know the walled-off kind, and no referral crosses the wall."""

from django.conf import settings
from django.db import migrations, models


SQL = """
CREATE TRIGGER nothing_crosses_the_wall BEFORE INSERT ON referrals_referral
    FOR EACH ROW EXECUTE FUNCTION casework_nothing_crosses();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_the_senior_and_the_wall"),
        ("casework", "0016_a_walled_off_workstream"),
        ("referrals", "0002_outbox"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_has_a_known_kind_of_case",
        ),
        migrations.RemoveConstraint(
            model_name="service",
            name="service_is_for_known_kinds_of_case",
        ),
        migrations.AlterField(
            model_name="referral",
            name="case_kind",
            field=models.CharField(
                choices=[
                    ("domestic_abuse", "Domestic abuse"),
                    ("burglary", "Burglary"),
                    ("other", "Other"),
                    ("behaviour", "Help for somebody who wants to change their own behaviour"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("case_kind__in", ["domestic_abuse", "burglary", "other", "behaviour"])),
                name="referral_has_a_known_kind_of_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("kinds__contained_by", ["domestic_abuse", "burglary", "other", "behaviour"])),
                name="service_is_for_known_kinds_of_case",
            ),
        ),
        migrations.RunSQL(SQL, "DROP TRIGGER nothing_crosses_the_wall ON referrals_referral"),
    ]
