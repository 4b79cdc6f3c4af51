from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        # Registers the rules, and what happens to a referral with its share, once the models are there.
        from referrals import commands, policy  # noqa: F401, PLC0415
