from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"

    def ready(self) -> None:
        # Registers the rules, the categories of its records, and what erasing waits for, once the models are there.
        from oversight import categories, commands, policy  # noqa: F401, PLC0415
