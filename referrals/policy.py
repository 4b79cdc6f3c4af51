"""Reach and rules of services and referrals."""

from django.db.models import OuterRef, Q, QuerySet

from accounts.authorization import reach, rule
from accounts.models import TAKES_CONTACTS, User
from casework.models import Case
from casework.policy import Probed, grants_of, holds, shut_to, works_on
from referrals.models import HandIn, Referral, Service, ServiceStatus
from referrals.states import ReferralStatus


@reach(Service)
def visible_services(user: User) -> QuerySet[Service]:
    """The directory is known to the whole partnership. It has no service of an agency that left."""
    offered = Service.objects.filter(agency__left_at__isnull=True, status=ServiceStatus.ACTIVE)
    return offered.filter(agency__partnership=user.agency.partnership_id)


@reach(Referral)
def visible_referrals(user: User) -> QuerySet[Referral]:
    """Those of the cases that their agency holds; and those addressed to their agency, once sent.

    One withdrawn before it was answered was never their business: it is gone.
    """
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    addressed = Q(service__agency=user.agency_id, sent_at__isnull=False)
    recalled = Q(status=ReferralStatus.WITHDRAWN, answered_at__isnull=True)
    return Referral.objects.filter(addressed & ~recalled | Probed(held)).exclude(case__in=shut_to(user))


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
@rule("referrals.hand_over_referrals")
@rule("referrals.tell_hander_in")
def see(user: User, record: object) -> bool:
    return True


@rule("referrals.draft_referral")
def draft_referral(user: User, case: Case) -> bool:
    return works_on(user, case)


@rule("referrals.send_referral")
@rule("referrals.withdraw_referral")
def act_as_sender(user: User, referral: Referral) -> bool:
    return holds(user, referral.case_id)


@rule("referrals.accept_referral")
@rule("referrals.decline_referral")
@rule("referrals.complete_referral")
def act_as_addressee(user: User, referral: Referral) -> bool:
    return referral.service.agency_id == user.agency_id
