"""Being asked for information that was not shared: by the police or for a court, or by who took on a referral."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, User
from casework.models import Case, NextStep, SharingDecision, new_reference
from casework.models.agreements import CATEGORY_NAMES
from referrals.models.referrals import Referral
from referrals.states import RequestStatus


class RequestKind(models.TextChoices):
    """What the police ask, for themselves or for a court, is a victim information request."""

    POLICE = "police", "Victim information request by the police"
    COURT = "court", "Victim information request for a court"
    FURTHER = "further", "More about somebody who was referred"


class VictimNotice(models.TextChoices):
    """Whether the victim was told in writing that they are asked about, or by which exception of the law not."""

    GIVEN = "given", "Told in writing, on or before today"
    NOT_PRACTICABLE = "not_practicable", "Not told: it cannot reasonably be done"
    WOULD_INTERFERE = "would_interfere", "Not told: it could interfere with the investigation"
    WOULD_HARM = "would_harm", "Not told: it could lead to serious harm"


class Refusal(models.TextChoices):
    """Why what is held is not shared, all the same."""

    NOT_NECESSARY = "not_necessary", "Not necessary or not proportionate"
    NOT_RELEVANT = "not_relevant", "Not relevant to what is asked for"
    OTHER_MEANS = "other_means", "It can be had in a way that intrudes less"
    THEY_OBJECT = "they_object", "They object, and no reason outweighs that"
    UNSAFE = "unsafe", "It would put somebody at risk"
    OF_OTHERS = "of_others", "It is about other people, or somebody else must be asked"
    PRIVILEGED = "privileged", "The law protects it: privilege, or a duty to keep it"
    OTHER = "other", "Another reason"


IS_FURTHER, ANSWERS = Q(kind=RequestKind.FURTHER), ("given", "not_held", "refused")


class InformationRequest(models.Model):
    """One agency asks the holder of a case for categories that it was not shown. There is always an answer.

    `about` is the reference by which the case was named: who asks need not find the case itself. Until `sent_at` it is
    the asker's own. While it is sent, `step` is the holder's next step to answer it, with its owner.
    """

    reference = models.CharField(max_length=13, unique=True, default=new_reference, editable=False)
    kind = models.CharField(max_length=10, choices=RequestKind)
    status = models.CharField(max_length=10, choices=RequestStatus)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="requests")
    about = models.CharField(max_length=40)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, related_name="requests")
    asker = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    categories = ArrayField(models.CharField(max_length=20))
    period_from = models.DateField(null=True)
    period_until = models.DateField(null=True)
    material = models.CharField("what is asked for", max_length=500)
    enquiry = models.CharField("line of enquiry", max_length=500, blank=True)
    necessity = models.CharField("why it is necessary and proportionate", max_length=500)
    other_means = models.CharField("what else was considered", max_length=500, blank=True)
    counselling = models.CharField("why what was said in confidence", max_length=500, blank=True)
    notice = models.CharField("were they told", max_length=20, choices=VictimNotice, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    due_source = models.CharField(max_length=40)
    step = models.ForeignKey(NextStep, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.ForeignKey(SharingDecision, on_delete=models.PROTECT, null=True, related_name="requests")
    refusal = models.CharField("why it is not shared", max_length=20, choices=Refusal, blank=True)
    words = models.CharField("what was answered", max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        verbose_name = "request"
        permissions = [
            ("view_request", "See requests for information"),
            ("ask_information", "Ask for information that was not shared"),
            ("approve_request", "Approve a request for information, as a second person"),
            ("withdraw_request", "Take back a request for information"),
            ("answer_request", "Answer a request for information"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="request_has_a_known_status"),
            models.CheckConstraint(condition=Q(kind__in=RequestKind.values), name="request_has_a_known_kind"),
            models.CheckConstraint(
                condition=Q(notice__in=["", *VictimNotice.values]), name="request_has_a_known_notice"
            ),
            models.CheckConstraint(
                condition=Q(refusal__in=["", *Refusal.values]), name="request_is_refused_for_a_known_reason"
            ),
            models.CheckConstraint(
                condition=IS_FURTHER & Q(referral__isnull=False) | ~IS_FURTHER & Q(referral__isnull=True),
                name="request_for_more_names_its_referral",
            ),
            models.CheckConstraint(
                condition=Q(categories__contained_by=list(CATEGORY_NAMES)) & Q(categories__len__gt=0),
                name="request_names_known_categories",
            ),
            models.CheckConstraint(
                condition=~Q(material="") & ~Q(necessity="") & (IS_FURTHER | ~Q(enquiry="") & ~Q(other_means="")),
                name="request_says_its_grounds",
            ),
            models.CheckConstraint(
                condition=IS_FURTHER | ~Q(categories__contains=["narrative"]) | ~Q(counselling=""),
                name="request_for_what_was_said_in_confidence_says_why",
            ),
            models.CheckConstraint(
                condition=IS_FURTHER & Q(notice="") | ~IS_FURTHER & ~Q(notice=""),
                name="request_says_whether_the_victim_was_told",
            ),
            models.CheckConstraint(
                condition=Q(period_until__gte=F("period_from")) | Q(period_from__isnull=True),
                name="request_is_for_a_period",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(approved_by=F("asked_by")),
                name="request_is_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", sent_at__isnull=True)
                | Q(status="withdrawn")
                | Q(status__in=["sent", *ANSWERS], sent_at__isnull=False, step__isnull=False)
                & (IS_FURTHER | Q(approved_at__isnull=False)),
                name="request_that_is_sent_was_approved_and_is_a_step",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ANSWERS, answered_at__isnull=False, answered_by__isnull=False)
                | ~Q(status__in=ANSWERS) & Q(answered_at__isnull=True, answered_by__isnull=True),
                name="request_is_answered_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(status="given", decision__isnull=False) | ~Q(status="given") & Q(decision__isnull=True),
                name="request_that_is_given_names_its_decision",
            ),
            models.CheckConstraint(
                condition=Q(status="refused") & ~Q(refusal="") & ~Q(words="") | ~Q(status="refused") & Q(refusal=""),
                name="request_that_is_refused_says_why",
            ),
            models.CheckConstraint(
                condition=Q(status="withdrawn", withdrawn_at__isnull=False)
                | ~Q(status="withdrawn") & Q(withdrawn_at__isnull=True),
                name="request_is_withdrawn_when_it_was",
            ),
        ]
        indexes = [
            models.Index(fields=["asker", "-asked_at"], name="request_of_asker"),
            models.Index(fields=["holder", "due_at"], name="request_to_answer", condition=Q(status="sent")),
        ]

    def __str__(self) -> str:
        return self.reference
