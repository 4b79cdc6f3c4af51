"""A case's need, sent to a partner service, and what becomes of it."""

from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from casework.models import ALTERNATIVES, Case, CaseKind, Level, NextStep, SharingDecision, new_reference
from referrals.models.services import Service
from referrals.states import ENDED, IN_EFFECT, LIVE, ReferralStatus


class Urgency(models.TextChoices):
    ROUTINE = "routine", "Routine"
    URGENT = "urgent", "Urgent"
    NOW = "now", "Somebody is in danger now: it is handed over by telephone"


class DeclineReason(models.TextChoices):
    """Codes from the list practitioners use. What they count as nationally: `referrals.feedback`."""

    NO_CAPACITY = "no_capacity", "No capacity"
    OUTSIDE_AREA = "outside_area", "Outside our area"
    OUTSIDE_AGE_OR_GENDER = "outside_age_or_gender", "Not for their age or gender"
    OUTSIDE_REMIT = "outside_remit", "They need what we do not offer"
    RISK_TOO_HIGH = "risk_too_high", "Risk too high for this service"
    RISK_TOO_LOW = "risk_too_low", "Risk too low for this service"
    NO_FUNDING = "no_funding", "No recourse to public funds, or no other funding"
    ACCESS_LACKING = "access_lacking", "We lack the access or adaptation they need"
    LANGUAGE_LACKING = "language_lacking", "We lack their language, or what is by and for them"
    FAMILY_SIZE = "family_size", "Too many children, or a son who is too old"
    OTHER_SIDE = "other_side", "We work with the other person, or somebody linked to them"
    INSUFFICIENT = "insufficient_information", "Not enough information"
    VICTIM_DECLINED = "victim_declined", "They do not want it"
    UNCONTACTABLE = "victim_uncontactable", "They could not be reached"
    UNSAFE = "unsafe", "Where they are is not safe for this"
    STAFF_SAFETY = "staff_safety", "Not safe for our workers"
    OTHER = "other", "Other"


class ChosenAgainst(models.TextChoices):
    """Why a sender chose a service that was not suggested, or not first."""

    THEIR_WISH = "their_wish", "It is what they want"
    KNOWN_TO_THEM = "known_to_them", "They know this service"
    SERVICE_SAYS_SO = "service_says_so", "The service says that it can"
    SAFER = "safer", "It is safer for them"
    NEARER = "nearer", "They can get there"
    OTHER = "other", "Another reason"


class WithdrawReason(models.TextChoices):
    """Why the sender takes it back. What was sent wrongly is recalled: the addressed agency no longer finds it."""

    NOT_NEEDED = "not_needed", "It is not needed any more"
    NOT_WANTED = "not_wanted", "They do not want it"
    ANSWERED_ELSEWHERE = "answered_elsewhere", "Another service does it"
    SHARE_ENDED = "share_ended", "What was shared with it has ended"
    WRONG_PERSON = "wrong_person", "It is about the wrong person"
    WRONG_SERVICE = "wrong_service", "It went to the wrong service"


SENT_WRONGLY = (WithdrawReason.WRONG_PERSON, WithdrawReason.WRONG_SERVICE)


class OutcomeCode(models.TextChoices):
    SUPPORTED = "supported", "Supported"
    ADVICE = "advice", "Advice only"
    ACCOMMODATION = "accommodation", "Placed in safe accommodation"
    SANCTUARY = "sanctuary", "Home made safer"
    ORDER = "order", "Court order obtained"
    MARAC = "marac", "Heard at MARAC"
    VISITED = "visited", "Visited"
    MOVED = "moved", "Moved away, or passed to another area"
    REFUSED = "refused", "They refused it"
    BACK_TOGETHER = "back_together", "Back with the person who harmed them"
    DIED = "died", "They died"


class AsWanted(models.TextChoices):
    """What came of it, beside what they said they wanted."""

    YES = "yes", "What they wanted"
    PARTLY = "partly", "A part of what they wanted"
    NO = "no", "Not what they wanted"
    NOT_KNOWN = "not_known", "Not known what they wanted"


class Told(models.TextChoices):
    """How far a late referral has climbed. It never ends by that."""

    NOBODY = "nobody", "In time"
    OWNER = "owner", "Whoever has it was reminded"
    DUTY = "duty", "Everybody who may answer was told"
    SUPERVISOR = "supervisor", "Their supervisors were told"
    SENDER = "sender", "The sender's supervisors were told"


class Referral(models.Model):
    """A case's need, sent to a partner service. Live ones always have an owner and a due time.

    Before it is accepted the addressed agency sees only this row's own columns: the summary. Language and
    access needs are therefore copied here at sending. `owner` empty means the owner agency's duty queue.
    """

    reference = models.CharField(max_length=13, unique=True, default=new_reference, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="referrals")
    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=ReferralStatus, default=ReferralStatus.DRAFT)
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", help_text="What was referred or declined before."
    )
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.OneToOneField(SharingDecision, on_delete=models.PROTECT, null=True, related_name="referral")
    follow_up = models.ForeignKey(
        NextStep,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The sender's step that watches it.",
    )
    owner_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    due_source = models.CharField(max_length=40)
    told = models.CharField("who was told that it is late", max_length=10, choices=Told, default=Told.NOBODY)
    climbs_at = models.DateTimeField(null=True, help_text="When it climbs to the next, while it lives.")
    level = models.CharField("standard", max_length=20, blank=True, help_text="Whose standards hold: see `urgency_of`.")
    acknowledge_by = models.DateTimeField(null=True)
    answer_by = models.DateTimeField("answer due", null=True)
    answer_left = models.DurationField(null=True, help_text="While more is asked, for how long it can be answered.")
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.ROUTINE)
    asked = models.CharField(max_length=500, help_text="What is asked of the partner, without names.")
    chosen_against = models.CharField(
        "chosen although not suggested first", max_length=20, choices=ChosenAgainst, blank=True
    )
    chosen_because = models.CharField("why it was chosen", max_length=300, blank=True)
    case_kind = models.CharField(max_length=20, choices=CaseKind)
    borough = models.CharField(max_length=100)
    language = models.CharField(max_length=60, blank=True)
    interpreter_needed = models.BooleanField(null=True)
    access_needs = models.CharField(max_length=500, blank=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    question = models.CharField("what more they ask", max_length=500, blank=True)
    added = models.CharField("what the sender added", max_length=500, blank=True)
    waits_until = models.DateTimeField("waits for a place until", null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decline_reason = models.CharField(max_length=30, choices=DeclineReason, blank=True)
    decline_note = models.CharField(max_length=500, blank=True)
    engaged_at = models.DateTimeField("in touch since", null=True)
    engaged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdraw_reason = models.CharField("why it was taken back", max_length=20, choices=WithdrawReason, blank=True)
    alternative = models.CharField(
        "another way to them that was considered", max_length=20, choices=ALTERNATIVES, blank=True
    )
    outcome_code = models.CharField("what came of it", max_length=20, choices=OutcomeCode, blank=True)
    as_wanted = models.CharField("was it what they wanted", max_length=10, choices=AsWanted, blank=True)
    outcome = models.CharField("in their words", max_length=500, blank=True)
    changes = models.JSONField(default=dict, help_text="When what is shared last changed, by category.")

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_referral", "See a referral"),
            ("draft_referral", "Draft a referral"),
            ("send_referral", "Send a referral"),
            ("accept_referral", "Accept a referral"),
            ("decline_referral", "Decline a referral"),
            ("withdraw_referral", "Withdraw a referral"),
            ("progress_referral", "Say how it goes on with a referral: taken note of, asked, waiting, in touch"),
            ("complete_referral", "Complete a referral"),
            ("climb_referrals", "Tell more and more people of a referral that is late"),
            ("expire_waits", "Give a referral back whose wait for a place was in vain"),
            ("view_scorecard", "See how quickly and how partners answer"),
            ("hand_over_referrals", "Pass on the referrals that somebody leaves behind"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ReferralStatus.values), name="referral_has_a_known_status"),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="referral_has_a_known_urgency"),
            models.CheckConstraint(
                condition=Q(case_kind__in=CaseKind.values), name="referral_has_a_known_kind_of_case"
            ),
            models.CheckConstraint(
                condition=Q(decline_reason__in=["", *DeclineReason.values]),
                name="referral_has_a_known_decline_reason",
            ),
            models.CheckConstraint(
                condition=Q(chosen_against__in=["", *ChosenAgainst.values]),
                name="referral_is_chosen_against_for_a_known_reason",
            ),
            models.CheckConstraint(
                condition=Q(chosen_against="", chosen_because="")
                | Q(chosen_against__in=ChosenAgainst.values) & ~Q(chosen_because=""),
                name="referral_against_the_suggestion_says_why",
            ),
            models.UniqueConstraint(
                fields=["case", "service"],
                condition=Q(status__in=sorted(LIVE)),
                name="referral_one_live_per_case_and_service",
            ),
            models.CheckConstraint(
                condition=Q(status=ReferralStatus.DRAFT, sent_at__isnull=True, sent_by__isnull=True)
                | Q(status=ReferralStatus.WITHDRAWN)
                | Q(
                    sent_at__isnull=False,
                    sent_by__isnull=False,
                    decision__isnull=False,
                    follow_up__isnull=False,
                ),
                name="referral_that_is_sent_has_its_decision_and_follow_up",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
                name="referral_is_sent_when_and_by_whom_or_neither",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="referral_is_answered_when_and_by_whom_or_neither",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["declined", "completed", "unable", *sorted(IN_EFFECT)])
                | Q(answered_at__isnull=False),
                name="referral_that_has_an_answer_says_when",
            ),
            models.CheckConstraint(
                condition=Q(status=ReferralStatus.DECLINED) & ~Q(decline_reason="")
                | ~Q(status=ReferralStatus.DECLINED) & Q(decline_reason=""),
                name="referral_that_is_declined_says_why",
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(ENDED), ended_at__isnull=False, ended_by__isnull=False)
                | Q(status__in=sorted(LIVE), ended_at__isnull=True, ended_by__isnull=True),
                name="referral_is_ended_when_somebody_ended_it",
            ),
            models.CheckConstraint(
                condition=Q(status=ReferralStatus.COMPLETED) & ~Q(outcome_code="") & ~Q(as_wanted="")
                | ~Q(status=ReferralStatus.COMPLETED) & Q(outcome_code="", as_wanted=""),
                name="referral_that_is_completed_says_its_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome_code__in=["", *OutcomeCode.values]), name="referral_has_a_known_outcome"
            ),
            models.CheckConstraint(
                condition=Q(as_wanted__in=["", *AsWanted.values]), name="referral_was_what_they_wanted_in_a_known_way"
            ),
            models.CheckConstraint(
                condition=Q(withdraw_reason__in=["", *WithdrawReason.values]),
                name="referral_is_taken_back_for_a_known_reason",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["withdrawn", "recalled"]) & ~Q(withdraw_reason="")
                | ~Q(status__in=["withdrawn", "recalled"]) & Q(withdraw_reason=""),
                name="referral_that_is_taken_back_says_why",
            ),
            models.CheckConstraint(
                condition=Q(alternative__in=["", *dict(ALTERNATIVES)]), name="referral_names_a_known_other_way"
            ),
            models.CheckConstraint(
                condition=~Q(status=ReferralStatus.UNABLE, level=Level.HIGH) | ~Q(alternative=""),
                name="referral_at_high_risk_considers_another_way_to_them",
            ),
            models.CheckConstraint(condition=Q(told__in=Told.values), name="referral_climbs_to_somebody_known"),
            models.CheckConstraint(
                condition=Q(status__in=sorted(LIVE), climbs_at__isnull=False)
                | Q(status__in=sorted(ENDED), climbs_at__isnull=True),
                name="referral_runs_a_clock_while_it_lives",
            ),
            models.CheckConstraint(
                condition=Q(status=ReferralStatus.ASKED, answer_left__isnull=False) & ~Q(question="")
                | ~Q(status=ReferralStatus.ASKED) & Q(answer_left__isnull=True),
                name="referral_of_which_more_is_asked_stops_its_clock",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReferralStatus.WAITLISTED) | Q(waits_until__isnull=False),
                name="referral_waits_for_a_place_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(status=ReferralStatus.DUPLICATE, duplicate_of__isnull=False)
                | ~Q(status=ReferralStatus.DUPLICATE) & Q(duplicate_of__isnull=True),
                name="referral_that_was_sent_twice_names_the_other",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReferralStatus.ENGAGED) | Q(engaged_at__isnull=False),
                name="referral_says_since_when_they_are_in_touch",
            ),
            models.CheckConstraint(
                condition=Q(engaged_at__isnull=True, engaged_by__isnull=True)
                | Q(engaged_at__isnull=False, engaged_by__isnull=False),
                name="referral_is_in_touch_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="referral_is_acknowledged_when_and_by_whom_or_neither",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReferralStatus.ACKNOWLEDGED) | Q(acknowledged_at__isnull=False),
                name="referral_that_is_acknowledged_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner_agency", "due_at", "id"],
                name="referral_inbox",
                condition=Q(status__in=sorted(LIVE - {ReferralStatus.DRAFT})),
            ),
            models.Index(
                fields=["sender", "due_at", "id"],
                name="referral_outbox",
                condition=Q(status__in=sorted(LIVE)),
            ),
            models.Index(fields=["climbs_at", "id"], name="referral_climbs", condition=Q(climbs_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.reference
