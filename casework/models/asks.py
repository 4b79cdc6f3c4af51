"""What the system quietly asks whoever holds a case: whether another desk should hear that they know her."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, User
from casework.models.cases import Case


class SeemsSame(models.TextChoices):
    TELEPHONE = "telephone", "the same telephone number"
    BIRTH = "birth", "the same date of birth"
    NAME = "name", "the same name, or nearly"
    PLACE = "place", "the same postcode"


class AskAnswer(models.TextChoices):
    TELL = "tell", "Tell them that we know this person"
    KEEP = "keep", "Tell them nothing"
    DIFFERENT = "different", "It is somebody else: tell them nothing"


class QuietAsk(models.Model):
    """Somebody, in a case that its holder keeps from whoever took a contact, may be whom that contact was about.

    The system asks; the holder answers, or leaves it. Whoever took the contact learns of it by `words` alone, where the
    answer is to tell them; and until then not that anybody was asked. It belongs to both cases and goes with either.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="asks")
    asking_case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    asking_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    why = ArrayField(models.CharField(max_length=10))
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=AskAnswer, blank=True)
    reason = models.CharField("why", max_length=300, blank=True)
    words = models.CharField("what they are told", max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("ask_holders", "Have whoever may know somebody asked quietly"),
            ("view_asks", "See what one's agency is asked quietly"),
            ("answer_ask", "Answer what one's agency is asked quietly"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(why__contained_by=SeemsSame.values) & Q(why__len__gt=1), name="ask_has_two_known_reasons"
            ),
            models.CheckConstraint(condition=Q(answer__in=[*AskAnswer.values, ""]), name="ask_has_a_known_answer"),
            models.CheckConstraint(
                condition=Q(answer="", reason="", answered_at__isnull=True, answered_by__isnull=True)
                | ~Q(answer="") & ~Q(reason="") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="ask_is_answered_by_somebody_who_says_why",
            ),
            models.CheckConstraint(
                condition=Q(answer=AskAnswer.TELL) & ~Q(words="") | ~Q(answer=AskAnswer.TELL) & Q(words=""),
                name="ask_tells_something_where_its_answer_is_to_tell",
            ),
            models.CheckConstraint(condition=~Q(case=F("asking_case")), name="ask_is_between_two_cases"),
            models.UniqueConstraint(fields=["case", "asking_case"], name="ask_is_made_once_for_each_two_cases"),
        ]

    @property
    def reasons(self) -> list[str]:
        return [str(SeemsSame(code).label) for code in self.why]

    def __str__(self) -> str:
        return f"ask {self.public_id}"
