from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        # Registers fields, rules, and what happens to a referral with its share, once the models are there.
        from referrals import categories, commands, policy  # noqa: F401, PLC0415
