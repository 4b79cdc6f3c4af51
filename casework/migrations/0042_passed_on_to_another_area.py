"""What lives in another area is passed on."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_other_areas_and_news"),
        ("casework", "0041_requests_are_answered"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="nextstep",
            name="step_has_a_known_kind",
        ),
        migrations.AlterField(
            model_name="contact",
            name="cut_short",
            field=models.BooleanField(default=False, verbose_name="they had to hang up, or handed it in so"),
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
                    ("pass_on", "Pass on to the right area"),
                    ("other", "Other"),
                ],
                max_length=30,
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
                            "pass_on",
                            "other",
                        ],
                    )
                ),
                name="step_has_a_known_kind",
            ),
        ),
    ]
