from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"

    def ready(self) -> None:
        # Registers the rules, and the categories of its records, once the models are there.
        from oversight import categories, policy  # noqa: F401, PLC0415
