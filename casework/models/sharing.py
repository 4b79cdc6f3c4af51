"""Why something is shared, and the grant that is its effect.

A grant is a row of guardian's kind on a table with real foreign keys. The table keeps ended rows; guardian and
everybody else look through `LiveGroupGrant`, a view that shows only the rows alive at this second.
"""

from uuid import uuid4

from django.contrib.auth.models import Group, Permission
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from guardian.models import GroupObjectPermissionBase

from accounts.models import Agency, User
from casework.models.agreements import CATEGORY_NAMES, SharingAgreement
from casework.models.cases import Case
from casework.models.consent import ConsentRecord, Purpose


class OverrideReason(models.TextChoices):
    """Why something is shared although the victim does not agree."""

    SERIOUS_HARM = "serious_harm", "Risk of serious harm or homicide"
    CHILD_AT_RISK = "child_at_risk", "A child is at risk"
    ADULT_AT_RISK = "adult_at_risk", "An adult at risk cannot protect themselves"
    SERIOUS_CRIME = "serious_crime", "To prevent a serious crime"
    COURT_ORDER = "court_order", "A court ordered it"
    PUBLIC_PROTECTION = "public_protection", "To protect the public"
    STAFF_SAFETY = "staff_safety", "The safety of staff"


class ToldVictim(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    UNSAFE = "unsafe", "No: it would not be safe"


class LawfulBasis(models.Model):
    """Why the law lets us share: effective-dated reference data with its source."""

    code = models.CharField(max_length=20)
    label = models.CharField(max_length=100)
    help_text = models.CharField(max_length=300)
    source = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, help_text="The first day on which it holds no longer.")
    rests_on_consent = models.BooleanField(default=False, help_text="Falls away when consent is withdrawn.")
    is_emergency = models.BooleanField(default=False, help_text="Never held up by an agreement that is missing.")
    is_condition = models.BooleanField(default=False, help_text="Goes beside a basis, and is none by itself.")

    class Meta:
        default_permissions = ()
        verbose_name_plural = "lawful bases"
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="basis_begins_once_a_day"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="basis_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class SharingDecision(models.Model):
    """One decision to share: purpose, basis, consent apart from basis, categories, recipient, until when.

    Made when a referral is sent, by the sender; takes effect when it is accepted (`began_at`). One that widens
    another takes effect at once, beside it. That it rests on what it says is a trigger's: casework/migrations/0010.
    """

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    recipient = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=30, choices=Purpose)
    basis = models.ForeignKey(LawfulBasis, on_delete=models.PROTECT, related_name="+")
    consent = models.ForeignKey(ConsentRecord, on_delete=models.PROTECT, related_name="decisions")
    override_reason = models.CharField(max_length=30, choices=OverrideReason, blank=True)
    override_narrative = models.CharField(max_length=500, blank=True)
    authorised_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    told_victim = models.CharField(max_length=10, choices=ToldVictim, blank=True)
    agreement = models.ForeignKey(SharingAgreement, on_delete=models.PROTECT, null=True, related_name="decisions")
    beyond_agreement = models.CharField(max_length=500, blank=True)
    justification = models.CharField(max_length=500, blank=True)
    widens = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="widenings")
    necessity = models.CharField(max_length=500)
    categories = ArrayField(models.CharField(max_length=20))
    until = models.DateTimeField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("decide_sharing", "Decide to share"),
            ("begin_sharing", "Put a decision to share into effect, by accepting"),
            ("end_sharing", "End a share"),
            ("shorten_sharing", "Let a share end earlier"),
            ("widen_sharing", "Share more, or for longer, by a decision of its own"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="decision_has_a_known_purpose"),
            models.CheckConstraint(
                condition=Q(override_reason__in=["", *OverrideReason.values]),
                name="decision_is_overridden_for_a_known_reason",
            ),
            models.CheckConstraint(
                condition=Q(told_victim__in=["", *ToldVictim.values]),
                name="decision_says_in_a_known_way_whether_they_were_told",
            ),
            models.CheckConstraint(
                condition=Q(override_reason="", override_narrative="", authorised_by__isnull=True, told_victim="")
                | ~Q(override_reason="")
                & ~Q(override_narrative="")
                & ~Q(told_victim="")
                & Q(authorised_by__isnull=False),
                name="decision_is_overridden_whole_or_not_at_all",
            ),
            models.CheckConstraint(condition=~Q(necessity=""), name="decision_says_why_it_is_necessary"),
            models.CheckConstraint(
                condition=Q(categories__contained_by=list(CATEGORY_NAMES)) & Q(categories__len__gt=0),
                name="decision_names_known_categories",
            ),
            models.CheckConstraint(condition=Q(until__gt=F("decided_at")), name="decision_ends_after_it_is_made"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="decision_is_ended_when_and_by_whom_or_neither",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} until {self.until:%d %B %Y}"


class GroupGrant(models.Model):
    """One permission on one case for one agency's group, until a moment or for good.

    The row for `view_case` carries the case's `received_at`, so that a list page reads only its own index.
    A row without a sharing decision is the holder's own: a trigger refuses any other. Each decision has rows of
    its own, so that ending one never takes away what another still gives.
    """

    content_object = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", db_index=False)
    permission = models.ForeignKey(Permission, on_delete=models.PROTECT, related_name="+", db_index=False)
    sharing = models.ForeignKey(SharingDecision, on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "group", "permission", "sharing"],
                nulls_distinct=False,
                name="grant_is_one_per_case_group_permission_and_decision",
            ),
        ]
        indexes = [
            models.Index(
                F("group"),
                F("permission"),
                F("received_at").desc(),
                F("content_object").desc(),
                name="grant_list",
                condition=Q(received_at__isnull=False),
                include=["valid_until"],
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"


class LiveGroupGrant(GroupObjectPermissionBase):
    """The grants alive at this second by the database's clock: what guardian reads, and what `policy` reads."""

    content_object = models.ForeignKey(Case, on_delete=models.DO_NOTHING, related_name="live_grants")
    sharing = models.ForeignKey(SharingDecision, on_delete=models.DO_NOTHING, null=True, related_name="live_grants")
    received_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)

    class Meta(GroupObjectPermissionBase.Meta):
        managed = False
        db_table = "casework_live_group_grant"
        default_permissions = ()
