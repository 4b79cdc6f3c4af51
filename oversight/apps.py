from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"

    def ready(self) -> None:
        from oversight import policy  # noqa: F401, PLC0415 - registers the rules, once the models are there
