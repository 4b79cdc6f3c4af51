"""Who may pass on the referrals that somebody leaves behind."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0003_walled_off_kinds"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="referral",
            options={
                "default_permissions": (),
                "permissions": [
                    ("view_referral", "See a referral"),
                    ("draft_referral", "Draft a referral"),
                    ("send_referral", "Send a referral"),
                    ("accept_referral", "Accept a referral"),
                    ("decline_referral", "Decline a referral"),
                    ("withdraw_referral", "Withdraw a referral"),
                    ("complete_referral", "Complete a referral"),
                    ("hand_over_referrals", "Pass on the referrals that somebody leaves behind"),
                ],
            },
        ),
    ]
