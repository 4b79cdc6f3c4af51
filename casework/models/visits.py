"""The police visit that every victim of a burglary is offered: from the report to the security of the home."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from casework.models.cases import Case
from casework.models.contacts import Channel, Danger
from casework.models.reference import EDITABLE, Reference, dated
from casework.models.sealed import SealedText, are_sealed
from casework.states import VisitStatus


class VisitAnswer(models.TextChoices):
    ACCEPTED = "accepted", "Yes, they want a visit"
    DECLINED = "declined", "No"
    UNREACHABLE = "unreachable", "They could not be reached"


class WhyNoVisit(models.TextChoices):
    NO_NEED = "no_need", "They see no need"
    DISTRUST = "distrust", "They do not trust us, or the police"
    REPAIRED = "already_repaired", "It is repaired already"
    MOVED_OUT = "moved_out", "They have moved out"
    OTHER = "other", "Another reason"


class Visitor(models.TextChoices):
    OFFICER = "police", "Police officer"
    PCSO = "pcso", "Police community support officer"
    ENFORCEMENT = "enforcement_officer", "Enforcement officer of the council"


class Duty(models.TextChoices):
    """What whoever investigates looks for at the scene, from the police's own practice guide."""

    FORENSICS = "forensics", "Crime scene investigation, if it is right here"
    STATEMENT = "statement", "Statement of the victim or a witness"
    ENTRY = "entry", "How and where they came in"
    PROPERTY = "property", "List of what was taken, with serial numbers, photographs and tracking"
    HOUSE_TO_HOUSE = "house_to_house", "House-to-house enquiries"
    FOOTAGE = "footage", "Doorbell, dashcam, CCTV or number-plate footage"
    LINKED = "linked", "Linked offences"


class Measure(models.TextChoices):
    """What a survey advises. Together they work better than any one of them."""

    WINDOW_LOCKS = "window_locks", "Window locks"
    TIMED_LIGHTS = "timed_lights", "Indoor lights on timers"
    DOOR_LOCKS = "door_locks", "Double locks or deadlocks on doors"
    SENSOR_LIGHTS = "sensor_lights", "Outdoor lights with sensors"
    MARKING = "marking", "Property marking"
    WATCH = "watch", "Neighbourhood Watch"


class Aftercare(models.TextChoices):
    """What helps after a burglary. What would help after abuse stands in a case of its own, and never here."""

    BOARDING = "boarding", "Emergency boarding or a change of locks"
    HARDENING = "hardening", "Making the home more secure"
    VICTIM_SERVICE = "victim_service", "Victim Support, or London Victim and Witness Service"
    FRAUD_ALERT = "fraud_alert", "Fraud alert: Cifas, their bank"
    DOCUMENTS = "documents", "New documents"
    CARE_ACT = "care_act", "Referral to adult social care"
    LANDLORD = "landlord", "Repair by their landlord"
    REHOUSING = "rehousing", "Somewhere else to live"


class Overlap(models.TextChoices):
    YES = "yes", "Yes, or perhaps"
    NO = "no", "No"
    UNKNOWN = "unknown", "They do not know"


class VisitRule(Reference):
    """A question of the first screen, or a ring in which one burglary is near another. Reference data.

    A question that `hastens` makes the offer due on the same day when it is answered with yes; `place` is its place
    among the others.
    """

    place = models.PositiveSmallIntegerField(default=0)
    question = models.CharField(max_length=200, blank=True)
    hastens = models.BooleanField(default=False)
    metres = models.PositiveIntegerField(null=True, blank=True)
    days = models.PositiveIntegerField(null=True, blank=True)

    class Meta(Reference.Meta):
        constraints = [
            *dated("visit_rule"),
            models.CheckConstraint(
                condition=Q(metres__isnull=True, days__isnull=True) & ~Q(question="")
                | Q(metres__isnull=False, days__isnull=False, question="", hastens=False),
                name="visit_rule_is_a_question_or_a_ring",
            ),
        ]


class Ring(models.TextChoices):
    PRIORITY = "ring_priority", "Priority"
    SECONDARY = "ring_secondary", "Secondary"


class Neighbour(models.Model):
    """One home near a burglary, and whether whoever lives there was warned. Its address is the public list's.

    Sealed under the case, for together they would tell where the case is about. None is the victim's own, or of anybody
    who is hidden: docs/burglary.md. Drawn up once, so that nothing can be read from what comes or goes.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="neighbours")
    address = SealedText("address")
    listed_at = models.DateTimeField()
    listed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    was_told = models.BooleanField("warned", null=True, help_text="Empty: nobody has tried yet.")
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_nearby", "See what happened near a burglary, and which homes to warn"),
            ("list_neighbours", "Draw up which homes to warn"),
            ("tell_neighbour", "Say whether a home was warned"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(was_told__isnull=True, told_at__isnull=True, told_by__isnull=True)
                | Q(was_told__isnull=False, told_at__isnull=False, told_by__isnull=False),
                name="neighbour_was_told_when_and_by_whom_or_not_yet",
            ),
            models.CheckConstraint(condition=Q(address__isnull=False), name="neighbour_has_an_address"),
            are_sealed("neighbour_is_sealed", "address"),
        ]

    def __str__(self) -> str:
        return f"neighbour {self.pk}"


class Visit(models.Model):
    """The offer of a visit in one case, its answer, and what came of it. One for each case; none is ever removed.

    A visit that is missed is offered anew. `screen` holds the questions as they were asked, each with its answer.
    `overlap` is whether it could be somebody they were with, and is told to nobody but the holder.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="visit")
    status = models.CharField("police visit", max_length=20, choices=VisitStatus, default=VisitStatus.REPORTED)
    reported_at = models.DateTimeField()
    screen = models.JSONField("what was asked at the first report", default=list)
    screened_at = models.DateTimeField(null=True)
    screened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    is_urgent = models.BooleanField("to be offered on the same day", default=False)
    due_at = models.DateTimeField("next due")
    due_source = models.CharField(max_length=40)
    offered_at = models.DateTimeField("visit offered", null=True)
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    offered_how = models.CharField("offered by", max_length=20, choices=Channel, blank=True)
    slots = SealedText("when a visit suits them")
    interpreter = models.BooleanField("interpreter at the visit", null=True)
    advised = models.BooleanField("told how to keep the scene", default=False)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    why_not = models.CharField("why they want none", max_length=20, choices=WhyNoVisit, blank=True)
    scheduled_for = models.DateTimeField("visit planned for", null=True)
    visitor = models.CharField("who comes", max_length=20, choices=Visitor, blank=True)
    visitor_name = models.CharField("name of who comes", max_length=100, blank=True)
    visitor_number = models.CharField("number on their warrant or identity card", max_length=40, blank=True)
    check_words = SealedText("words by which the victim knows them")
    attended_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField("last missed", null=True)
    times_missed = models.PositiveSmallIntegerField(default=0)
    evidence = ArrayField(models.CharField(max_length=20, choices=Duty), verbose_name="done at the scene", default=list)
    measures = ArrayField(models.CharField(max_length=20, choices=Measure), verbose_name="advised", default=list)
    aftercare = ArrayField(models.CharField(max_length=20, choices=Aftercare), verbose_name="aftercare", default=list)
    found = models.CharField("what was found", max_length=1000, blank=True)
    closed_at = models.DateTimeField("visit closed", null=True)
    crime_recorded_at = models.DateTimeField("crime recorded", null=True)
    forensics_asked_at = models.DateTimeField("forensics asked for", null=True)
    overlap = models.CharField("could it be somebody they were with", max_length=10, choices=Overlap, blank=True)

    class Meta:
        default_permissions = ()
        permissions = [
            ("screen_visit", "Ask what makes a victim of a burglary vulnerable"),
            ("offer_visit", "Offer a police visit"),
            ("answer_visit", "Say how the offer was answered"),
            ("schedule_visit", "Say who comes, and when"),
            ("attend_visit", "Say whether the visit took place"),
            ("record_visit", "Say what was done at the visit and after it"),
            ("view_visits", "See offers that are late, and how visits go"),
            ("ask_overlap", "Ask whether a burglary could be domestic abuse"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=VisitStatus.values), name="visit_has_a_known_status"),
            models.CheckConstraint(
                condition=Q(offered_how__in=["", *Channel.values]), name="visit_is_offered_in_a_known_way"
            ),
            models.CheckConstraint(
                condition=Q(why_not__in=["", *WhyNoVisit.values]), name="visit_is_declined_for_a_known_reason"
            ),
            models.CheckConstraint(condition=Q(visitor__in=["", *Visitor.values]), name="visit_has_a_known_visitor"),
            models.CheckConstraint(
                condition=Q(overlap__in=["", *Overlap.values]), name="visit_has_a_known_answer_about_a_partner"
            ),
            models.CheckConstraint(
                condition=Q(evidence__contained_by=Duty.values), name="visit_has_known_duties_at_the_scene"
            ),
            models.CheckConstraint(
                condition=Q(measures__contained_by=Measure.values), name="visit_advises_known_measures"
            ),
            models.CheckConstraint(
                condition=Q(aftercare__contained_by=Aftercare.values), name="visit_has_known_aftercare"
            ),
            models.CheckConstraint(
                condition=Q(screened_at__isnull=True, screened_by__isnull=True)
                | Q(screened_at__isnull=False, screened_by__isnull=False),
                name="visit_is_screened_when_and_by_whom_or_neither",
            ),
            models.CheckConstraint(
                condition=Q(offered_at__isnull=True, offered_by__isnull=True, offered_how="")
                | Q(offered_at__isnull=False, offered_by__isnull=False) & ~Q(offered_how=""),
                name="visit_is_offered_when_by_whom_and_how_or_not_at_all",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="visit_is_answered_when_and_to_whom_or_neither",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["reported", "screened", "offered"], answered_at__isnull=True)
                | ~Q(status__in=["reported", "screened", "offered"]) & Q(answered_at__isnull=False),
                name="visit_goes_on_only_after_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["reported", "screened", "unreachable", "aftercare", "closed"])
                | Q(offered_at__isnull=False),
                name="visit_is_answered_only_when_it_was_offered",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(why_not=""), name="visit_that_is_declined_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(status="scheduled")
                | Q(scheduled_for__isnull=False, check_words__isnull=False) & ~Q(visitor="") & ~Q(visitor_name=""),
                name="visit_that_is_planned_says_who_comes_and_how_they_are_known",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["attended", "evidence", "survey"]) | Q(attended_at__isnull=False),
                name="visit_goes_on_only_after_somebody_came",
            ),
            models.CheckConstraint(
                condition=Q(missed_at__isnull=True, times_missed=0) | Q(missed_at__isnull=False, times_missed__gt=0),
                name="visit_that_was_missed_says_when",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False) | ~Q(status="closed") & Q(closed_at__isnull=True),
                name="visit_that_is_closed_says_when",
            ),
            are_sealed("visit_seals_times_and_check_words", "slots", "check_words"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="visit_not_attended",
                condition=Q(attended_at__isnull=True, closed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.get_status_display()

    def get_screen_display(self) -> str:
        return " ".join(f"{each['asked']} {Danger(each['said']).label}." for each in self.screen)


EDITABLE["visit-rules"] = VisitRule
