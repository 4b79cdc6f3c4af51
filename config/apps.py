"""The project itself as an app: its checks, its commands."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from config.checks import check_database


class ConfigConfig(AppConfig):
    name = "config"
    default = True

    def ready(self) -> None:
        register(check_database, Tags.database)
