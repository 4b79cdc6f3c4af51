"""What shuts a case to somebody, whatever they were granted: a bar, or a seal that does not name them."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from casework.models.cases import Case


class BarReason(models.TextChoices):
    ALLEGED_WORKS_THERE = "alleged_works_there", "The alleged perpetrator works there"
    STAFF_IS_VICTIM = "staff_is_victim", "Somebody who works there is the victim"
    KNOWS_THEM = "knows_them", "They know somebody in the case"


class Bar(models.Model):
    """One worker, or one whole agency, that must not learn of a case. Beats every grant, and who holds the case."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="bars")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=30, choices=BarReason)
    barred_at = models.DateTimeField()
    barred_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_bars", "See who must not see a case"),
            ("bar_from_case", "Bar a worker or an agency from a case"),
            ("lift_bar", "Lift a bar"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=BarReason.values), name="bar_has_a_known_reason"),
            models.CheckConstraint(
                condition=Q(worker__isnull=False, agency__isnull=True) | Q(worker__isnull=True, agency__isnull=False),
                name="bar_is_of_a_worker_or_an_agency",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="bar_is_lifted_when_and_by_whom_or_neither",
            ),
            models.UniqueConstraint(
                fields=["case", "worker", "agency"],
                condition=Q(lifted_at__isnull=True),
                nulls_distinct=False,
                name="bar_is_one_at_a_time_for_each",
            ),
        ]
        indexes = [
            models.Index(fields=["worker"], name="bar_of_worker", condition=Q(lifted_at__isnull=True)),
            models.Index(fields=["agency"], name="bar_of_agency", condition=Q(lifted_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"bar {self.pk}"


class SealReason(models.TextChoices):
    HONOUR_BASED = "honour_based", "Honour-based abuse"
    STAFF_LINKED = "staff_linked", "Somebody who works in the partnership is in the case"
    PROTECTED = "protected", "Somebody in the case is under protection"
    OTHER = "other", "Another grave reason"


class SealMember(models.Model):
    """One worker whom the seal of a case names. While a case has any, nobody else finds it, whoever holds it.

    `reason` is the seal's: the same for all whom it names.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="seal_members")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=30, choices=SealReason)
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [("seal_case", "Seal a case: only named workers find it"), ("unseal_case", "Lift a seal")]
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=SealReason.values), name="seal_has_a_known_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="seal_member_is_ended_when_and_by_whom_or_neither",
            ),
            models.UniqueConstraint(
                fields=["case", "worker"],
                condition=Q(ended_at__isnull=True),
                name="seal_names_a_worker_once",
            ),
        ]

    def __str__(self) -> str:
        return f"seal of case {self.case_id}"
