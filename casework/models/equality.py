"""Equality questions: asked later, answered freely, and each with the reason where it was not asked."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from casework.models.cases import Case
from casework.models.people import Party


class Question(models.TextChoices):
    """The protected characteristics of the Equality Act 2010, section 4, but for age, which is the date of birth."""

    SEX = "sex", "Sex"
    GENDER = "gender_reassignment", "Gender reassignment"
    ETHNICITY = "ethnicity", "Ethnic group"
    RELIGION = "religion", "Religion or belief"
    DISABILITY = "disability", "Disability or health condition"
    ORIENTATION = "sexual_orientation", "Sexual orientation"
    MARRIAGE = "marriage", "Marriage or civil partnership"
    MATERNITY = "maternity", "Pregnancy or maternity"


class NotAsked(models.TextChoices):
    UNSAFE = "unsafe", "It was not safe to ask"
    DISTRESS = "distress", "They were too distressed"
    NO_TIME = "no_time", "There was no time"
    ANOTHER = "another_spoke", "Somebody else spoke for them"
    REFUSED = "refused", "They would rather not say"


class EqualityAnswer(models.Model):
    """What one person answered, or why they were not asked. The newest stands, and none is ever changed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="equality_answers")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="equality_answers")
    question = models.CharField(max_length=30, choices=Question)
    answer = models.CharField("in their words", max_length=200, blank=True)
    not_asked = models.CharField("not asked because", max_length=20, choices=NotAsked, blank=True)
    noted_at = models.DateTimeField("noted")
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [("note_equality", "Note answers to equality questions")]
        constraints = [
            models.CheckConstraint(condition=Q(question__in=Question.values), name="equality_question_is_a_known_one"),
            models.CheckConstraint(
                condition=Q(not_asked__in=["", *NotAsked.values]), name="equality_is_not_asked_for_a_known_reason"
            ),
            models.CheckConstraint(
                condition=Q(answer="") ^ Q(not_asked=""), name="equality_question_has_an_answer_or_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.get_question_display()
