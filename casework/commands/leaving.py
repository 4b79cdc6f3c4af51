"""What somebody leaves behind passes on at once; what was shared with an agency that leaves ends. By the system.

Whoever ends a worker's account learns nothing of it: neither how much, nor that anything is sealed.
"""

from datetime import datetime

from django.db.models import F

from accounts.authorization import NotPossibleNow, authorize
from accounts.models import TAKES_CONTACTS, Agency, User, system_in
from accounts.roles import Role
from accounts.slots import AGENCY_LEFT, WORKER_LEFT
from audit.acting import acting_as
from audit.log import command, record
from casework.commands.agreements import FEWEST_PARTIES, end_agreement
from casework.commands.bars import FEWEST_NAMED
from casework.commands.sharing import end_sharing
from casework.models import Bar, Case, EmergencyAccess, NextStep, SealMember, SharingAgreement, SharingDecision
from casework.plans import WAS_SHUT
from casework.policy import cases_left_by

# Who is named in a seal in place of somebody who leaves: in this order, of the agency that holds the case.
STAND_IN = (Role.SUPERVISOR, Role.SENIOR_PRACTITIONER, Role.CASEWORKER)
NOBODY_STANDS_IN = "Somebody must be able to stand in for them. Give another worker their role, or invite one, first."


@WORKER_LEFT.fill
def _pass_on(worker: User, role: str, now: datetime) -> None:
    system = system_in(worker.agency.partnership_id)
    takes_contacts = worker.agency.kind in TAKES_CONTACTS
    if takes_contacts and role == Role.SUPERVISOR and not _has_supervisor(worker.agency):
        raise NotPossibleNow(NOBODY_STANDS_IN)
    hand_over_work(actor=system, worker=worker, now=now)


@command
def hand_over_work(*, actor: User, worker: User, now: datetime) -> None:
    """Pass on a worker's open next steps and cases to the duty queue, in a sealed case to somebody whom it names.

    Somebody takes their place in a seal where too few would be left, and their emergency access ends. Raises
    `NotPossibleNow` where nobody can take their place.
    """
    authorize(actor, "casework.hand_over_work")
    for case_id in cases_left_by(worker):
        with acting_as(actor, case_id):  # for the agency that holds it
            _hand_over(Case.objects.get(pk=case_id), worker, actor, now)
    record(actor=actor, action="casework.hand_over_work", subject=worker)


def _hand_over(case: Case, worker: User, actor: User, now: datetime) -> None:
    heir = _heir(case, worker, actor, now)
    NextStep.objects.filter(case=case, owner=worker, done_at=None).update(owner=heir)
    Case.objects.filter(pk=case.pk, owner=worker).update(owner=heir)
    EmergencyAccess.objects.filter(case=case, worker=worker, closed_at=None, until__gt=now).update(closed_at=now)
    if heir:
        WAS_SHUT(actor=actor, case=case, to=heir, now=now)
    record(actor=actor, action="casework.hand_over_work", subject=case, worker=worker.pk)


def _has_supervisor(agency: Agency) -> bool:
    """Asked of every supervisor who goes, so that nobody learns by a refusal that something is sealed."""
    return User.objects.filter(agency=agency, role=Role.SUPERVISOR, is_active=True).exists()


def _heir(case: Case, worker: User, actor: User, now: datetime) -> User | None:
    """Who takes on what waits in a sealed case, made lawful again without the worker; None for the duty queue."""
    named = SealMember.objects.select_for_update().filter(case=case, ended_at=None)
    if not named:
        return None
    named.filter(worker=worker).update(ended_at=now, ended_by=actor)
    stay = list(User.objects.filter(pk__in=named.values("worker"), is_active=True).order_by("pk"))
    for stand_in in _stand_ins(case, [worker, *stay]):
        if _is_lawful(case, stay):
            break
        SealMember.objects.create(case=case, worker=stand_in, named_at=now, named_by=actor)
        stay.append(stand_in)
    if not _is_lawful(case, stay):
        raise NotPossibleNow(NOBODY_STANDS_IN)
    return next(member for member in stay if member.agency_id == case.agency_id)


def _is_lawful(case: Case, named: list[User]) -> bool:
    """Two or more, a supervisor among them, and somebody of the agency that holds the case."""
    return (
        len(named) >= FEWEST_NAMED
        and any(member.role == Role.SUPERVISOR for member in named)
        and any(member.agency_id == case.agency_id for member in named)
    )


def _stand_ins(case: Case, but: list[User]) -> list[User]:
    """Who may be named, of the agency that holds the case: nobody who is barred, supervisors first."""
    barred = Bar.objects.filter(case=case, lifted_at=None, worker__isnull=False)
    found = User.objects.filter(agency=case.agency_id, role__in=STAND_IN, is_active=True)
    found = found.exclude(pk__in=[user.pk for user in but]).exclude(pk__in=barred.values("worker"))
    return sorted(found, key=lambda user: (STAND_IN.index(Role(user.role)), user.pk))


@AGENCY_LEFT.fill
def _end_what_was_shared(agency: Agency, actor: User, now: datetime) -> None:
    """Every share with it ends, by the system: whoever ends its part may not know of the cases."""
    system = system_in(agency.partnership_id)
    running = SharingDecision.objects.filter(recipient=agency, ended_at=None)
    while share := running.order_by(F("widens").asc(nulls_first=True), "pk").first():
        end_sharing(actor=system, decision=share, now=now)
    for agreement in SharingAgreement.objects.filter(ended_at=None, parties__agency=agency).order_by("pk"):
        if agreement.parties.filter(agency__left_at=None).count() < FEWEST_PARTIES:
            end_agreement(actor=actor, agreement=agreement, now=now)
