"""Reach and rules of cases: who may know of which, see which categories of it, and do what to it.

Guardian's rows are read here and nowhere else.
"""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import BooleanField, DateTimeField, Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.authorization import has_role_for, reach, rule
from accounts.models import TAKES_CONTACTS, Agency, AgencyKind, User
from accounts.roles import Role
from casework.categories import PERMISSION, Category
from casework.models import (
    Bar,
    BarProposal,
    Case,
    ConsentRecord,
    Contact,
    EmergencyAccess,
    LiveGroupGrant,
    NamedSenior,
    NextStep,
    RiskAssessment,
    RiskLevel,
    SharingAgreement,
    SharingDecision,
    StaffMark,
    StepKind,
    TwoSided,
)
from casework.states import CaseStatus, ContactStatus

ALL_CATEGORIES = frozenset(Category)


def shut_to(user: User) -> RawSQL:
    """The ids of cases that are barred to them, or sealed for others. Nobody may read the bars themselves."""
    return RawSQL("SELECT unnest(shut_to(%s))", [user.pk])


def is_shut(case_id: int, user: User) -> bool:
    """Whether a case is shut to somebody who need not be the one who acts, and whose grants nobody else sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_shut_to(%s, %s)", [case_id, user.pk])
        return bool(cursor.fetchone()[0])


class Shut(Func):
    """The same of a row: of which case, and to whom."""

    function = "is_shut_to"
    output_field = BooleanField()


def cases_left_by(worker: User) -> list[int]:
    """The ids of the cases in which something waits for them, whoever holds those; asked by the system."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_left_by(%s)", [worker.pk])
        return [case_id for (case_id,) in cursor.fetchall()]


def steps_that_climb(now: datetime) -> list[tuple[int, int]]:
    """The ids of late steps that climb now, and of their cases, whoever holds those; asked by the system."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT step, of_case FROM steps_that_climb(%s)", [now])
        return cursor.fetchall()


def emergency_case(reference: str) -> int | None:
    """The id of the case into which the acting user may let themself: of their partnership, and not shut to them.

    One statement, with the same answer for a case that is shut as for none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT emergency_case(%s)", [reference])
        found: int | None = cursor.fetchone()[0]
    return found


@cache
def permission_id(codename: str) -> int:
    """Asked once by each process, until a migrate or a flush: ids differ from database to database."""
    return Permission.objects.get(content_type__app_label="casework", codename=codename).pk


def grants_of(user: User, *codenames: str) -> QuerySet[LiveGroupGrant]:
    """The live grants of the user's agency for these permissions, but on no case that is shut to the user.

    The permissions are named by their ids, so that the index of a list can be read in its order: joined to their
    names, all the grants of the agency would be read and sorted for one page.
    """
    ids = [permission_id(codename) for codename in codenames]
    mine = LiveGroupGrant.objects.filter(group=user.agency.group_id, permission__in=ids)
    return mine.exclude(content_object__in=shut_to(user))


class Probed(Exists):
    """EXISTS for one side of an OR, asked row by row: else PostgreSQL hashes all of an agency's grants for a page."""

    template = "EXISTS(%(subquery)s OFFSET 0)"


class Clock(Func):
    """The database's clock at this statement, as grants look at it."""

    template = "statement_timestamp()"
    output_field = DateTimeField()


@reach(Case)
def visible_cases(user: User) -> QuerySet[Case]:
    """The one definition of which cases somebody may know of: their agency's, those shared with it, and the one that
    they opened in an emergency."""
    granted = Probed(grants_of(user, "view_case").filter(content_object=OuterRef("pk")))
    return Case.objects.filter(granted | Q(pk__in=open_emergencies(user).values("case")))


def open_emergencies(user: User) -> QuerySet[EmergencyAccess]:
    """The emergency access that lets the user in at this second by the database's clock: one at most."""
    mine = EmergencyAccess.objects.filter(worker=user, reviewed_at=None, closed_at=None, until__gt=Clock())
    return mine.exclude(case__in=shut_to(user))


@reach(EmergencyAccess)
def visible_emergencies(user: User) -> QuerySet[EmergencyAccess]:
    """One's own, and those to the cases that one's agency holds."""
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    return EmergencyAccess.objects.filter(Probed(held) | Q(worker=user)).exclude(case__in=shut_to(user))


def cases_showing(user: User, category: Category) -> QuerySet[Case]:
    """The visible cases of which they may see this category."""
    held = grants_of(user, "hold_case", PERMISSION[category])
    opened = open_emergencies(user).filter(categories__contains=[category])
    granted = Probed(held.filter(content_object=OuterRef("pk")))
    return visible_cases(user).filter(granted | Q(pk__in=opened.values("case")))


def categories_for(user: User, case: Case) -> frozenset[Category]:
    """What they may see of this case, beyond that it exists."""
    return categories_in(user, {case.pk}).get(case.pk, frozenset())


def categories_in(user: User, cases: Collection[int]) -> dict[int, frozenset[Category]]:
    """The same of each of these cases, by its id, that they may know of."""
    seen: dict[int, set[str]] = {
        pk: set() for pk in visible_cases(user).filter(pk__in=cases).values_list("pk", flat=True)
    }
    granted = grants_of(user, "hold_case", *PERMISSION.values()).filter(content_object__in=seen)
    for pk, codename in granted.values_list("content_object", "permission__codename"):
        seen[pk].add(codename)
    opened: dict[int, list[str]] = {}
    if any("hold_case" not in codenames for codenames in seen.values()):
        opened = dict(open_emergencies(user).filter(case__in=seen).values_list("case", "categories"))
    return {pk: _shown(codenames, opened.get(pk, ())) for pk, codenames in seen.items()}


def _shown(codenames: Collection[str], opened: Collection[str]) -> frozenset[Category]:
    if "hold_case" in codenames:
        return ALL_CATEGORIES
    return frozenset(c for c, codename in PERMISSION.items() if codename in codenames or c in opened)


def holds(user: User, case_id: int) -> bool:
    """Whether the case is their agency's own. Asked by id: who does not hold it may not see the case itself."""
    return grants_of(user, "hold_case").filter(content_object=case_id).exists()


def works_on(user: User, case: Case) -> bool:
    """Whether the case is their agency's own and is worked on: one that is closed is opened again first."""
    return case.status not in {CaseStatus.CLOSED, CaseStatus.ERASED} and holds(user, case.pk)


def still_holds(user: User, case: Case) -> bool:
    """The same, closed or not, for what a closed case takes as well: one that was erased is only read."""
    return case.status != CaseStatus.ERASED and holds(user, case.pk)


def clock() -> datetime:
    """What it says, to stamp and to decide by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        said: datetime = cursor.fetchone()[0]
    return said


@reach(Contact)
def visible_contacts(user: User) -> QuerySet[Contact]:
    """Drafts are their writer's alone, or their agency's once the writer has left it, or the case is shut to
    them; logged ones are the holder's."""
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    left = Q(started_by__is_active=False) | ~Q(started_by__agency=user.agency_id) | Q(Shut("case", "started_by"))
    draft = Q(status=ContactStatus.DRAFT) & (Q(started_by=user) | left)
    return Contact.objects.filter(Exists(held)).filter(draft | Q(status=ContactStatus.LOGGED))


@reach(NextStep)
def visible_steps(user: User) -> QuerySet[NextStep]:
    """Those of the cases that their agency holds, and those that wait for their agency."""
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    waiting = NextStep.objects.filter(Probed(held) | Q(waits_for=user.agency_id))
    return waiting.exclude(case__in=shut_to(user))


@reach(RiskAssessment)
def visible_assessments(user: User) -> QuerySet[RiskAssessment]:
    """Those of the cases that their agency holds, to act on. Others read what is signed, as part of the case."""
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    return RiskAssessment.objects.filter(Exists(held)).exclude(case__in=shut_to(user))


@reach(RiskLevel)
def visible_levels(user: User) -> QuerySet[RiskLevel]:
    """The same."""
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    return RiskLevel.objects.filter(Exists(held)).exclude(case__in=shut_to(user))


@reach(SharingDecision)
def visible_decisions(user: User) -> QuerySet[SharingDecision]:
    """Those of the cases that their agency holds, and those in favour of their agency."""
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    decisions = SharingDecision.objects.filter(Probed(held) | Q(recipient=user.agency_id))
    return decisions.exclude(case__in=shut_to(user))


@reach(ConsentRecord)
def visible_consents(user: User) -> QuerySet[ConsentRecord]:
    """Those of the cases that their agency holds. Others see what a decision in their favour relied on, with it."""
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    return ConsentRecord.objects.filter(Exists(held)).exclude(case__in=shut_to(user))


@reach(Bar)
def visible_bars(user: User) -> QuerySet[Bar]:
    """Those of the cases that their agency holds."""
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    return Bar.objects.filter(Exists(held)).exclude(case__in=shut_to(user))


# Who sees a proposed bar: the first of these whom the holder has, who finds the case and is not the worker themself.
SEE_PROPOSALS = (Role.SUPERVISOR, Role.SENIOR_PRACTITIONER, Role.AUDIT_LEAD)


@reach(BarProposal)
def visible_proposals(user: User) -> QuerySet[BarProposal]:
    """Those of the cases that their agency holds, to its supervisors; never to the worker whom it is about.

    Where no other supervisor of the agency finds the case, to its senior practitioners; without them to its audit lead.
    """
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    proposals = BarProposal.objects.filter(Exists(held)).exclude(worker=user).exclude(case__in=shut_to(user))
    if user.role not in SEE_PROPOSALS:
        return proposals.none()
    before = SEE_PROPOSALS[: SEE_PROPOSALS.index(Role(user.role))]
    others = User.objects.filter(agency=user.agency_id, is_active=True, role__in=before)
    others = others.exclude(pk=OuterRef("worker")).annotate(is_shut=Shut(OuterRef("case"), F("pk")))
    return proposals.filter(~Exists(others.filter(is_shut=False)))


@reach(StaffMark)
def visible_marks(user: User) -> QuerySet[StaffMark]:
    """One's own."""
    return StaffMark.objects.filter(worker=user)


@reach(SharingAgreement)
def visible_agreements(user: User) -> QuerySet[SharingAgreement]:
    """Those of their partnership."""
    return SharingAgreement.objects.filter(partnership=user.agency.partnership_id)


def speaks_for(user: User, worker: User) -> bool:
    """Whether they say that this worker is away: of oneself, and of others of one's agency whoever allocates."""
    allocates = has_role_for(user, "casework.view_workload") and worker.agency_id == user.agency_id
    return worker == user or allocates


def is_across_the_wall(case: Case, agency: Agency) -> bool:
    """Whether one of them is on the side of people who want to change their behaviour, and the other is not."""
    return (case.agency.kind == AgencyKind.BEHAVIOUR) != (agency.kind == AgencyKind.BEHAVIOUR)


def named_senior(user: User) -> QuerySet[NamedSenior]:
    """The record that names this user, while they are the senior practitioner who learns of two-sided cases."""
    can_be = Q(worker__is_active=True, worker__role=Role.SENIOR_PRACTITIONER)
    return NamedSenior.objects.filter(can_be, worker=user, ended_at=None, partnership=user.agency.partnership_id)


@reach(TwoSided)
def visible_pairs(user: User) -> QuerySet[TwoSided]:
    """To the named senior practitioner, those of which neither case is shut to them. To nobody else, any."""
    pairs = TwoSided.objects.filter(partnership__in=named_senior(user).values("partnership"))
    return pairs.exclude(first__in=shut_to(user)).exclude(second__in=shut_to(user))


@rule("casework.view_two_sides")
@rule("casework.judge_two_sides")
def learn_of_two_sides(user: User, pair: TwoSided | None) -> bool:
    return named_senior(user).exists()


@rule("casework.open_case")
@rule("casework.close_case")
@rule("casework.offer_case")
@rule("casework.judge_risk")
@rule("casework.note_marac")
@rule("casework.decide_sharing")
@rule("casework.record_consent")
@rule("casework.note_equality")
def act_on_own_case(user: User, case: Case) -> bool:
    return works_on(user, case)


@rule("casework.view_bars")
@rule("casework.bar_from_case")
@rule("casework.lift_bar")
@rule("casework.seal_case")
@rule("casework.unseal_case")
def shut_own_case(user: User, case: Case) -> bool:
    return holds(user, case.pk)


@rule("casework.answer_offer")
def answer_offer(user: User, step: NextStep) -> bool:
    return step.kind == StepKind.TAKE_OVER and step.owner_id == user.pk and holds(user, step.case_id)


@rule("casework.assess_risk")
@rule("casework.sign_assessment")
def assess_risk(user: User, record: Case | RiskAssessment) -> bool:
    return works_on(user, record if isinstance(record, Case) else record.case)


@rule("casework.countersign_risk")
def countersign_risk(user: User, record: Case | RiskLevel) -> bool:
    """By a second person, never by whoever judged so."""
    if isinstance(record, Case):
        return works_on(user, record)
    return works_on(user, record.case) and record.judged_by_id != user.pk


@rule("casework.take_case")
@rule("casework.complete_step")
def complete_step(user: User, step: NextStep) -> bool:
    return holds(user, step.case_id)


@rule("casework.answer_step")
def answer_step(user: User, step: NextStep) -> bool:
    return step.waits_for_id == user.agency_id or (step.waits_for_id is not None and holds(user, step.case_id))


@rule("casework.begin_sharing")
def begin_sharing(user: User, decision: SharingDecision) -> bool:
    return decision.recipient_id == user.agency_id


@rule("casework.end_sharing")
def end_sharing(user: User, decision: SharingDecision) -> bool:
    return decision.recipient_id == user.agency_id or holds(user, decision.case_id)


@rule("casework.close_emergency")
def close_emergency(user: User, access: EmergencyAccess) -> bool:
    return access.worker_id == user.pk


@rule("casework.review_emergency")
def review_emergency(user: User, access: EmergencyAccess | None) -> bool:
    return access is None or (holds(user, access.case_id) and access.worker_id != user.pk)


@rule("casework.view_proposals")
@rule("casework.answer_proposal")
def answer_proposal(user: User, proposal: BarProposal | None) -> bool:
    return proposal is None or holds(user, proposal.case_id)


@rule("casework.shorten_sharing")
@rule("casework.widen_sharing")
@rule("casework.withdraw_consent")
def change_what_is_shared(user: User, record: SharingDecision | ConsentRecord) -> bool:
    return holds(user, record.case_id) and still_holds(user, record.case)  # whom it is shared with finds no case yet


@rule("casework.start_contact")
def start_contact(user: User, case: Case | None) -> bool:
    return user.agency.kind in TAKES_CONTACTS and (case is None or still_holds(user, case))


@rule("casework.find_person")
@rule("casework.work_at_hub")
def take_contacts(user: User, record: Any) -> bool:
    return user.agency.kind in TAKES_CONTACTS


@rule("casework.view_contact")
@rule("casework.save_draft")
@rule("casework.log_contact")
@rule("casework.call_police")
def write_own_contact(user: User, contact: Contact) -> bool:
    writer = contact.started_by
    has_left = not writer.is_active or writer.agency_id != user.agency_id
    return writer == user or has_left or is_shut(contact.case_id, writer)


@rule("casework.import_burglaries")
def hand_over_burglaries(user: User, record: Any) -> bool:
    return user.agency.kind == AgencyKind.POLICE


@rule("casework.view_case")
@rule("casework.open_in_emergency")
@rule("casework.attach_victims")
@rule("casework.hand_over_work")
@rule("casework.note_absence")
@rule("casework.climb_steps")
@rule("casework.view_workload")
@rule("casework.keep_reference")
@rule("casework.load_reference")
@rule("casework.load_addresses")
@rule("casework.rewrap_keys")
@rule("casework.view_agreement")
@rule("casework.add_agreement")
@rule("casework.end_agreement")
@rule("casework.warn_of_agreements")
@rule("casework.declare_mark")
@rule("casework.propose_bar")
@rule("casework.find_two_sides")
@rule("casework.find_repeats")
@rule("casework.tell_of_two_sides")
@rule("casework.view_senior_practitioner")
@rule("casework.name_senior_practitioner")
@rule("casework.keep_hubs")
def what_the_role_says(user: User, record: Any) -> bool:
    return True
