"""Front doors of other areas; news of what was handed in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0017_what_changed_is_told"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_has_a_known_kind",
        ),
        migrations.RemoveConstraint(
            model_name="agency",
            name="agency_has_a_known_kind",
        ),
        migrations.AlterField(
            model_name="agency",
            name="kind",
            field=models.CharField(
                choices=[
                    ("front_door", "Front door"),
                    ("police", "Police"),
                    ("council", "Council service"),
                    ("support", "IDVA and support service"),
                    ("refuge", "Refuge"),
                    ("housing", "Housing"),
                    ("health", "Health"),
                    ("behaviour", "Service for people who want to change their behaviour"),
                    ("other_area", "Front door of another area"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "front_door",
                            "police",
                            "council",
                            "support",
                            "refuge",
                            "housing",
                            "health",
                            "behaviour",
                            "other_area",
                        ],
                    )
                ),
                name="agency_has_a_known_kind",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("bar_proposed", "Something of their agency waits for a supervisor"),
                    ("holder_asked", "Something of their agency waits for an answer"),
                    ("erasure_asked", "Something of their agency waits for a second person"),
                    ("emergency_opened", "A case of their agency was opened in an emergency"),
                    ("referral_sent", "A referral to their agency waits for an answer"),
                    ("referral_accepted", "Their referral was accepted"),
                    ("referral_declined", "Their referral was declined"),
                    ("changed", "Something that was shared with them has changed"),
                    ("referral_changed", "Something became of their referral"),
                    ("referral_late", "A referral that waits for their agency is late"),
                    ("referral_recalled", "What was sent to them by mistake was recalled"),
                    ("no_longer_agrees", "What they were sent is shared although somebody no longer agrees"),
                    ("information_asked", "A request for information waits for them, or was answered"),
                    ("agreement_ends", "An information-sharing agreement is soon to be reviewed"),
                    ("for_the_senior", "Something waits for the named senior practitioner"),
                    ("audit_finished", "A supervisor looked at a case of theirs and wrote what they found"),
                    ("odd_access", "Access to cases waits for them to look into"),
                    ("step_late", "A next step of theirs, or of their agency, is late"),
                    ("hand_in_news", "There is news of what their agency handed in"),
                    ("log_unsealed", "The log is not being sealed"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "bar_proposed",
                            "holder_asked",
                            "erasure_asked",
                            "emergency_opened",
                            "referral_sent",
                            "referral_accepted",
                            "referral_declined",
                            "changed",
                            "referral_changed",
                            "referral_late",
                            "referral_recalled",
                            "no_longer_agrees",
                            "information_asked",
                            "agreement_ends",
                            "for_the_senior",
                            "audit_finished",
                            "odd_access",
                            "step_late",
                            "hand_in_news",
                            "log_unsealed",
                        ],
                    )
                ),
                name="notice_has_a_known_kind",
            ),
        ),
    ]
