"""Reach and rules of services and referrals."""

from datetime import datetime

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet

from accounts.authorization import has_role_for, reach, rule
from accounts.models import TAKES_CONTACTS, AgencyKind, User
from accounts.roles import Role
from casework.models import Case
from casework.policy import Probed, grants_of, holds, shut_to, works_on
from referrals.models import HandIn, InformationRequest, Referral, Service, ServiceStatus
from referrals.states import ReferralStatus

KEEPS_DIRECTORY = (Role.PARTNERSHIP_MANAGER, Role.SYSTEM)


@reach(Service)
def visible_services(user: User) -> QuerySet[Service]:
    """The directory is known to the whole partnership. It has no service of an agency that left.

    One that is not offered is known to its own agency, and to those who keep the directory.
    """
    there = Service.objects.filter(agency__partnership=user.agency.partnership_id, agency__left_at__isnull=True)
    if user.role in KEEPS_DIRECTORY:
        return there
    return there.filter(Q(status=ServiceStatus.ACTIVE) | Q(agency=user.agency_id))


def knows_what_is_private(user: User, service: Service) -> bool:
    """Those who refer, the service itself, and those who keep the directory."""
    refers = has_role_for(user, "referrals.draft_referral")
    return refers or user.role in KEEPS_DIRECTORY or service.agency_id == user.agency_id


@reach(Referral)
def visible_referrals(user: User) -> QuerySet[Referral]:
    """Those of the cases that their agency holds; and those addressed to their agency, once sent.

    One withdrawn before it was answered was never their business, nor was one that was recalled: it is gone.
    """
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    addressed = Q(service__agency=user.agency_id, sent_at__isnull=False)
    recalled = Q(status=ReferralStatus.WITHDRAWN, answered_at__isnull=True) | Q(status=ReferralStatus.RECALLED)
    return Referral.objects.filter(addressed & ~recalled | Probed(held)).exclude(case__in=shut_to(user))


def referrals_that_climb(now: datetime) -> list[tuple[int, int]]:
    """The ids of late referrals that climb now, and of their cases, whoever holds those; asked by the system."""
    return _that_are_late(now, waiting=False)


def waits_that_ran_out(now: datetime) -> list[tuple[int, int]]:
    """The same of those that wait for a place until now."""
    return _that_are_late(now, waiting=True)


def _that_are_late(now: datetime, *, waiting: bool) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT referral, of_case FROM referrals_that_are_late(%s, %s)", [now, waiting])
        return cursor.fetchall()


@reach(HandIn)
def visible_hand_ins(user: User) -> QuerySet[HandIn]:
    """Those that their agency handed in, whatever became of the case; and of the cases that it holds, those sent."""
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    return HandIn.objects.filter(Q(agency=user.agency_id) | Q(sent_at__isnull=False) & Probed(held))


@rule("referrals.view_hand_in")
def follow(user: User, hand_in: HandIn | None) -> bool:
    return True


@rule("referrals.hand_in")
def hand_in_ones_own(user: User, hand_in: HandIn | None) -> bool:
    """Whoever takes contacts takes them; from behind the wall nothing is handed over it."""
    return user.agency.kind not in TAKES_CONTACTS and (hand_in is None or hand_in.agency_id == user.agency_id)


@rule("referrals.take_hand_in")
def take_for_own_case(user: User, hand_in: HandIn) -> bool:
    return hand_in.sent_at is not None and holds(user, hand_in.case_id)


@rule("referrals.view_service")
@rule("referrals.view_referral")
@rule("referrals.add_service")
@rule("referrals.view_gaps")
@rule("referrals.import_service")
@rule("referrals.hand_over_referrals")
@rule("referrals.tell_hander_in")
@rule("referrals.climb_referrals")
@rule("referrals.expire_waits")
@rule("referrals.view_scorecard")
def see(user: User, record: object) -> bool:
    return True


@rule("referrals.edit_service")
@rule("referrals.assure_service")
def keep_entry(user: User, service: Service) -> bool:
    return user.role in KEEPS_DIRECTORY or service.agency_id == user.agency_id


@rule("referrals.say_capacity")
def say_capacity(user: User, service: Service) -> bool:
    return service.agency_id == user.agency_id


@rule("referrals.draft_referral")
@rule("referrals.note_gap")
@rule("referrals.view_suggestions")
def draft_referral(user: User, case: Case) -> bool:
    return works_on(user, case)


@rule("referrals.send_referral")
@rule("referrals.withdraw_referral")
def act_as_sender(user: User, referral: Referral) -> bool:
    return holds(user, referral.case_id)


@rule("referrals.accept_referral")
@rule("referrals.decline_referral")
@rule("referrals.complete_referral")
@rule("referrals.progress_referral")
def act_as_addressee(user: User, referral: Referral) -> bool:
    return referral.service.agency_id == user.agency_id


@reach(InformationRequest)
def visible_requests(user: User) -> QuerySet[InformationRequest]:
    """Those that their agency makes; and once they are sent, those about the cases that it holds."""
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    to_us = Q(sent_at__isnull=False) & Probed(held)
    return InformationRequest.objects.filter(Q(asker=user.agency_id) | to_us).exclude(case__in=shut_to(user))


@rule("referrals.view_request")
def see_requests(user: User, request: InformationRequest | None) -> bool:
    return True


@rule("referrals.ask_information")
def ask_information(user: User, referral: Referral | None) -> bool:
    """The police about any case that they can name; others about whom they took on."""
    if referral is None:
        return user.agency.kind == AgencyKind.POLICE
    return act_as_addressee(user, referral)


@rule("referrals.approve_request")
def approve_request(user: User, request: InformationRequest) -> bool:
    return request.asker_id == user.agency_id and request.asked_by_id != user.pk


@rule("referrals.withdraw_request")
def withdraw_request(user: User, request: InformationRequest) -> bool:
    """The system does it for an agency that leaves."""
    return request.asker_id == user.agency_id or user.role == Role.SYSTEM


@rule("referrals.answer_request")
def answer_request(user: User, request: InformationRequest) -> bool:
    return holds(user, request.case_id)
