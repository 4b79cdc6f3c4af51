"""Reach and rules of closings, and of notes."""

from django.db.models import Exists, OuterRef, QuerySet

from accounts.authorization import reach, rule
from accounts.models import User
from accounts.roles import Role
from casework.models import Case, Closing, Note
from casework.policy import grants_of, holds, shut_to, still_holds
from casework.states import CaseStatus


@reach(Closing)
def visible_closings(user: User) -> QuerySet[Closing]:
    """Those of the cases that their agency holds."""
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    return Closing.objects.filter(Exists(held)).exclude(case__in=shut_to(user))


@reach(Note)
def visible_notes(user: User) -> QuerySet[Note]:
    """Those of their own agency, in the cases that it holds or that are shared with it now, to act on.

    The holder's are read by others with the category that they stand in; a partner's by nobody else.
    """
    theirs = grants_of(user, "view_case").filter(content_object=OuterRef("case"))
    return Note.objects.filter(Exists(theirs), agency=user.agency_id).exclude(case__in=shut_to(user))


@rule("casework.reopen_case")
def reopen_own_case(user: User, case: Case) -> bool:
    """The system does it for the holder, where something new of a flagged pair was told elsewhere."""
    return user.role == Role.SYSTEM or still_holds(user, case)


@rule("casework.write_note")
def write_note(user: User, case: Case) -> bool:
    """In a case of one's agency, or one that is shared with it now: who is let in by an emergency only reads."""
    theirs = grants_of(user, "view_case").filter(content_object=case.pk)
    return case.status != CaseStatus.ERASED and theirs.exists()


@rule("casework.answer_closing")
def answer_closing(user: User, closing: Closing) -> bool:
    return holds(user, closing.case_id) and closing.asked_by_id != user.pk
