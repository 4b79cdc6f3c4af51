"""By which rules services are suggested, and what was looked for and nobody offers."""

from pathlib import Path

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts import vault
from accounts.models import Partnership
from casework.models import CaseKind, Level, Need, Purpose
from casework.models.reference import EDITABLE, SHIPPED, Reference, dated


class SuggestionRule(Reference):
    """One rule by which services are suggested, by the code of its predicate in `referrals.routing`. Reference data.

    In its words stand what the predicate found: $places, $language. Bars and the wall are no rows: nobody loosens them.
    """

    weight = models.PositiveSmallIntegerField("weighs, when it holds", default=0)
    excludes = models.BooleanField("excludes, when it does not hold", default=False)
    purposes = ArrayField(
        models.CharField(max_length=30, choices=Purpose),
        verbose_name="only services for",
        default=list,
        blank=True,
        help_text="Codes of purposes, with commas between. Empty: all. Of a need: the services that meet it.",
    )
    days = models.PositiveSmallIntegerField("days", null=True, blank=True)
    reason = models.CharField("in its favour", max_length=120, blank=True)
    why_not = models.CharField("against it", max_length=120, blank=True)
    ask_first = models.CharField("what to ask first", max_length=120, blank=True)

    class Meta(Reference.Meta):
        permissions = [("view_suggestions", "See which services suit a case")]
        constraints = [
            *dated("suggestion_rule"),
            models.CheckConstraint(
                condition=Q(purposes__contained_by=Purpose.values), name="suggestion_rule_is_for_known_purposes"
            ),
            models.CheckConstraint(
                condition=Q(excludes=False) | ~Q(why_not=""), name="suggestion_rule_that_excludes_says_why"
            ),
        ]


EDITABLE["suggestion-rules"] = SuggestionRule
SHIPPED[Path(__file__).resolve().parents[1] / "reference" / "suggestion_rules.csv"] = SuggestionRule


class Gap(models.Model):
    """A need for which nobody was there in a month, and why not, by the codes of rules. For who pays for services.

    It names no case, worker or day. `once` is a keyed digest, so that one case counts once for a need in a month, and
    nobody finds the case by it. An empty `need`: none was named. An empty `risk`: not judged.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="The first day of it.")
    need = models.CharField(max_length=20, choices=Need, blank=True)
    kind = models.CharField(max_length=20, choices=CaseKind)
    area = models.CharField(max_length=100)
    risk = models.CharField(max_length=20, choices=Level, blank=True)
    excluded = ArrayField(models.CharField(max_length=40), default=list)
    once = models.BinaryField(max_length=32)

    class Meta:
        default_permissions = ()
        permissions = [
            ("note_gap", "Note that no service meets a need"),
            ("view_gaps", "See which needs no service meets"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(need__in=["", *Need.values]), name="gap_is_of_a_known_need"),
            models.CheckConstraint(condition=Q(kind__in=CaseKind.values), name="gap_is_of_a_known_kind_of_case"),
            models.CheckConstraint(condition=Q(risk__in=["", *Level.values]), name="gap_is_of_a_known_level_of_risk"),
            models.CheckConstraint(condition=Q(month__day=1), name="gap_names_no_day"),
            models.UniqueConstraint(fields=["once"], name="gap_counts_once_for_case_need_and_month"),
        ]
        indexes = [models.Index(fields=["partnership", "month", "need"], name="gap_by_month")]

    def __str__(self) -> str:
        return f"{self.need or 'any need'} in {self.month:%Y-%m}"


def mark_of_gap(case_id: int, need: str, month: str) -> bytes:
    return vault.blind("referrals.gap", f"{case_id}|{need}|{month}")
