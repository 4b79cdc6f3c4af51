"""The states of cases and contacts, as tables: verb, from, to, permission."""

from django.db import models

from accounts.transitions import Transition


class CaseStatus(models.TextChoices):
    INTAKE = "intake", "Intake"
    OPEN = "open", "Open"


class ContactStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    LOGGED = "logged", "Logged"


OPEN_CASE = Transition("open", frozenset({CaseStatus.INTAKE}), CaseStatus.OPEN, "casework.open_case")
CASE_TRANSITIONS = [OPEN_CASE]

LOG_CONTACT = Transition("log", frozenset({ContactStatus.DRAFT}), ContactStatus.LOGGED, "casework.log_contact")
CONTACT_TRANSITIONS = [LOG_CONTACT]
