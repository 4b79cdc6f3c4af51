"""The states of a case audit, as a table: verb, from, to, permission."""

from django.db import models

from accounts.transitions import Transition


class AuditStatus(models.TextChoices):
    DRAWN = "drawn", "Drawn"
    FINISHED = "finished", "Finished"
    ANSWERED = "answered", "Answered"
    FOLLOWED_UP = "followed_up", "Followed up"


S = AuditStatus
FINISH = Transition("finish", frozenset({S.DRAWN}), S.FINISHED, "oversight.audit_case")
ANSWER = Transition("answer", frozenset({S.FINISHED}), S.ANSWERED, "oversight.answer_audit")
FOLLOW_UP = Transition("follow up", frozenset({S.FINISHED, S.ANSWERED}), S.FOLLOWED_UP, "oversight.audit_case")
AUDIT_TRANSITIONS = [FINISH, ANSWER, FOLLOW_UP]
