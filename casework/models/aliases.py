"""What else somebody is called."""

from django.db import models
from django.db.models import Q

from casework.models.people import Party


class Alias(models.Model):
    """Another name of a party: a maiden name, a nickname, one in another script. Found like the name itself."""

    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="aliases")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="aliases")
    name = models.CharField("also known as", max_length=200)
    folded_name = models.CharField(max_length=200, help_text="The name without accents, case and signs, for finding.")

    class Meta:
        default_permissions = ()
        verbose_name_plural = "aliases"
        constraints = [
            models.CheckConstraint(condition=~Q(folded_name=""), name="alias_has_letters"),
            models.UniqueConstraint(fields=["party", "folded_name"], name="alias_is_said_once_of_each_party"),
        ]
        indexes = [models.Index(fields=["folded_name"], name="alias_folded_name")]

    def __str__(self) -> str:
        return f"Alias of party {self.party_id}"
