from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CaseworkConfig(AppConfig):
    name = "casework"

    def ready(self) -> None:
        # Registers the rules, once the models are there.
        from casework import policy_of_erasure, policy_of_people, policy_of_visits, policy_of_ways  # noqa: F401, PLC0415
        from casework.policy import permission_id  # noqa: PLC0415

        # A flush makes the permissions anew, with other ids, and says so in this way.
        post_migrate.connect(lambda **kwargs: permission_id.cache_clear(), sender=self, weak=False)
