"""Who made contact when that is not the victim, and the calls for help that were made while they spoke."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import User
from casework.models.cases import Case
from casework.models.contacts import Contact, Danger
from casework.models.sealed import SealedText, are_sealed


class Checked(models.TextChoices):
    NOT_CHECKED = "not_checked", "Not checked"
    RANG_BACK = "rang_back", "Rang back through their agency's published number"
    KNOWN = "known", "Wrote from their agency's own address"
    IN_PERSON = "in_person", "Showed their card in person"


class CallerDetails(models.Model):
    """Somebody who spoke for, or of, a victim. The holder's own: who told is shown to nobody with whom is shared.

    `agrees` and `aware` are the victim's, as the caller says. `asked_for` is what somebody wanted to
    know who was told nothing.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="callers")
    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="details_of_caller")
    name = SealedText("their name, or what they go by")
    organisation = models.CharField("their agency", max_length=200, blank=True)
    post = models.CharField("their post", max_length=100, blank=True)
    call_back = SealedText("number or address to answer them")
    checked = models.CharField("how we know that it is them", max_length=20, choices=Checked, blank=True)
    relation = models.CharField("what they are to the victim", max_length=100, blank=True)
    how_they_know = models.CharField("how they know", max_length=500, blank=True)
    may_be_named = models.CharField("may we say that they called", max_length=10, choices=Danger, blank=True)
    aware = models.CharField("does the victim know of this", max_length=10, choices=Danger, blank=True)
    agrees = models.CharField("does the victim agree", max_length=10, choices=Danger, blank=True)
    assessed_with = models.CharField("risk tool they used", max_length=60, blank=True)
    assessed_on = models.DateField("when", null=True)
    age = models.PositiveSmallIntegerField("age of the child", null=True)
    heard = models.CharField("what was heard", max_length=200, blank=True)
    asked_for = models.CharField("what they wanted to be told", max_length=300, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "details of callers"
        constraints = [
            models.CheckConstraint(
                condition=Q(checked__in=["", *Checked.values]), name="caller_is_checked_in_a_known_way"
            ),
            models.CheckConstraint(
                condition=Q(may_be_named__in=["", *Danger.values]), name="caller_may_be_named_or_not_or_was_not_asked"
            ),
            models.CheckConstraint(
                condition=Q(aware__in=["", *Danger.values]), name="caller_says_whether_the_victim_knows_of_this"
            ),
            models.CheckConstraint(
                condition=Q(agrees__in=["", *Danger.values]), name="caller_says_whether_the_victim_agrees"
            ),
            models.CheckConstraint(
                condition=Q(age__isnull=True) | Q(age__lt=18), name="caller_who_is_a_child_is_under_18"
            ),
            are_sealed("caller_is_sealed_where_it_names", "name", "call_back"),
        ]

    @property
    def rows(self) -> list[tuple[str, Any]]:
        """Labels and values for people, of what was said."""
        hidden = {"id", "public_id", "case", "contact"}
        fields = [field for field in self._meta.concrete_fields if field.name not in hidden]
        shown = [(str(f.verbose_name), _in_words(self, f.name)) for f in fields]
        return [(label[:1].upper() + label[1:], value) for label, value in shown if value not in ("", None)]

    def __str__(self) -> str:
        return f"Caller of {self.contact_id}"


def _in_words(caller: CallerDetails, name: str) -> Any:
    display = getattr(caller, f"get_{name}_display", None)
    return display() if display else getattr(caller, name)


class EmergencyCall(models.Model):
    """A call to 999 for somebody: when, by whom, and under which number of the police."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="emergency_calls")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="emergency_calls")
    called_at = models.DateTimeField("999 was called")
    called_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    police_reference = models.CharField("number the police gave", max_length=40, blank=True)
    said_where = models.BooleanField("the address was read out")
    note = models.CharField("what was agreed", max_length=500, blank=True)

    class Meta:
        default_permissions = ()
        permissions = [("call_police", "Write down a call to 999")]

    def __str__(self) -> str:
        return f"Call of {self.called_at:%H:%M}"
