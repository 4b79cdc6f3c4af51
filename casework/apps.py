from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "casework"

    def ready(self) -> None:
        from casework import policy  # noqa: F401, PLC0415 - registers the rules, once the models are there
