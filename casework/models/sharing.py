"""Why something is shared, and the grant that is its effect.

A grant is a row of guardian's kind on a table with real foreign keys. The table keeps ended rows; guardian and
everybody else look through `LiveGroupGrant`, a view that shows only the rows alive at this second.
"""

from django.contrib.auth.models import Group, Permission
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from guardian.models import GroupObjectPermissionBase

from accounts.models import Agency, User
from casework.models.cases import Case

CATEGORY_NAMES = (
    "identity",
    "contact",
    "location",
    "incident",
    "risk",
    "narrative",
    "household",
    "alleged",
    "needs",
)


class Purpose(models.TextChoices):
    POLICE_VISIT = "police_visit", "A police visit to a burgled home"
    SAFETY_SUPPORT = "safety_support", "Support and safety planning"
    SAFE_ACCOMMODATION = "safe_accommodation", "A safe place to live"
    HOUSING_HELP = "housing_help", "Help with housing"
    HEALTH_CARE = "health_care", "Health care"
    VICTIM_SUPPORT = "victim_support", "Practical and emotional support after a crime"


class Consent(models.TextChoices):
    GIVEN = "given", "They agree"
    NOT_ASKED = "not_asked", "They were not asked"
    OVERRIDDEN = "overridden", "They do not agree, and it is shared all the same"


class LawfulBasis(models.Model):
    """Why the law lets us share: effective-dated reference data with its source."""

    code = models.CharField(max_length=20)
    label = models.CharField(max_length=100)
    help_text = models.CharField(max_length=300)
    source = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, help_text="The first day on which it holds no longer.")

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

    Made when a referral is sent, by the sender; takes effect when it is accepted (`began_at`).
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    recipient = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=30, choices=Purpose)
    basis = models.ForeignKey(LawfulBasis, on_delete=models.PROTECT, related_name="+")
    consent = models.CharField(max_length=20, choices=Consent)
    consent_reason = models.CharField(max_length=500, blank=True)
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
        ]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="decision_has_a_known_purpose"),
            models.CheckConstraint(condition=Q(consent__in=Consent.values), name="decision_has_a_known_consent"),
            models.CheckConstraint(
                condition=Q(consent=Consent.GIVEN) | ~Q(consent_reason=""),
                name="decision_without_consent_says_why",
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
