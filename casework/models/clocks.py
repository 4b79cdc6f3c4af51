"""Clocks that run in a case: what the Victims' Code or another rule says is owed by when, by whom, and what became of
it. How times are counted is `casework.clocks`; the rules are reference data, versioned."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from casework.clocks import Unit
from casework.models.attempts import ContactAttempt
from casework.models.cases import Case, NextStep
from casework.models.reference import EDITABLE, Reference, dated
from casework.models.routes import RouteKind


class DutyHolder(models.TextChoices):
    US = "us", "Us"
    POLICE = "police", "The police"
    CPS = "cps", "The Crown Prosecution Service"
    WITNESS_CARE = "witness_care", "The witness care unit"
    PROBATION = "probation", "The probation service"
    COURT = "court", "The court"
    COUNCIL = "council", "Children's social care"
    HOUSING = "housing", "The housing authority"
    PROVIDER = "provider", "The service complained of"
    VICTIM = "victim", "The victim, if they want it"


class Entitlement(models.TextChoices):
    STANDARD = "standard", "Standard"
    ENHANCED = "enhanced", "Enhanced"


class ClockOutcome(models.TextChoices):
    TOLD = "told", "They were told, or it was done for them"
    ASKED_NOT = "asked_not", "They asked not to be told"
    DONE = "done", "It was done; there is nothing to tell"
    NOT_OWED = "not_owed", "It is not owed after all"


class CodeRule(Reference):
    """What is owed after an event, by whom and within how long. Reference data; a new Code is new rows.

    `code_right` is that of the Victims' Code, or none. Without `standard` no time follows from the event: a date is
    given with it. `enhanced` empty is the same as `standard`; 0 is at once. It is pointed out `alert_days` before it is
    due. What `repeats` begins anew when it was told.
    """

    code_right = models.PositiveSmallIntegerField(null=True)
    event = models.CharField(max_length=40)
    event_title = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    standard = models.PositiveSmallIntegerField(null=True)
    enhanced = models.PositiveSmallIntegerField(null=True)
    unit = models.CharField(max_length=20, choices=[(unit.value, unit.value) for unit in Unit])
    duty_holder = models.CharField(max_length=20, choices=DutyHolder)
    alert_days = models.PositiveSmallIntegerField(default=0)
    repeats = models.BooleanField(default=False)

    class Meta(Reference.Meta):
        constraints = [
            *dated("code_rule"),
            models.CheckConstraint(
                condition=Q(unit__in=[unit.value for unit in Unit]), name="code_rule_counts_in_a_known_unit"
            ),
            models.CheckConstraint(condition=Q(duty_holder__in=DutyHolder.values), name="code_rule_says_who_owes_it"),
            models.CheckConstraint(
                condition=Q(enhanced__isnull=True) | Q(standard__isnull=False, enhanced__lte=F("standard")),
                name="code_rule_is_never_slower_where_rights_are_enhanced",
            ),
        ]

    def amount(self, level: str) -> int | None:
        """In how many units it is due; None where a date is given."""
        return self.enhanced if level == Entitlement.ENHANCED and self.enhanced is not None else self.standard

    def __str__(self) -> str:
        return self.title


EDITABLE["code-rules"] = CodeRule


class CaseClock(models.Model):
    """One thing that is owed in a case, from its event on until it is settled. It keeps the row of the rule that made
    it. What is not of the Victims' Code, such as a Clare's Law application, is the holder's own."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    rule = models.ForeignKey(CodeRule, on_delete=models.PROTECT, related_name="+", verbose_name="owed")
    code_right = models.PositiveSmallIntegerField("right of the Victims' Code", null=True)
    level = models.CharField("rights", max_length=10, choices=Entitlement)
    event_at = models.DateTimeField("since")
    due_at = models.DateTimeField("due")
    note = models.CharField("more about it", max_length=300, blank=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    chase = models.ForeignKey(NextStep, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField("what became of it", max_length=10, choices=ClockOutcome, blank=True)
    told_at = models.DateTimeField("told", null=True)
    told_by = models.CharField("told by", max_length=20, choices=DutyHolder, blank=True)
    how = models.CharField("told how", max_length=20, choices=RouteKind, blank=True)
    attempt = models.ForeignKey(ContactAttempt, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.CharField("what was said", max_length=500, blank=True)

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_clocks", "See what is owed in a case, and by when"),
            ("start_clock", "Say that something happened from which things are owed"),
            ("settle_clock", "Say what became of what is owed"),
            ("chase_clock", "Chase what is owed"),
            ("judge_entitlement", "Say why somebody has enhanced rights under the Victims' Code"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Entitlement.values), name="clock_is_of_a_known_entitlement"),
            models.CheckConstraint(condition=Q(due_at__gte=F("event_at")), name="clock_is_due_after_its_event"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *ClockOutcome.values]), name="clock_has_a_known_outcome"
            ),
            models.CheckConstraint(
                condition=Q(told_by__in=["", *DutyHolder.values]), name="clock_was_told_by_a_known_holder_of_a_duty"
            ),
            models.CheckConstraint(condition=Q(how__in=["", *RouteKind.values]), name="clock_was_told_in_a_known_way"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, outcome="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(outcome="")),
                name="clock_is_settled_when_by_whom_and_how_or_runs",
            ),
            models.CheckConstraint(
                condition=Q(outcome=ClockOutcome.TOLD, told_at__isnull=False) & ~Q(told_by="") & ~Q(how="")
                | ~Q(outcome=ClockOutcome.TOLD) & Q(told_at__isnull=True, told_by="", how=""),
                name="clock_that_was_told_says_when_by_whom_and_how",
            ),
            models.CheckConstraint(
                condition=Q(told_by=DutyHolder.US, attempt__isnull=False)
                | ~Q(told_by=DutyHolder.US) & Q(attempt__isnull=True),
                name="clock_that_we_told_names_the_safe_way",
            ),
            models.UniqueConstraint(fields=["case", "rule", "event_at"], name="clock_runs_once_for_each_event"),
        ]
        indexes = [models.Index(fields=["due_at", "id"], name="clock_due", condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return f"clock {self.pk}"
