"""Who is in a case, and how and where they can be reached. A person is only a link; values belong to a case."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Partnership, User


class Person(models.Model):
    """One human being across cases. Holds no value, so two cases of one person never leak into each other."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("find_person", "Look for a person who may be known"),
            ("link_person", "Say who somebody is"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class PartyRole(models.TextChoices):
    VICTIM = "victim", "Victim"
    ALLEGED = "alleged", "Alleged perpetrator"
    CHILD = "child", "Child"
    WITNESS = "witness", "Witness"
    REFERRER = "referrer", "Referrer"


class Party(models.Model):
    """A person in a case, in a role, with what is known of them there."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="parties")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=10, choices=PartyRole)
    name = models.CharField(max_length=200, blank=True)
    folded_name = models.CharField(
        max_length=200, blank=True, help_text="The name without accents, case and signs, for finding."
    )
    date_of_birth = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=60, blank=True)
    interpreter_needed = models.BooleanField(null=True)
    access_needs = models.CharField(max_length=500, blank=True)
    support_needs = models.CharField(max_length=500, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "parties"
        constraints = [
            models.CheckConstraint(condition=Q(role__in=PartyRole.values), name="party_has_a_known_role"),
            models.UniqueConstraint(fields=["case", "person", "role"], name="party_is_one_person_once_per_role"),
        ]
        indexes = [
            models.Index(fields=["date_of_birth"], name="party_date_of_birth"),
            models.Index(fields=["folded_name"], name="party_folded_name"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.public_id}"


class RouteKind(models.TextChoices):
    PHONE = "phone", "Telephone"
    SMS = "sms", "Text message"
    EMAIL = "email", "Email"
    IN_PERSON = "in_person", "In person"
    VIA_PROFESSIONAL = "via_professional", "Through a professional"
    NONE = "none", "No contact"


class Safety(models.TextChoices):
    SAFE = "safe", "Safe"
    UNSAFE = "unsafe", "Not safe"
    UNKNOWN = "unknown", "Not known"


class ContactRoute(models.Model):
    """One way to reach somebody, and whether it is safe. Unknown is not safe; only a person's word makes it so."""

    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="routes")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="routes")
    kind = models.CharField("way", max_length=20, choices=RouteKind)
    value = models.CharField(
        "number or address",
        max_length=200,
        blank=True,
        help_text="As it was said; a telephone also as E.164.",
    )
    e164 = models.CharField(max_length=16, blank=True, help_text="The telephone number as +442079460018.")
    safety = models.CharField("safe to use", max_length=10, choices=Safety, default=Safety.UNKNOWN)
    when_safe = models.CharField(
        "when it is safe", max_length=200, blank=True, help_text="Days and times, in their words."
    )
    note = models.CharField("who may answer, what may be said", max_length=500, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True, help_text="When the same way was said anew.")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RouteKind.values), name="route_has_a_known_kind"),
            models.CheckConstraint(condition=Q(safety__in=Safety.values), name="route_has_a_known_safety"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="route_is_confirmed_when_and_by_whom_or_neither",
            ),
            models.CheckConstraint(
                condition=~Q(safety=Safety.SAFE) | Q(confirmed_at__isnull=False),
                name="route_is_safe_only_when_somebody_confirmed_it",
            ),
            models.CheckConstraint(
                condition=Q(e164="") | Q(e164__regex=r"^\+[1-9][0-9]{6,14}$"), name="route_telephone_is_e164"
            ),
        ]
        indexes = [models.Index(fields=["e164"], name="route_e164", condition=~Q(e164=""))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of party {self.party_id}"


class KnownToAlleged(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not known"


class Address(models.Model):
    """Where somebody lives or can be found. Never the true address of a refuge."""

    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="addresses")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="addresses")
    lines = models.CharField("address", max_length=300)
    postcode = models.CharField(max_length=10, blank=True)
    known_to_alleged = models.CharField(
        "known to the alleged perpetrator",
        max_length=10,
        choices=KnownToAlleged,
        default=KnownToAlleged.UNKNOWN,
    )

    class Meta:
        default_permissions = ()
        verbose_name_plural = "addresses"
        constraints = [
            models.CheckConstraint(
                condition=Q(known_to_alleged__in=KnownToAlleged.values),
                name="address_says_whether_the_alleged_perpetrator_knows_it",
            ),
            models.CheckConstraint(condition=~Q(lines=""), name="address_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"Address of party {self.party_id}"
