from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        # Registers the rules, what is known of a referral to whom, and what happens to it with its share, once the models
        # are there.
        from referrals import categories, commands, policy  # noqa: F401, PLC0415
