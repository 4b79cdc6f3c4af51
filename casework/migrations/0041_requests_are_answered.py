"""Answering a request for information is a next step; agreements say how much is heard back."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0017_what_changed_is_told"),
        ("casework", "0040_another_service_is_looked_for"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="consentrecord",
            name="consent_has_a_known_purpose",
        ),
        migrations.RemoveConstraint(
            model_name="nextstep",
            name="step_has_a_known_kind",
        ),
        migrations.RemoveConstraint(
            model_name="sharingdecision",
            name="decision_has_a_known_purpose",
        ),
        migrations.AddField(
            model_name="sharingagreement",
            name="feedback_level",
            field=models.PositiveSmallIntegerField(default=4),
        ),
        migrations.AlterField(
            model_name="consentrecord",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("police_visit", "A police visit to a burgled home"),
                    ("safety_support", "Support and safety planning"),
                    ("safe_accommodation", "A safe place to live"),
                    ("housing_help", "Help with housing"),
                    ("health_care", "Health care"),
                    ("victim_support", "Practical and emotional support after a crime"),
                    ("request", "To answer a lawful request for information"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="nextstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("call_back", "Call back by a safe route"),
                    ("offer_visit", "Offer a police visit"),
                    ("refer", "Refer to a partner service"),
                    ("follow_up_referral", "Follow up the referral"),
                    ("find_another_service", "Find another service"),
                    ("decide_what_next", "Decide what happens next"),
                    ("tell_caller", "Tell the professional who called what came of it"),
                    ("confirm_closing", "Agree that the case closes, or say why not"),
                    ("take_over", "Take the case over, or say why not"),
                    ("tell_of_withdrawal", "Tell an agency that they no longer agree"),
                    ("review_risk", "Assess the risk again"),
                    ("countersign_risk", "Countersign a lower level of risk, or judge anew"),
                    ("suicide_safety", "Make a plan for their safety from suicide"),
                    ("strangulation_care", "See that a doctor looks at them: they were strangled"),
                    ("stalking_plan", "Make a plan against stalking"),
                    ("ask_about_abuse", "Ask, when they are alone, whether it could have been a partner"),
                    ("answer_request", "Answer a request for information"),
                    ("refer_back", "Repeat: refer back to MARAC"),
                    ("other", "Other"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="sharingdecision",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("police_visit", "A police visit to a burgled home"),
                    ("safety_support", "Support and safety planning"),
                    ("safe_accommodation", "A safe place to live"),
                    ("housing_help", "Help with housing"),
                    ("health_care", "Health care"),
                    ("victim_support", "Practical and emotional support after a crime"),
                    ("request", "To answer a lawful request for information"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        [
                            "police_visit",
                            "safety_support",
                            "safe_accommodation",
                            "housing_help",
                            "health_care",
                            "victim_support",
                            "request",
                        ],
                    )
                ),
                name="consent_has_a_known_purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="nextstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "call_back",
                            "offer_visit",
                            "refer",
                            "follow_up_referral",
                            "find_another_service",
                            "decide_what_next",
                            "tell_caller",
                            "confirm_closing",
                            "take_over",
                            "tell_of_withdrawal",
                            "review_risk",
                            "countersign_risk",
                            "suicide_safety",
                            "strangulation_care",
                            "stalking_plan",
                            "ask_about_abuse",
                            "answer_request",
                            "refer_back",
                            "other",
                        ],
                    )
                ),
                name="step_has_a_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("feedback_level__in", [1, 2, 3, 4])), name="agreement_says_how_much_is_heard_back"
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        [
                            "police_visit",
                            "safety_support",
                            "safe_accommodation",
                            "housing_help",
                            "health_care",
                            "victim_support",
                            "request",
                        ],
                    )
                ),
                name="decision_has_a_known_purpose",
            ),
        ),
    ]
