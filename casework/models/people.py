"""Who is in a case, and where they can be found. A person is only a link; values belong to a case."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts import vault
from accounts.models import Partnership
from casework.models.sealed import Mark, SealedText, are_sealed
from casework.places import place_of


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
    PARTICIPANT = "participant", "Person who wants to change"


ABOUT = (PartyRole.VICTIM, PartyRole.PARTICIPANT)  # whom a case is about: one of them, by the side of the wall it is on


class Need(models.TextChoices):
    """What somebody needs help with. Never anybody's immigration status: only that they cannot get public funds."""

    SAFE_PLACE = "safe_place", "A safe place to stay"
    HOUSING = "housing", "Housing"
    SECURITY = "security", "Making the home secure"
    MONEY = "money", "Money and benefits"
    NO_RECOURSE = "no_recourse", "Cannot get public funds"
    IMMIGRATION_ADVICE = "immigration_advice", "Advice on immigration"
    LEGAL = "legal", "Legal advice"
    COUNSELLING = "counselling", "Counselling"
    HEALTH = "health", "Health"
    CHILDREN = "children", "Help for the children"
    DRUGS_ALCOHOL = "drugs_alcohol", "Help with drugs or alcohol"
    PETS = "pets", "A place for pets"


class Enhanced(models.TextChoices):
    """Why somebody has enhanced rights under the Victims' Code, beside what follows from the crime and their age."""

    NONE = "none", "None of these, as they say"
    MENTAL_HEALTH = "mental_health", "A mental health condition"
    DISABILITY = "disability", "A physical or learning disability"
    INTIMIDATED = "intimidated", "They are afraid of being harmed for speaking up"
    HATE = "hate", "It was a hate crime"
    TARGETED = "targeted", "They were targeted again and again"
    SERIOUS = "serious", "Another of the most serious crimes"
    JUDGEMENT = "judgement", "Another reason, in the judgement of whoever writes this"


class Party(models.Model):
    """A person in a case, in a role, with what is known of them there."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="parties")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=20, choices=PartyRole)
    name = models.CharField(max_length=200, blank=True)
    folded_name = models.CharField(
        max_length=200, blank=True, help_text="The name without accents, case and signs, for finding."
    )
    date_of_birth = models.DateField(null=True, blank=True)
    call_them = models.CharField("what to call them", max_length=100, blank=True)
    age_said = models.PositiveSmallIntegerField("age, as it was said", null=True)
    arrangements = models.CharField("who they live with and see", max_length=300, blank=True)
    language = models.CharField(max_length=60, blank=True)
    dialect = models.CharField(max_length=60, blank=True)
    interpreter_needed = models.BooleanField(null=True)
    interpreter_wanted = models.CharField("what kind of interpreter", max_length=100, blank=True)
    interpreter_may_know_them = models.BooleanField("an interpreter may know them or their family", null=True)
    interpreter_booking = models.CharField("booking of the interpreter", max_length=100, blank=True)
    access_needs = models.CharField(max_length=500, blank=True)
    needs = ArrayField(models.CharField(max_length=20, choices=Need), verbose_name="needs help with", default=list)
    support_needs = models.CharField(max_length=500, blank=True)
    enhanced_for = ArrayField(
        models.CharField(max_length=20, choices=Enhanced), verbose_name="enhanced rights because", default=list
    )
    enhanced_words = models.CharField("more about their rights", max_length=600, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "parties"
        constraints = [
            models.CheckConstraint(condition=Q(role__in=PartyRole.values), name="party_has_a_known_role"),
            models.CheckConstraint(condition=Q(needs__contained_by=Need.values), name="party_has_known_needs"),
            models.CheckConstraint(
                condition=Q(enhanced_for__contained_by=Enhanced.values),
                name="party_has_enhanced_rights_for_reasons",
            ),
            models.UniqueConstraint(fields=["case", "person", "role"], name="party_is_one_person_once_per_role"),
        ]
        indexes = [
            models.Index(fields=["date_of_birth"], name="party_date_of_birth"),
            models.Index(fields=["folded_name"], name="party_folded_name"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.public_id}"


class AddressKind(models.TextChoices):
    HOME = "home", "Home"
    SHARED = "shared_with_alleged", "Shared with the alleged perpetrator"
    SAFE = "safe", "A safe place"
    REFUGE = "refuge_office", "Refuge: its organisation and a PO box"
    WORK = "work", "Workplace"
    SCHOOL = "school", "School or nursery"
    MAIL = "mail", "For letters"
    GP = "gp", "GP"
    WHEREABOUTS = "whereabouts", "Where they were when they called"
    OTHER = "other", "Another place where they can be found"


class RevealReason(models.TextChoices):
    EMERGENCY = "emergency", "Police or an ambulance must go there"
    VISIT = "visit", "To visit them"
    LETTER = "letter", "To write to them"
    TRANSPORT = "transport", "To have somebody or something brought there"
    SAFETY_PLAN = "safety_plan", "To make a plan for their safety"
    CONFIRM = "confirm", "To ask them whether it is still right"


class KnownToAlleged(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not known"


class Address(models.Model):
    """Where somebody lives or can be found. Shown only when it is revealed, which is an act with a reason.

    Never the true address of a refuge: that is its organisation, and a PO box at most.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="addresses")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="addresses")
    kind = models.CharField("kind of place", max_length=20, choices=AddressKind, default=AddressKind.HOME)
    organisation = SealedText("organisation")
    lines = SealedText("address")
    postcode = SealedText("postcode")
    known_to_alleged = models.CharField(
        "known to the alleged perpetrator",
        max_length=10,
        choices=KnownToAlleged,
        default=KnownToAlleged.UNKNOWN,
    )
    valid_from = models.DateField("from", null=True)
    valid_until = models.DateField("until", null=True)
    doubted_at = models.DateTimeField("in doubt since", null=True)
    mark = Mark(of="marked", null=True, editable=False)

    class Meta:
        default_permissions = ()
        permissions = [("reveal_address", "Reveal an address")]
        verbose_name_plural = "addresses"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AddressKind.values), name="address_has_a_known_kind"),
            models.CheckConstraint(
                condition=Q(known_to_alleged__in=KnownToAlleged.values),
                name="address_says_whether_the_alleged_perpetrator_knows_it",
            ),
            models.CheckConstraint(
                condition=Q(lines__isnull=False) | Q(organisation__isnull=False), name="address_is_not_empty"
            ),
            models.CheckConstraint(
                condition=~Q(kind=AddressKind.REFUGE) | Q(organisation__isnull=False, postcode__isnull=True),
                name="address_of_a_refuge_is_its_organisation_without_postcode",
            ),
            models.CheckConstraint(
                condition=~Q(kind=AddressKind.SHARED) | Q(known_to_alleged=KnownToAlleged.YES),
                name="address_that_is_shared_is_known_to_the_alleged_perpetrator",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gte=models.F("valid_from")),
                name="address_ends_after_it_begins",
            ),
            are_sealed("address_is_sealed_where_it_locates", "organisation", "lines", "postcode"),
        ]
        indexes = [models.Index(fields=["mark"], name="address_mark")]

    def marked(self) -> bytes:
        """The same home is marked alike in every case; what says too little to tell it from another, like no other."""
        return mark_of_place(place_of(self.lines, self.postcode) or str(self.public_id))

    def __str__(self) -> str:
        return f"Address of party {self.party_id}"


def mark_of_place(place: str) -> bytes:
    return vault.blind("address.place", place)
