"""How dangerous it is: the instruments that ask, the rules that grade, what was answered, and the level that stands."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from casework import grading
from casework.models.cases import Case
from casework.models.equality import NotAsked
from casework.models.people import Party
from casework.models.reference import EDITABLE, Reference, dated
from casework.models.sealed import SealedJSON, are_sealed


class Level(models.TextChoices):
    STANDARD = grading.STANDARD, "Standard"
    MEDIUM = grading.MEDIUM, "Medium"
    HIGH = grading.HIGH, "High"
    INSUFFICIENT = grading.INSUFFICIENT, "Insufficient information"


JUDGED = (Level.STANDARD, Level.MEDIUM, Level.HIGH)  # what a person may judge; the fourth is only ever found


class Mode(models.TextChoices):
    PHONE = "phone", "By telephone"
    FACE = "face", "Face to face"
    RECORD = "record_only", "From records only"


class Source(models.TextChoices):
    VICTIM = "victim", "The victim"
    POLICE = "police", "Police"
    OTHER = "other_record", "Another record"


class Gate(models.TextChoices):
    """Why a case goes to the meeting on high risk (MARAC)."""

    SCORE = "visible_high_risk", "Visible high risk"
    JUDGEMENT = "judgement", "Professional judgement"
    ESCALATION = "escalation", "Potential escalation"
    REPEAT = "repeat", "Repeat"


class RiskInstrument(Reference):
    """A tool that asks about risk, in one version: its items and how they are answered. Reference data.

    `content` is checked by `casework.grading`. A row of a partnership beats the shipped one, which has none; the words
    of its items are those that the partnership may use. What was asked by a version stays that version's.
    """

    name = models.CharField(max_length=100)
    of_pair = models.BooleanField("is about a victim and an alleged perpetrator", default=True)
    content = models.JSONField()
    licence = models.CharField("by whose leave it is used", max_length=500)
    source = models.CharField(max_length=300)

    class Meta(Reference.Meta):
        constraints = dated("instrument")

    def __str__(self) -> str:
        return self.name


class RiskRule(Reference):
    """What is made of an instrument's answers, by its code; as `marac`, the numbers of the gates. Reference data."""

    content = models.JSONField()
    source = models.CharField(max_length=300)

    class Meta(Reference.Meta):
        constraints = dated("risk_rule")

    def __str__(self) -> str:
        return f"{self.code} since {self.valid_from}"


EDITABLE["risk-rules"] = RiskRule


class RiskAssessment(models.Model):
    """One instrument, asked about one pair of victim and alleged perpetrator. A draft may hold anything, as typed.

    Once signed it never changes: a correction is another one, which supersedes it. `grade` is what stood when it was
    signed, by the version of the rule that is named; a judgement below what the tool found waits for a second person.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments")
    alleged = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    instrument = models.ForeignKey(RiskInstrument, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(RiskRule, on_delete=models.PROTECT, null=True, related_name="+")
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    draft = SealedJSON()
    saved_at = models.DateTimeField("draft saved at", null=True)
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    mode = models.CharField("how it was asked", max_length=20, choices=Mode, blank=True)
    present = models.CharField("who else was there", max_length=200, blank=True)
    interpreter = models.BooleanField("with an interpreter", null=True)
    answers = models.JSONField("what was answered", null=True)
    call_outs = models.PositiveSmallIntegerField("call-outs and reported incidents in 12 months, as told", null=True)
    concern = models.BooleanField("the worker fears suicide", null=True)
    ticks = models.PositiveSmallIntegerField("answered with yes", null=True)
    unknown = models.PositiveSmallIntegerField("not known or not asked", null=True)
    band = models.CharField("what the tool says", max_length=20, choices=Level, blank=True)
    judgement = models.CharField(
        "what the worker judges", max_length=20, choices=[(each.value, each.label) for each in JUDGED], blank=True
    )
    reason = models.CharField("why they judge so", max_length=1000, blank=True)
    grade = models.CharField("grade when it was signed", max_length=20, choices=Level, blank=True)
    signed_at = models.DateTimeField("signed", null=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="signed by")

    class Meta:
        default_permissions = ()
        permissions = [
            ("assess_risk", "Assess the risk: begin, go on and save"),
            ("sign_assessment", "Sign an assessment of risk"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=["", *Mode.values]), name="assessment_is_made_in_a_known_way"),
            models.CheckConstraint(condition=Q(band__in=["", *Level.values]), name="assessment_has_a_known_band"),
            models.CheckConstraint(condition=Q(grade__in=["", *Level.values]), name="assessment_has_a_known_grade"),
            models.CheckConstraint(condition=Q(judgement__in=["", *JUDGED]), name="assessment_judges_a_known_level"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True, answers__isnull=True, grade="")
                | Q(
                    signed_at__isnull=False,
                    signed_by__isnull=False,
                    answers__isnull=False,
                    rule__isnull=False,
                    ticks__isnull=False,
                    unknown__isnull=False,
                    draft__isnull=True,
                )
                & ~Q(grade="")
                & ~Q(mode=""),
                name="assessment_is_signed_whole_or_not_at_all",
            ),
            models.CheckConstraint(condition=Q(judgement="") | ~Q(reason=""), name="assessment_that_judges_says_why"),
            models.CheckConstraint(
                condition=Q(saved_at__isnull=True, saved_by__isnull=True)
                | Q(saved_at__isnull=False, saved_by__isnull=False),
                name="assessment_draft_is_saved_by_somebody_at_some_time",
            ),
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=Q(signed_at__isnull=False),
                name="assessment_is_superseded_once",
            ),
            are_sealed("assessment_draft_is_sealed", "draft"),
        ]

    SAID = ("mode", "present", "interpreter", "answers", "call_outs", "concern", "judgement", "reason")

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Each item that was answered and its answer, for people, in the order in which it was asked."""
        answers: dict[str, Any] = self.answers or {}
        items = self.instrument.content["items"]
        return [(item["topic"], self._in_words(answers[item["code"]])) for item in items if item["code"] in answers]

    def _in_words(self, said: dict[str, str]) -> str:
        labels = {each["code"]: each["label"] for each in self.instrument.content["scale"]}
        known_from = dict(Source.choices).get(said.get("source", ""), "")
        words = labels.get(said["answer"], f"Not asked: {dict(NotAsked.choices).get(said.get('not_asked', ''), '')}")
        more = ". ".join(filter(None, [said.get("comment", ""), known_from and f"From: {known_from}"]))
        return f"{words}. {more}" if more else words

    def __str__(self) -> str:
        return f"Assessment {self.public_id}"


class RiskLevel(models.Model):
    """One judgement of the risk in a case: the level, who judged and why. None is ever changed.

    One that is lower than what stood needs a second person: until they countersign, the one before stands. The words
    are those police definitions use (standard, medium, high). A level sets speed and forum, and never switches support
    off.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="risk_levels")
    level = models.CharField(max_length=20, choices=Level)
    why = models.CharField("why this level", max_length=1000)
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(RiskAssessment, on_delete=models.PROTECT, null=True, related_name="levels")
    lowers = models.BooleanField("lower than what stood", default=False)
    countersigned_at = models.DateTimeField("countersigned", null=True)
    countersigned_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="countersigned by"
    )

    class Meta:
        default_permissions = ()
        permissions = [("countersign_risk", "Countersign a lower level of risk")]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="risk_level_is_a_known_one"),
            models.CheckConstraint(condition=~Q(why=""), name="risk_level_says_why"),
            models.CheckConstraint(
                condition=Q(countersigned_at__isnull=True, countersigned_by__isnull=True)
                | Q(countersigned_at__isnull=False, countersigned_by__isnull=False, lowers=True),
                name="risk_level_is_countersigned_when_and_by_whom_where_it_lowers",
            ),
            models.CheckConstraint(
                condition=Q(countersigned_by__isnull=True) | ~Q(countersigned_by=F("judged_by")),
                name="risk_level_is_countersigned_by_a_second_person",
            ),
        ]

    @property
    def waits(self) -> bool:
        return self.lowers and self.countersigned_at is None

    def __str__(self) -> str:
        return self.get_level_display()


IN_FORCE = Q(lowers=False) | Q(countersigned_at__isnull=False)  # of levels


def standing_level(case: Case) -> RiskLevel | None:
    """The level that stands: the newest that does not wait for a second person. None: nobody has judged."""
    return case.risk_levels.filter(IN_FORCE).select_related("judged_by").order_by("-judged_at", "-pk").first()


class MaracReferral(models.Model):
    """That a pair was referred to the meeting on high risk (MARAC), and when: it is flagged from then on, for as long
    as the rule of the gates says. Never changed; the newest counts."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="marac_referrals")
    alleged = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    referred_on = models.DateField("referred to MARAC on")
    gate = models.CharField("by which gate", max_length=20, choices=Gate)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("note_marac", "Note a referral to MARAC"),
            ("find_repeats", "Find where a pair is flagged of whom something new was told"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(gate__in=Gate.values), name="marac_referral_has_a_known_gate"),
        ]

    def __str__(self) -> str:
        return f"Referral to MARAC of {self.referred_on}"
