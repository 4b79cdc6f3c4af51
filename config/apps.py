"""The project itself as an app: its checks, its commands."""

from django.apps import AppConfig, apps
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate

from config.checks import check_database


class ConfigConfig(AppConfig):
    name = "config"
    default = True

    def ready(self) -> None:
        from config.guards import make_guards  # noqa: PLC0415 - models are not loaded before this point

        register(check_database, Tags.database)
        # Sent only for apps with models, hence under the name of the one whose functions the guards call.
        post_migrate.connect(make_guards, sender=apps.get_app_config("audit"))
