"""Two sides of one story: pairs of cases in which one person stands on both, and the one worker who learns of them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Partnership, User
from casework.models.cases import Case
from casework.models.references import new_reference


class NamedSenior(models.Model):
    """The one senior practitioner of a partnership who learns of two-sided cases. Who was before stays written down.

    That they are a senior practitioner of the front door when they are named is a trigger's: casework/migrations/0015.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_senior_practitioner", "See who the named senior practitioner is"),
            ("name_senior_practitioner", "Name the senior practitioner who learns of two-sided cases"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership"],
                condition=Q(ended_at__isnull=True),
                name="partnership_names_one_senior_practitioner",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="naming_is_ended_when_and_by_whom_or_neither",
            ),
        ]

    def __str__(self) -> str:
        return f"named {self.worker_id}"


class Side(models.TextChoices):
    VICTIM_IS_ALLEGED = "victim_is_alleged", "The victim of the first case is the alleged perpetrator of the second"
    VICTIM_WANTS_TO_CHANGE = "victim_wants_to_change", "The victim of the first case asked elsewhere for help to change"
    ALLEGED_WANTS_TO_CHANGE = (
        "alleged_wants_to_change",
        "The alleged perpetrator of the first case asked elsewhere for help to change",
    )


class Likeness(models.TextChoices):
    SAME_PERSON = "same_person", "They were linked as one person"
    SAME_BIRTH = "same_birth", "Same name and date of birth"
    SAME_TELEPHONE = "same_telephone", "Same telephone number"
    EACH_NAMES_THE_OTHER = "each_names_the_other", "In each case the two have the names of the other's, crosswise"


class TwoSided(models.Model):
    """One person who seems to stand on both sides: in which cases, and why it seems so. Ids and codes, and no value.

    The system finds it, and only the named senior practitioner. `found_at` is when the newest reason was found;
    `told_to`, who was told since. It has a reference of its own, so that its mail names neither case.
    """

    reference = models.CharField(max_length=13, unique=True, default=new_reference, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    first = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=30, choices=Side)
    why = ArrayField(models.CharField(max_length=30))
    found_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    told_to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("find_two_sides", "Find one person on both sides of a story"),
            ("tell_of_two_sides", "Tell the named senior practitioner of two-sided cases"),
            ("view_two_sides", "See the two-sided cases"),
            ("judge_two_sides", "Write down what was found of two-sided cases"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=Side.values), name="pair_is_of_known_sides"),
            models.CheckConstraint(
                condition=Q(why__contained_by=Likeness.values) & Q(why__len__gt=0),
                name="pair_has_known_reasons",
            ),
            models.CheckConstraint(condition=~Q(first=F("second")), name="pair_is_of_two_cases"),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, told_to__isnull=True)
                | Q(told_at__isnull=False, told_to__isnull=False),
                name="pair_is_told_when_and_to_whom_or_neither",
            ),
            models.UniqueConstraint(fields=["first", "second", "side"], name="pair_is_found_once"),
        ]

    def __str__(self) -> str:
        return self.reference


class SidesFinding(models.TextChoices):
    DIFFERENT_PEOPLE = "different_people", "They are different people"
    PRIMARY_VICTIM = "primary_victim", "They are the primary victim: the other harms"
    NOT_PRIMARY_VICTIM = "not_primary_victim", "They are not the primary victim: they harm the other"
    NOT_CLEAR_YET = "not_clear_yet", "Not clear yet: both go on, kept apart"


class SidesJudgement(models.Model):
    """What the named senior practitioner found of a pair, and why. Earlier ones stay; the newest stands."""

    pair = models.ForeignKey(TwoSided, on_delete=models.PROTECT, related_name="judgements")
    finding = models.CharField(max_length=30, choices=SidesFinding)
    words = models.CharField("why", max_length=1000)
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(finding__in=SidesFinding.values), name="judgement_of_a_pair_is_known"),
            models.CheckConstraint(condition=~Q(words=""), name="judgement_of_a_pair_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.finding} {self.pair_id}"
