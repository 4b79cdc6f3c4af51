"""Reference data: how long things may take, how often somebody is tried, and when what is late climbs.

Each row holds from a day on, says who says so, and is shipped for everybody or a partnership's own, which beats it.
"""

from pathlib import Path
from typing import Any

from django.db import models
from django.db.models import F, Q

from accounts.models import Partnership


class Reference(models.Model):
    """A row of effective-dated reference data, of a partnership, or as it is shipped (`partnership` null)."""

    code = models.CharField(max_length=40)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField("who says so", max_length=200)
    valid_from = models.DateField("from which day")
    valid_until = models.DateField(null=True, help_text="The first day on which it holds no longer.")

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return self.code

    @classmethod
    def is_narrowed(cls, by: str, partnership_id: int) -> bool:
        """Whether a row with the code `high-12` may stand for this 12 alone. While none does, that of `high` holds."""
        return False


def dated(noun: str) -> list[models.BaseConstraint]:
    """The constraints of a table of reference data, by what one row is called."""
    return [
        models.UniqueConstraint(
            fields=["code", "partnership", "valid_from"], nulls_distinct=False, name=f"{noun}_begins_once_a_day"
        ),
        models.CheckConstraint(
            condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
            name=f"{noun}_ends_after_it_begins",
        ),
    ]


class ServiceStandard(Reference):
    """How long something may take."""

    title = models.CharField("what", max_length=200)
    hours = models.PositiveIntegerField(help_text="Hours by the clock, nights and weekends counted.")

    class Meta(Reference.Meta):
        permissions = [("keep_reference", "Change reference data of the partnership")]
        constraints = dated("standard")

    def __str__(self) -> str:
        return self.title


class AttemptStandard(Reference):
    """How often, over how many days and in how many ways somebody is tried before they count as unreachable.

    By level of risk, or by kind of case where no risk is judged.
    """

    attempts = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField(help_text="From the first attempt to the decision.")
    ways = models.PositiveSmallIntegerField(help_text="Different ways, or the same at different hours.")

    class Meta(Reference.Meta):
        constraints = dated("attempt_standard")


class LadderStandard(Reference):
    """How soon a step is looked at, and when a late one climbs, by the same codes as `AttemptStandard`. In hours."""

    head_start = models.PositiveSmallIntegerField(help_text="In the day's list as if it were due so much earlier.")
    to_duty = models.PositiveSmallIntegerField("to the duty queue", help_text="So long after it was due.")
    to_supervisor = models.PositiveSmallIntegerField("to the supervisor", help_text="So long after it was due.")

    class Meta(Reference.Meta):
        constraints = [
            *dated("ladder"),
            models.CheckConstraint(
                condition=Q(to_supervisor__gte=F("to_duty")), name="ladder_reaches_the_supervisor_after_the_duty_queue"
            ),
        ]


# What is shipped, by the file that holds it; an app above adds its own.
SHIPPED: dict[Path, Any] = {}  # a table of reference data, or lawful bases
# What the partnership manager can change, by the word in its address.
EDITABLE: dict[str, type[Reference]] = {
    "service-standards": ServiceStandard,
    "attempts": AttemptStandard,
    "ladders": LadderStandard,
}
