"""The case, its next steps and its incidents."""

import uuid

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, Partnership, User
from casework.models.places import PointField
from casework.models.references import new_reference
from casework.states import CaseStatus


class CaseKind(models.TextChoices):
    DOMESTIC_ABUSE = "domestic_abuse", "Domestic abuse"
    BURGLARY = "burglary", "Burglary"
    OTHER = "other", "Other"
    BEHAVIOUR = "behaviour", "Help for somebody who wants to change their own behaviour"


class Case(models.Model):
    """The piece of work for one victim; or, walled off from those, for somebody who wants to change.

    `received_at` never changes: lists are sorted by it.
    """

    reference = models.CharField(max_length=13, unique=True, default=new_reference, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="Who holds it.")
    kind = models.CharField(max_length=20, choices=CaseKind, blank=True)
    status = models.CharField(max_length=10, choices=CaseStatus, default=CaseStatus.INTAKE)
    owner = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty: the agency's duty queue.",
    )
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_case", "Know that the case exists"),
            ("hold_case", "Hold the case: every category"),
            ("view_identity", "See who it is about"),
            ("view_contact_details", "See safe contact details"),
            ("view_location", "See addresses and places"),
            ("view_incident", "See what happened"),
            ("view_risk", "See risk"),
            ("view_narrative", "See contact notes"),
            ("view_household", "See children and others at home"),
            ("view_alleged", "See the alleged perpetrator"),
            ("view_needs", "See support needs"),
            ("open_case", "Open a case from an intake"),
            ("erase_case", "Erase a case, as it was approved"),
            ("judge_risk", "Judge the level of risk"),
            ("complete_step", "Settle a next step"),
            ("answer_step", "Settle the next step of another agency that waits for one's own"),
            ("hand_over_work", "Pass on what somebody leaves behind"),
            ("import_burglaries", "Take in published burglaries"),
            ("load_reference", "Load reference data"),
            ("attach_victims", "Attach invented victims, in a demonstration"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=CaseStatus.values), name="case_has_a_known_status"),
            models.CheckConstraint(condition=Q(kind__in=["", *CaseKind.values]), name="case_has_a_known_kind"),
            models.CheckConstraint(
                condition=~Q(status=CaseStatus.OPEN) | ~Q(kind=""), name="case_that_is_open_has_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[CaseStatus.OPEN, CaseStatus.CLOSED], opened_at__isnull=False, opened_by__isnull=False
                )
                | Q(status=CaseStatus.INTAKE, opened_at__isnull=True, opened_by__isnull=True)
                | Q(status=CaseStatus.ERASED),
                name="case_is_open_when_somebody_opened_it",
            ),
            models.CheckConstraint(
                condition=Q(status=CaseStatus.CLOSED, closed_at__isnull=False, closed_by__isnull=False)
                | ~Q(status=CaseStatus.CLOSED) & Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(status=CaseStatus.ERASED),
                name="case_is_closed_when_somebody_closed_it",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class StepKind(models.TextChoices):
    CALL_BACK = "call_back", "Call back by a safe route"
    OFFER_VISIT = "offer_visit", "Offer a police visit"
    REFER = "refer", "Refer to a partner service"
    FOLLOW_UP_REFERRAL = "follow_up_referral", "Follow up the referral"
    FIND_ANOTHER_SERVICE = "find_another_service", "Find another service"
    DECIDE_WHAT_NEXT = "decide_what_next", "Decide what happens next"
    TELL_CALLER = "tell_caller", "Tell the professional who called what came of it"
    CONFIRM_CLOSING = "confirm_closing", "Agree that the case closes, or say why not"
    TAKE_OVER = "take_over", "Take the case over, or say why not"
    TELL_OF_WITHDRAWAL = "tell_of_withdrawal", "Tell an agency that they no longer agree"
    REVIEW_RISK = "review_risk", "Assess the risk again"
    COUNTERSIGN_RISK = "countersign_risk", "Countersign a lower level of risk, or judge anew"
    SUICIDE_SAFETY = "suicide_safety", "Make a plan for their safety from suicide"
    STRANGULATION_CARE = "strangulation_care", "See that a doctor looks at them: they were strangled"
    STALKING_PLAN = "stalking_plan", "Make a plan against stalking"
    ASK_ABOUT_ABUSE = "ask_about_abuse", "Ask, when they are alone, whether it could have been a partner"
    ANSWER_REQUEST = "answer_request", "Answer a request for information"
    REFER_BACK = "refer_back", "Repeat: refer back to MARAC"
    PASS_ON = "pass_on", "Pass on to the right area"
    OTHER = "other", "Other"


class StepOutcome(models.TextChoices):
    DONE = "done", "Done"
    OVERTAKEN = "overtaken", "Overtaken by events"
    VISIT_ACCEPTED = "visit_accepted", "Visit accepted"
    VISIT_DECLINED = "visit_declined", "Visit declined"
    UNREACHABLE = "unreachable", "Could not be reached"
    NOT_AGREED = "not_agreed", "Not agreed"
    TAKEN = "taken", "Taken over"
    NOT_TAKEN = "not_taken", "Not taken over"


class Rung(models.TextChoices):
    """Who looks at a step: whoever owns it; besides, whoever is on duty; besides, the supervisors."""

    WORKER = "worker", "Its owner"
    DUTY = "duty", "The duty queue"
    SUPERVISOR = "supervisor", "The supervisors"


class NextStep(models.Model):
    """What happens next in a case: what, whose, and by when. An open case always has one that is open.

    Days' lists go by `urgent_at`: its due time, or so much earlier as the danger in its case asks. While it is late it
    climbs to the next `rung` at `climbs_at`; its owner stays its owner. Both stop when it is settled.

    `due_source` says where the due time comes from: a code of `ServiceStandard`, or "worker".
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=30, choices=StepKind)
    note = models.CharField(max_length=300, blank=True)
    owner_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty: the agency's duty queue.",
    )
    due_at = models.DateTimeField()
    due_source = models.CharField(max_length=40)
    urgent_at = models.DateTimeField(null=True, help_text="Null when it is written: when it is due.")
    rung = models.CharField("who looks at it", max_length=10, choices=Rung, default=Rung.WORKER)
    climbs_at = models.DateTimeField(null=True)
    waits_for = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+", help_text="Whose answer it waits for."
    )
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=20, choices=StepOutcome, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="step_has_a_known_kind"),
            models.CheckConstraint(condition=Q(outcome__in=["", *StepOutcome.values]), name="step_has_a_known_outcome"),
            models.CheckConstraint(condition=Q(rung__in=Rung.values), name="step_is_looked_at_by_somebody"),
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | ~Q(rung=Rung.WORKER), name="step_without_an_owner_is_on_duty"
            ),
            models.CheckConstraint(
                condition=Q(urgent_at__isnull=False, urgent_at__lte=F("due_at")),
                name="step_is_urgent_when_it_is_due_or_earlier",
            ),
            models.CheckConstraint(condition=~Q(due_source=""), name="step_says_where_its_due_time_comes_from"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True, outcome="")
                | (Q(done_at__isnull=False, done_by__isnull=False) & ~Q(outcome="")),
                name="step_is_done_when_by_whom_and_how_or_not_at_all",
            ),
            models.CheckConstraint(
                condition=Q(kind=StepKind.FOLLOW_UP_REFERRAL, waits_for__isnull=False)
                | ~Q(kind=StepKind.FOLLOW_UP_REFERRAL) & Q(waits_for__isnull=True),
                name="step_that_follows_up_a_referral_waits_for_an_agency",
            ),
            models.CheckConstraint(
                condition=~Q(kind=StepKind.OFFER_VISIT)
                | Q(
                    outcome__in=[
                        "",
                        StepOutcome.VISIT_ACCEPTED,
                        StepOutcome.VISIT_DECLINED,
                        StepOutcome.UNREACHABLE,
                    ]
                ),
                name="step_that_offers_a_visit_ends_with_an_answer",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner_agency", "due_at", "id"],
                name="step_open_by_agency",
                condition=Q(done_at__isnull=True),
            ),
            models.Index(fields=["owner", "urgent_at", "id"], name="step_of_worker", condition=Q(done_at__isnull=True)),
            models.Index(
                fields=["owner_agency", "urgent_at", "id"],
                name="step_on_duty",
                condition=Q(done_at__isnull=True) & ~Q(rung=Rung.WORKER),
            ),
            models.Index(
                fields=["owner_agency", "urgent_at", "id"],
                name="step_of_supervisors",
                condition=Q(done_at__isnull=True, rung=Rung.SUPERVISOR),
            ),
            models.Index(fields=["climbs_at"], name="step_that_climbs", condition=Q(done_at__isnull=True)),
            models.Index(fields=["case", "-opened_at"], name="step_opened_in_case"),
            models.Index(fields=["case", "-done_at"], name="step_done_in_case"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Incident(models.Model):
    """What happened. `month` is the first day of it, where no day is published; places are anonymised points.

    `spot` is where near burglaries are looked for, in metres of the National Grid: the published point; or, of a home
    that is in the public list, the middle of its square of 100 metres.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="incidents")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    crime_id = models.CharField(max_length=64, blank=True, help_text="The published id: 64 hexadecimal digits.")
    crime_reference = models.CharField(max_length=40, blank=True, help_text="The police's own number.")
    force = models.CharField(max_length=100, blank=True)
    month = models.DateField(null=True)
    place = models.CharField(max_length=200, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, help_text="WGS 84")
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True, help_text="WGS 84")
    area_code = models.CharField(max_length=9, blank=True, help_text="LSOA 2011")
    area_name = models.CharField(max_length=60, blank=True)
    happened_on = models.DateField("day", null=True, help_text="Where it is known; of published records it is not.")
    numbers = models.JSONField("the police's numbers, as they were given", default=list)
    spot = PointField(null=True)

    class Meta:
        default_permissions = ()
        permissions = [("note_crime", "Note the police's number of a crime, and what they have done")]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "crime_id"],
                condition=~Q(crime_id=""),
                name="incident_is_one_per_crime_id",
            ),
        ]
        indexes = [
            GistIndex(fields=["spot"], name="incident_spot"),
            models.Index(fields=["crime_reference"], name="incident_reference", condition=~Q(crime_reference="")),
        ]

    def __str__(self) -> str:
        return f"Incident {self.pk}"

    def get_numbers_display(self) -> str:
        return "; ".join(f"{each['given']} ({each['system'] or 'unknown'})" for each in self.numbers)


class PublishedOutcome(models.Model):
    """One published record of an incident, in the order of the file; the last says how things stand."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="outcomes")
    position = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=100)
    row_digest = models.CharField(max_length=64, help_text="SHA-256 of the row: the same row again adds nothing.")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["incident", "position"], name="outcome_has_a_place_of_its_own"),
        ]

    def __str__(self) -> str:
        return self.outcome
