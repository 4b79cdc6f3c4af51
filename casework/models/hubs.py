"""Where somebody may walk in. Reference data of a partnership."""

from django.db import models
from django.db.models import Q

from accounts.models import Partnership


class HubKind(models.TextChoices):
    FIXED = "fixed", "At one place"
    MOBILE = "mobile", "Mobile"


class Hub(models.Model):
    """An enforcement hub: a desk that stands in one place, or comes by. It stays when it shuts, for its contacts do."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="hubs")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=HubKind)
    is_open = models.BooleanField(default=True)

    class Meta:
        default_permissions = ()
        permissions = [("work_at_hub", "Work at a hub"), ("keep_hubs", "Add and close hubs")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=HubKind.values), name="hub_has_a_known_kind"),
            models.UniqueConstraint(fields=["partnership", "code"], name="hub_has_a_code_of_its_own"),
        ]

    def __str__(self) -> str:
        return self.name
