from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        from referrals import policy  # noqa: F401, PLC0415 - registers the rules, once the models are there
