"""Information-sharing agreements: adding one, ending one, and warning before one is to be reviewed."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.authorization import NotPossibleNow, authorize
from accounts.commands import notify
from accounts.models import NoticeKind, User
from accounts.roles import Role
from audit.log import command, record
from casework.categories import Category
from casework.models import AgreementParty, AgreementWarning, SharingAgreement
from casework.plans import AgreementPlan
from casework.queries import must_be_whole

DAYS_BEFORE = (60, 30, 7)  # found in published agreements and in the domain notes: time to negotiate, to sign, to act
FEWEST_PARTIES = 2
TOLD = (Role.PARTNERSHIP_MANAGER, Role.SUPERVISOR)


@command
def add_agreement(*, actor: User, plan: AgreementPlan, now: datetime) -> SharingAgreement:
    """Enter an information-sharing agreement of the actor's partnership. Raises `ValidationError`."""
    authorize(actor, "casework.add_agreement")
    must_be_whole(_problems(actor, plan, timezone.localdate(now)))
    agreement = SharingAgreement.objects.create(
        partnership_id=actor.agency.partnership_id,
        name=plan.name,
        gateway=plan.gateway,
        categories=sorted(plan.categories),
        feedback_level=plan.feedback_level,
        valid_from=plan.valid_from,
        review_on=plan.review_on,
        added_at=now,
        added_by=actor,
    )
    AgreementParty.objects.bulk_create(AgreementParty(agreement=agreement, agency=agency) for agency in plan.parties)
    record(actor=actor, action="casework.add_agreement", subject=agreement, parties=[a.pk for a in plan.parties])
    return agreement


@command
def end_agreement(*, actor: User, agreement: SharingAgreement, now: datetime) -> SharingAgreement:
    """End an agreement: nothing new is shared under it. What runs goes on to its end."""
    authorize(actor, "casework.end_agreement", agreement)
    fresh = SharingAgreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if fresh.ended_at:
        raise NotPossibleNow("This agreement has ended already.")
    fresh.ended_at, fresh.ended_by = now, actor
    fresh.save(update_fields=["ended_at", "ended_by"])
    record(actor=actor, action="casework.end_agreement", subject=fresh)
    return fresh


@command
def warn_of_agreements(*, actor: User, now: datetime) -> int:
    """Tell managers and supervisors of agreements that are to be reviewed in 60, 30 or 7 days, once each.

    A day on which nobody was told is made good on the next, by one warning. Returns how many agreements.
    """
    authorize(actor, "casework.warn_of_agreements")
    today = timezone.localdate(now)
    soon = SharingAgreement.objects.filter(
        ended_at__isnull=True, review_on__gt=today, review_on__lte=today + timedelta(days=max(DAYS_BEFORE))
    )
    due = [agreement for agreement in soon.order_by("pk") if _mark(agreement, (agreement.review_on - today).days, now)]
    for agreement in due:
        told = User.objects.filter(agency__partnership=agreement.partnership_id, role__in=TOLD, is_active=True).defer(
            "password"
        )
        notify(
            actor=actor,
            kind=NoticeKind.AGREEMENT_ENDS,
            recipients=told.order_by("pk"),
            reference=agreement.reference,
            now=now,
        )
    record(actor=actor, action="casework.warn_of_agreements", agreements=[agreement.pk for agreement in due])
    return len(due)


def _mark(agreement: SharingAgreement, days: int, now: datetime) -> bool:
    """Mark the nearest of those days that has come. Whether it was not marked before."""
    nearest = min(before for before in DAYS_BEFORE if days <= before)
    if AgreementWarning.objects.filter(agreement=agreement, days=nearest).exists():
        return False
    AgreementWarning.objects.create(agreement=agreement, days=nearest, warned_at=now)
    return True


def _problems(actor: User, plan: AgreementPlan, today: date) -> dict[str, str]:
    foreign = {agency.partnership_id for agency in plan.parties} - {actor.agency.partnership_id}
    asked = {
        "parties": (len(set(plan.parties)) < FEWEST_PARTIES or foreign)
        and "Choose two agencies of your partnership or more.",
        "categories": (not plan.categories or not set(plan.categories) <= set(Category)) and "Choose what it covers.",
        "gateway": not plan.gateway.strip() and "Say which law lets the parties share.",
        "review_on": plan.review_on <= max(plan.valid_from, today)
        and "The review date must be in the future, and after it begins.",
    }
    return {name: words for name, words in asked.items() if words}
