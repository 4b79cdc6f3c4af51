"""The states of cases, contacts and erasures, as tables: verb, from, to, permission."""

from django.db import models

from accounts.transitions import Transition


class CaseStatus(models.TextChoices):
    INTAKE = "intake", "Intake"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    ERASED = "erased", "Erased"


class ErasureStatus(models.TextChoices):
    ASKED = "asked", "Asked for"
    APPROVED = "approved", "Approved and carried out"
    REFUSED = "refused", "Refused"


class ContactStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    LOGGED = "logged", "Logged"


OPEN_CASE = Transition("open", frozenset({CaseStatus.INTAKE}), CaseStatus.OPEN, "casework.open_case")
CLOSE_CASE = Transition("close", frozenset({CaseStatus.OPEN}), CaseStatus.CLOSED, "casework.close_case")
REOPEN_CASE = Transition("reopen", frozenset({CaseStatus.CLOSED}), CaseStatus.OPEN, "casework.reopen_case")
ERASE_CASE = Transition(
    "erase",
    frozenset({CaseStatus.INTAKE, CaseStatus.OPEN, CaseStatus.CLOSED}),
    CaseStatus.ERASED,
    "casework.erase_case",
)
CASE_TRANSITIONS = [OPEN_CASE, CLOSE_CASE, REOPEN_CASE, ERASE_CASE]

LOG_CONTACT = Transition("log", frozenset({ContactStatus.DRAFT}), ContactStatus.LOGGED, "casework.log_contact")
CONTACT_TRANSITIONS = [LOG_CONTACT]

APPROVE_ERASURE = Transition(
    "approve", frozenset({ErasureStatus.ASKED}), ErasureStatus.APPROVED, "casework.approve_erasure"
)
REFUSE_ERASURE = Transition(
    "refuse", frozenset({ErasureStatus.ASKED}), ErasureStatus.REFUSED, "casework.refuse_erasure"
)
ERASURE_TRANSITIONS = [APPROVE_ERASURE, REFUSE_ERASURE]
