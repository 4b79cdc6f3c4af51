from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        from audit.log import make_partitions  # noqa: PLC0415 - models are not loaded before this point

        post_migrate.connect(lambda **kwargs: make_partitions(), sender=self, weak=False)
