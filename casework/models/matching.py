"""What a party is looked up by when the same person may come again."""

from django.db import models
from django.db.models import Q

from casework.models.people import Party

KEY_BYTES = 16


class KeyKind(models.TextChoices):
    TELEPHONE = "telephone", "A telephone number"
    BIRTH = "birth", "A date of birth"
    NAMES = "names", "How two parts of a name sound, and the year of birth"
    PLACE = "place", "A postcode, and how a part of a name begins or sounds"


class MatchKey(models.Model):
    """One key of a party: a blind index, which says nothing to whoever has not the key of the vault.

    Of nobody who is alleged to have done something: nobody looks for them as a victim. `recorded_at` is when the case
    first said what the key is made of.
    """

    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="keys")
    kind = models.CharField(max_length=10, choices=KeyKind)
    key = models.BinaryField()
    recorded_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KeyKind.values), name="match_key_has_a_known_kind"),
            models.UniqueConstraint(fields=["key", "party"], name="match_key_is_of_each_party_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of party {self.party_id}"
