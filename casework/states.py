"""The states of cases, contacts, erasures and police visits, as tables: verb, from, to, permission."""

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


class VisitStatus(models.TextChoices):
    REPORTED = "reported", "Burglary reported"
    SCREENED = "screened", "Asked what makes them vulnerable"
    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    UNREACHABLE = "unreachable", "They could not be reached"
    SCHEDULED = "scheduled", "Planned"
    ATTENDED = "attended", "Attended"
    EVIDENCE = "evidence", "Evidence gathered"
    SURVEY = "survey", "Security surveyed"
    AFTERCARE = "aftercare", "Aftercare"
    CLOSED = "closed", "Closed"


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

V = VisitStatus
UNANSWERED = frozenset({V.REPORTED, V.SCREENED, V.OFFERED})
WAS_THERE = frozenset({V.ATTENDED, V.EVIDENCE, V.SURVEY})
NO_VISIT = frozenset({V.DECLINED, V.UNREACHABLE})

SCREEN_VISIT = Transition("screen", frozenset({V.REPORTED, V.SCREENED}), V.SCREENED, "casework.screen_visit")
OFFER_VISIT = Transition(
    "offer",
    frozenset({V.REPORTED, V.SCREENED, V.OFFERED, V.ACCEPTED, V.SCHEDULED}) | NO_VISIT,
    V.OFFERED,
    "casework.offer_visit",
)
ACCEPT_VISIT = Transition("accept", frozenset({V.OFFERED}), V.ACCEPTED, "casework.answer_visit")
DECLINE_VISIT = Transition("decline", frozenset({V.OFFERED}), V.DECLINED, "casework.answer_visit")
GIVE_UP_VISIT = Transition("give up", UNANSWERED, V.UNREACHABLE, "casework.answer_visit")
SCHEDULE_VISIT = Transition("schedule", frozenset({V.ACCEPTED, V.SCHEDULED}), V.SCHEDULED, "casework.schedule_visit")
ATTEND_VISIT = Transition("attend", frozenset({V.ACCEPTED, V.SCHEDULED}), V.ATTENDED, "casework.attend_visit")
# Nobody came, or nobody opened: the offer stands again, and somebody owns it.
MISS_VISIT = Transition("miss", frozenset({V.SCHEDULED}), V.OFFERED, "casework.attend_visit")
GATHER_EVIDENCE = Transition("gather evidence", WAS_THERE, V.EVIDENCE, "casework.record_visit")
SURVEY_HOME = Transition("survey", WAS_THERE, V.SURVEY, "casework.record_visit")
CARE_AFTER = Transition("care after", WAS_THERE | NO_VISIT | {V.AFTERCARE}, V.AFTERCARE, "casework.record_visit")
CLOSE_VISIT = Transition("close", WAS_THERE | NO_VISIT | {V.AFTERCARE}, V.CLOSED, "casework.record_visit")
VISIT_TRANSITIONS = [
    SCREEN_VISIT,
    OFFER_VISIT,
    ACCEPT_VISIT,
    DECLINE_VISIT,
    GIVE_UP_VISIT,
    SCHEDULE_VISIT,
    ATTEND_VISIT,
    MISS_VISIT,
    GATHER_EVIDENCE,
    SURVEY_HOME,
    CARE_AFTER,
    CLOSE_VISIT,
]
