"""A service is looked for again where one declined, and where nobody fits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0039_minutes_are_counted"),
    ]

    operations = [
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
                    ("refer_back", "Repeat: refer back to MARAC"),
                    ("other", "Other"),
                ],
                max_length=30,
            ),
        ),
    ]
