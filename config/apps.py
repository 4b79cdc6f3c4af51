"""The project itself as an app: its checks, its commands."""

from django.apps import AppConfig, apps
from django.core.checks import Tags, register
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

from config.checks import check_database
from config.lock.serving import look_at_login


class ConfigConfig(AppConfig):
    name = "config"
    default = True

    def ready(self) -> None:
        from config.guards import make_guards  # noqa: PLC0415 - models are not loaded before this point
        from config.lock.apply import lift_policies, make_second_lock  # noqa: PLC0415 - the same

        register(check_database, Tags.database)
        connection_created.connect(look_at_login)
        # Sent only for apps with models, hence under the name of the one whose functions the guards call.
        pre_migrate.connect(lift_policies, sender=apps.get_app_config("audit"))
        for make in (make_guards, make_second_lock):
            post_migrate.connect(make, sender=apps.get_app_config("audit"))
